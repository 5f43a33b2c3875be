import { digits } from './cases';
import { type Exercise, functionExercise } from './exercise';

/** Where the largest number of each 2 × 2 window stands, row · width + column; the first of equal ones. */
function poolPositions(map: readonly (readonly number[])[]): number[][] {
  const width = map[0].length;
  return Array.from({ length: map.length / 2 }, (_, r) =>
    Array.from({ length: width / 2 }, (_, c) => {
      const window = [0, 1].flatMap((i) => [0, 1].map((j) => [2 * r + i, 2 * c + j]));
      const [row, column] = window.reduce((best, at) => (map[at[0]][at[1]] > map[best[0]][best[1]] ? at : best));
      return row * width + column;
    }),
  );
}

/** Puts each number back where its window had the maximum, zeros elsewhere. */
function unpool(values: readonly (readonly number[])[], positions: readonly (readonly number[])[]): number[][] {
  const [height, width] = [2 * values.length, 2 * values[0].length];
  const result = Array.from({ length: height }, () => new Array<number>(width).fill(0));
  for (const [r, row] of values.entries()) {
    for (const [c, value] of row.entries()) {
      const at = positions[r][c];
      result[Math.floor(at / width)][at % width] = value;
    }
  }
  return result;
}

const slides = [
  [1, 2, 6, 3],
  [3, 5, 2, 1],
  [1, 2, 2, 1],
  [7, 3, 4, 8],
];

export const unpoolingExercises: Readonly<Record<string, Exercise>> = {
  'unpooling.positions': functionExercise({
    name: 'positions',
    cases: () =>
      [
        slides,
        digits(2, 6, 1),
        digits(6, 4, 2),
        [
          [-3, -1, -2, -2],
          [-4, -2, -2, -9],
        ],
      ].map((map) => ({
        args: [map],
        expected: poolPositions(map),
      })),
  }),
  'unpooling.unpool': functionExercise({
    name: 'unpool',
    cases: () =>
      [slides, digits(2, 6, 3), digits(6, 4, 4)].map((map, n) => {
        const values = digits(map.length / 2, map[0].length / 2, 5 + n);
        const positions = poolPositions(map);
        return { args: [values, positions], expected: unpool(values, positions) };
      }),
  }),
};
