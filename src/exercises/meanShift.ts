import { createRandom } from '../tensor/random';
import { type Exercise, functionExercise } from './exercise';

/** One step of mean shift on a line with Gaussian weights exp(−(x − middle)² / 2h²). */
function gaussianShift(points: readonly number[], middle: number, h: number): number {
  const weights = points.map((x) => Math.exp(-((x - middle) ** 2) / (2 * h * h)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return points.reduce((sum, x, n) => sum + weights[n] * x, 0) / total;
}

/** Moves a flat window of radius h to the mean of its points until it stands still; a window without points stays. */
function climb(points: readonly number[], start: number, h: number): number {
  let at = start;
  for (;;) {
    const inside = points.filter((x) => Math.abs(x - at) <= h);
    if (inside.length === 0) return at;
    const mean = inside.reduce((sum, x) => sum + x, 0) / inside.length;
    if (Math.abs(mean - at) < 1e-9) return mean;
    at = mean;
  }
}

export const meanShiftExercises: Readonly<Record<string, Exercise>> = {
  'meanShift.gaussianShift': functionExercise({
    name: 'gaussianShift',
    cases: () =>
      [
        { points: [1, 2, 4], middle: 2, h: 1 },
        { points: [0, 1, 2, 10], middle: 0.5, h: 2 },
        { points: [-3, 5, 6, 7], middle: 1, h: 3 },
        { points: [4], middle: -1, h: 1 },
      ].map(({ points, middle, h }) => ({ args: [points, middle, h], expected: gaussianShift(points, middle, h) })),
  }),
  'meanShift.climb': functionExercise({
    name: 'climb',
    cases: () => {
      const random = createRandom(3);
      const crowd = (middle: number) =>
        Array.from({ length: 8 }, () => Math.round(10 * (middle + random.normal())) / 10);
      const points = [...crowd(0), ...crowd(7)];
      return [
        { points: [1, 2, 3, 8, 9, 10], start: 1, h: 2 },
        { points: [1, 2, 3, 8, 9, 10], start: 8, h: 2 },
        { points, start: points[2], h: 1.5 },
        { points, start: points[12], h: 1.5 },
        { points, start: 3.5, h: 4 },
        // A point on the border belongs to the window.
        { points: [0, 2], start: 0, h: 2 },
        // Nothing lies inside this window.
        { points: [1, 2, 3], start: 20, h: 2 },
      ].map(({ points: all, start, h }) => ({ args: [all, start, h], expected: climb(all, start, h) }));
    },
  }),
};
