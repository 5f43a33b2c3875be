import { suite } from 'uvu';
import { convTransposeExercises } from '../../src/exercises/convTranspose';
import { assertJudges } from '../support/exercises';

const test = suite('exercises: convTranspose');

/** Reads instead of writing: every output gathers the products that land on it. */
function gathered(input: number[], filter: number[], stride: number): number[] {
  return Array.from({ length: (input.length - 1) * stride + filter.length }, (_, o) =>
    input.reduce((sum, value, n) => sum + value * (filter[o - n * stride] ?? 0), 0),
  );
}

test('in one dimension', async () => {
  await assertJudges(convTransposeExercises['convTranspose.inOneDimension'], [gathered], {
    'overlaps are overwritten': [
      (input: number[], filter: number[], stride: number) => {
        const output = new Array<number>((input.length - 1) * stride + filter.length).fill(0);
        for (const [n, weight] of input.entries())
          for (const [i, tap] of filter.entries()) output[n * stride + i] = weight * tap;
        return output;
      },
      /convTranspose1d\(\[2, 5\], \[1, 2, 3\], 2\): got \[2, 4, 5, 10, 15\], expected \[2, 4, 11, 10, 15\]/,
    ],
    'a convolution': [
      (input: number[], filter: number[]) =>
        input.map((_, n) => filter.reduce((sum, tap, i) => sum + tap * (input[n + i] ?? 0), 0)),
      /expected/,
    ],
    'the filter mirrored': [
      (input: number[], filter: number[], stride: number) => gathered(input, [...filter].reverse(), stride),
      /case 1/,
    ],
    'as long as stride times input': [
      (input: number[], filter: number[], stride: number) =>
        gathered(input, filter, stride).slice(0, input.length * stride),
      /case 1/,
    ],
  });
});

test('in two dimensions, trimmed', async () => {
  const rows = (input: number[][], filter: number[][], stride: number, trim: number, trimRight = trim) => {
    // One axis after the other does not do for a general filter: sum over its rows.
    const height = (input.length - 1) * stride + filter.length;
    const width = (input[0].length - 1) * stride + filter[0].length;
    const output = Array.from({ length: height }, (_, y) =>
      Array.from({ length: width }, (_, x) => {
        let sum = 0;
        for (const [r, row] of input.entries())
          for (const [c, value] of row.entries()) sum += value * (filter[y - r * stride]?.[x - c * stride] ?? 0);
        return sum;
      }),
    );
    return output.slice(trim, height - trimRight).map((row) => row.slice(trim, width - trimRight));
  };
  await assertJudges(convTransposeExercises['convTranspose.inTwoDimensions'], [rows], {
    'not trimmed': [(i: number[][], f: number[][], s: number) => rows(i, f, s, 0), /case 3 of 4/],
    'trimmed on one side': [(i: number[][], f: number[][], s: number, t: number) => rows(i, f, s, t, 0), /case 3 of 4/],
    'the filter transposed': [
      (i: number[][], f: number[][], s: number, t: number) =>
        rows(
          i,
          f[0].map((_, c) => f.map((row) => row[c])),
          s,
          t,
        ),
      /case 1/,
    ],
  });
});

test.run();
