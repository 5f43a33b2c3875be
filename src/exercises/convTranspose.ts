import { digits } from './cases';
import { type Exercise, functionExercise } from './exercise';

/** A transposed convolution in one dimension: copies of the filter, weighted by the input, `stride` apart, summed where they overlap. */
function convTranspose1d(input: readonly number[], filter: readonly number[], stride: number): number[] {
  const output = new Array<number>((input.length - 1) * stride + filter.length).fill(0);
  for (const [n, weight] of input.entries()) {
    for (const [i, tap] of filter.entries()) output[n * stride + i] += weight * tap;
  }
  return output;
}

/** The same in two dimensions; `trim` rows and columns fall off each side, as padding of the convolution does. */
function convTranspose2d(
  input: readonly (readonly number[])[],
  filter: readonly (readonly number[])[],
  stride: number,
  trim: number,
): number[][] {
  const size = (n: number, taps: number) => (n - 1) * stride + taps;
  const [height, width] = [size(input.length, filter.length), size(input[0].length, filter[0].length)];
  const output = Array.from({ length: height }, () => new Array<number>(width).fill(0));
  for (const [r, row] of input.entries()) {
    for (const [c, weight] of row.entries()) {
      for (const [i, taps] of filter.entries()) {
        for (const [j, tap] of taps.entries()) output[r * stride + i][c * stride + j] += weight * tap;
      }
    }
  }
  return output.slice(trim, height - trim).map((row) => row.slice(trim, width - trim));
}

export const convTransposeExercises: Readonly<Record<string, Exercise>> = {
  'convTranspose.inOneDimension': functionExercise({
    name: 'convTranspose1d',
    cases: () =>
      [
        { input: [2, 5], filter: [1, 2, 3], stride: 2 },
        { input: [1, 2, 3], filter: [1, 1], stride: 1 },
        { input: [4, -1, 2], filter: [2, 0, 1, 3], stride: 3 },
        // Gaps stay zero.
        { input: [3, 1], filter: [5], stride: 4 },
      ].map(({ input, filter, stride }) => ({
        args: [input, filter, stride],
        expected: convTranspose1d(input, filter, stride),
      })),
  }),
  'convTranspose.inTwoDimensions': functionExercise({
    name: 'convTranspose2d',
    cases: () =>
      [
        { input: digits(2, 2, 1), filter: digits(3, 3, 2), stride: 2, trim: 0 },
        { input: digits(2, 3, 3), filter: digits(3, 2, 4), stride: 1, trim: 0 },
        { input: digits(3, 2, 5), filter: digits(4, 4, 6), stride: 2, trim: 1 },
        { input: digits(1, 4, 7), filter: digits(2, 3, 8), stride: 3, trim: 0 },
      ].map(({ input, filter, stride, trim }) => ({
        args: [input, filter, stride, trim],
        expected: convTranspose2d(input, filter, stride, trim),
      })),
  }),
};
