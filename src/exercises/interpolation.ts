import { digits } from './cases';
import { type Exercise, functionExercise } from './exercise';

/** The bilinear value at row y and column x of a map, whose pixels stand at whole numbers; the edge is clamped. */
function bilinearAt(map: readonly (readonly number[])[], y: number, x: number): number {
  const clamp = (at: number, length: number) => Math.min(Math.max(at, 0), length - 1);
  const [top, left] = [Math.floor(y), Math.floor(x)];
  let sum = 0;
  for (const row of [top, top + 1]) {
    for (const column of [left, left + 1]) {
      const value = map[clamp(row, map.length)][clamp(column, map[0].length)];
      sum += (1 - Math.abs(y - row)) * (1 - Math.abs(x - column)) * value;
    }
  }
  return sum;
}

/** Enlarged `scale` times, with pixels as small squares: output i lies at (i + ½) / scale − ½. */
function enlarge(map: readonly (readonly number[])[], scale: number): number[][] {
  const at = (i: number) => (i + 0.5) / scale - 0.5;
  return Array.from({ length: map.length * scale }, (_, i) =>
    Array.from({ length: map[0].length * scale }, (_, j) => bilinearAt(map, at(i), at(j))),
  );
}

export const interpolationExercises: Readonly<Record<string, Exercise>> = {
  'interpolation.bilinearAt': functionExercise({
    name: 'bilinearAt',
    cases: () =>
      [
        [1.25, 2.5],
        [0, 3],
        [2.8, 0.5],
        // Beyond the last pixel and before the first: the edge is clamped.
        [3.4, 1.5],
        [-0.25, -0.75],
        [1.5, 4.2],
      ].map(([y, x]) => {
        const map = digits(4, 5, 7);
        return { args: [map, y, x], expected: bilinearAt(map, y, x) };
      }),
  }),
  'interpolation.enlarge': functionExercise({
    name: 'enlarge',
    cases: () =>
      [
        {
          map: [
            [1, 2],
            [3, 4],
          ],
          scale: 2,
        },
        { map: digits(3, 2, 8), scale: 3 },
        { map: digits(1, 4, 9), scale: 2 },
        { map: digits(2, 3, 10), scale: 4 },
      ].map(({ map, scale }) => ({ args: [map, scale], expected: enlarge(map, scale) })),
  }),
};
