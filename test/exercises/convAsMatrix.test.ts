import { suite } from 'uvu';
import { convAsMatrixExercises } from '../../src/exercises/convAsMatrix';
import { assertJudges } from '../support/exercises';

const test = suite('exercises: convAsMatrix');

/** Column j is what the convolution makes of a single 1 at place j. */
const matrixOf =
  (keep: (filter: number[]) => number[]) => (filter: number[], length: number, stride: number, padding: number) => {
    const columns = Array.from({ length }, (_, j) => {
      const padded = Array.from({ length: length + 2 * padding }, (_, i) => Number(i === j + padding));
      const outputs: number[] = [];
      for (let start = 0; start + filter.length <= padded.length; start += stride)
        outputs.push(keep(filter).reduce((sum, tap, i) => sum + tap * padded[start + i], 0));
      return outputs;
    });
    return columns[0].map((_, row) => columns.map((column) => column[row]));
  };

test('the matrix of a convolution', async () => {
  const right = matrixOf((filter) => filter);
  await assertJudges(convAsMatrixExercises['convAsMatrix.matrixOf'], [right], {
    'the filter mirrored': [matrixOf((filter) => [...filter].reverse()), /case 1/],
    'the padding kept as columns': [
      (filter: number[], length: number, stride: number, padding: number) =>
        right(filter, length + 2 * padding, stride, 0),
      /case 1/,
    ],
    'always stride 1': [
      (f: number[], length: number, _: number, padding: number) => right(f, length, 1, padding),
      /case 2/,
    ],
    transposed: [
      (f: number[], length: number, stride: number, padding: number) => {
        const matrix = right(f, length, stride, padding);
        return matrix[0].map((_, c) => matrix.map((row) => row[c]));
      },
      /expected/,
    ],
  });
});

test.run();
