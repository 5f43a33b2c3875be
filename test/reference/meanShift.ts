import { type Array64, at, build } from './array64';
import { squaredDistance } from './kMeans';

export interface Shifts {
  kernel: 'flat' | 'gaussian';
  bandwidth: number;
}

/** Every row of `windows` moved to the mean of the points in it. */
export function shift(points: Array64, windows: Array64, { kernel, bandwidth }: Shifts): Array64 {
  const weight = (squared: number) =>
    kernel === 'flat' ? Number(squared <= bandwidth ** 2) : Math.exp(-squared / (2 * bandwidth ** 2));
  const [count, dimensions] = points.shape;
  const sums = build([windows.shape[0], dimensions + 1], () => 0);
  for (let w = 0; w < windows.shape[0]; w++) {
    for (let i = 0; i < count; i++) {
      const own = weight(squaredDistance(windows, w, points, i));
      for (let d = 0; d < dimensions; d++) sums.data[w * (dimensions + 1) + d] += own * at(points, i, d);
      sums.data[w * (dimensions + 1) + dimensions] += own;
    }
  }
  return build(windows.shape, (w, d) => at(sums, w, d) / at(sums, w, dimensions));
}

/** Where the windows that start on the points come to rest. */
export function ends(points: Array64, settings: Shifts, maxIterations = 2000): Array64 {
  let windows = points;
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    const next = shift(points, windows, settings);
    const moved = next.data.some((value, i) => Math.abs(value - windows.data[i]) > 1e-9);
    windows = next;
    if (!moved) return windows;
  }
  throw new Error(`ends: expected all windows to rest after ${maxIterations} shifts`);
}
