import * as kernels from '../../kernels/meanShift';
import { applyKernel, realize, type Tensor, tensor } from '../tensor/tensor';
import { compactGroups } from './cells';

/** What the windows are shifted over: points or the cells that stand for them. */
export interface WeightedPoints {
  /** `[count · dimensions]`. */
  readonly rows: Float32Array | Float64Array;
  /** How many points each stands for. */
  readonly counts: Float32Array;
  readonly dimensions: number;
}

export interface Window {
  readonly kernel: 'flat' | 'gaussian';
  readonly bandwidth: number;
}

/** Windows of one launch, neighbors of each other so that few points concern them: many at first, few for the last ones. */
const groupSizes = [16, 128];

/** Weights of one launch, windows × points, are at most this many (64 MiB). */
const weightLimit = 2 ** 24;

/** The next of 64, 96, 128, 192, 256, 384 …: few sizes, so that few plans are compiled. */
function roundedUp(count: number): number {
  let size = 64;
  while (size < count) size *= 2;
  return size > 64 && size * 0.75 >= count ? size * 0.75 : size;
}

/** Points so near to a box around windows that they may weigh something in one of them. */
function pointsNear({ rows, counts, dimensions }: WeightedPoints, low: number[], high: number[], reach: number) {
  const near: number[] = [];
  for (let i = 0; i < counts.length; i++) {
    let left = reach * reach;
    for (let d = 0; d < dimensions && left >= 0; d++) {
      const value = rows[i * dimensions + d];
      const outside = value < low[d] ? low[d] - value : value > high[d] ? value - high[d] : 0;
      left -= outside * outside;
    }
    if (left >= 0) near.push(i);
  }
  return near;
}

/**
 * Where windows go in one shift, and how much weight is in each where it stands now; both in place of the windows' numbers.
 * @param windows `[· × dimensions]` positions; those that `selection` names are shifted.
 */
export async function shiftWindows(
  points: WeightedPoints,
  windows: Float64Array,
  selection: Int32Array,
  { kernel, bandwidth }: Window,
): Promise<{ means: Float64Array; weights: Float32Array }> {
  const { dimensions } = points;
  const means = new Float64Array(selection.length * dimensions);
  const weights = new Float32Array(selection.length);
  const place = new Map<number, number>();
  for (const [i, window] of selection.entries()) place.set(window, i);
  // A window starts on a point, and its weight never falls: what weighs less than 2⁻²⁴ there is below float32's last digit.
  const reach = bandwidth * (kernel === 'flat' ? 1 : Math.sqrt(2 * 24 * Math.LN2)) * (1 + 1e-5);
  let size = selection.length <= 4 * groupSizes[0] ? groupSizes[0] : groupSizes[1];
  while (size > 8 && size * roundedUp(points.counts.length) > weightLimit) size /= 2;

  for (const group of compactGroups(windows, dimensions, selection, size)) {
    const low = new Array<number>(dimensions).fill(Number.POSITIVE_INFINITY);
    const high = new Array<number>(dimensions).fill(Number.NEGATIVE_INFINITY);
    for (const window of group) {
      for (let d = 0; d < dimensions; d++) {
        const value = windows[window * dimensions + d];
        if (value < low[d]) low[d] = value;
        if (value > high[d]) high[d] = value;
      }
    }
    const near = pointsNear(points, low, high, reach);
    const capacity = roundedUp(near.length);
    // Measured from the middle of the group, coordinates are as small as the windows: float32 then loses nothing that matters.
    const origin = low.map((value, d) => (value + high[d]) / 2);
    const local = new Float32Array(capacity * dimensions);
    const counts = new Float32Array(capacity);
    for (const [i, point] of near.entries()) {
      counts[i] = points.counts[point];
      for (let d = 0; d < dimensions; d++) local[i * dimensions + d] = points.rows[point * dimensions + d] - origin[d];
    }
    const starts = new Float32Array(size * dimensions);
    for (const [i, window] of group.entries()) {
      for (let d = 0; d < dimensions; d++) starts[d * size + i] = windows[window * dimensions + d] - origin[d];
    }
    const shifted = shiftGroup(
      tensor(starts, [dimensions, size]),
      tensor(local, [capacity, dimensions]),
      tensor(counts),
      { kernel, bandwidth },
    );
    await realize(shifted.means, shifted.total);
    const ends = await shifted.means.data();
    const total = await shifted.total.data();
    for (const [i, window] of group.entries()) {
      const target = place.get(window)!;
      weights[target] = total[i];
      for (let d = 0; d < dimensions; d++) means[target * dimensions + d] = ends[d * size + i] + origin[d];
    }
  }
  return { means, weights };
}

/** The two steps of mean shift: weigh the points in each window, then take their center of gravity. */
function shiftGroup(
  windows: Tensor,
  points: Tensor,
  counts: Tensor,
  { kernel, bandwidth }: Window,
): { means: Tensor; total: Tensor } {
  const [count, dimensions] = points.shape;
  const size = windows.shape[1];
  const constants = { points: count, windows: size, dimensions };
  const weights = applyKernel(kernel === 'flat' ? kernels.flatWindow : kernels.gaussianWindow, {
    inputs: [windows, points, counts, tensor([bandwidth])],
    shape: [count, size],
    constants: { windows: size, dimensions },
  });
  const total = applyKernel(kernels.windowWeight, {
    inputs: [weights],
    shape: [size],
    constants: { points: count, windows: size },
  });
  const means = applyKernel(kernels.windowMean, {
    inputs: [windows, points, weights, total],
    shape: [dimensions, size],
    constants,
  });
  return { means, total };
}
