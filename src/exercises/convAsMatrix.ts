import { type Exercise, functionExercise } from './exercise';

/** The matrix of a convolution of `length` numbers with zero padding on both sides: row i has the filter where window i stands. */
function matrixOf(filter: readonly number[], length: number, stride: number, padding: number): number[][] {
  const rows = Math.floor((length + 2 * padding - filter.length) / stride) + 1;
  return Array.from({ length: rows }, (_, i) =>
    Array.from({ length }, (_, j) => filter[j + padding - i * stride] ?? 0),
  );
}

export const convAsMatrixExercises: Readonly<Record<string, Exercise>> = {
  'convAsMatrix.matrixOf': functionExercise({
    name: 'matrixOf',
    cases: () =>
      [
        { filter: [1, 2, 3], length: 4, stride: 1, padding: 1 },
        { filter: [1, 2, 3], length: 6, stride: 2, padding: 0 },
        { filter: [4, 5], length: 5, stride: 1, padding: 0 },
        { filter: [1, 2, 3, 4, 5], length: 7, stride: 3, padding: 2 },
        { filter: [7], length: 3, stride: 2, padding: 0 },
      ].map(({ filter, length, stride, padding }) => ({
        args: [filter, length, stride, padding],
        expected: matrixOf(filter, length, stride, padding),
      })),
  }),
};
