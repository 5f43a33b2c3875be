import { suite } from 'uvu';
import { rCnnExercises } from '../../src/exercises/rCnn';
import { assertJudges } from '../support/exercises';

const test = suite('exercises: rCnn');

type Box = number[];

test('the transform from a proposal to a box', async () => {
  const transform =
    (by: 'proposal' | 'box', size: (ratio: number) => number, corner = 0.5) =>
    (p: Box, b: Box) => {
      const side = (box: Box, i: number) => box[i + 2] - box[i];
      const at = (box: Box, i: number) => box[i] + corner * side(box, i);
      const unit = by === 'proposal' ? p : b;
      return [
        ...[0, 1].map((i) => (at(b, i) - at(p, i)) / side(unit, i)),
        ...[0, 1].map((i) => size(side(b, i) / side(p, i))),
      ];
    };
  await assertJudges(rCnnExercises['rCnn.transform'], [transform('proposal', Math.log)], {
    'relative to the box': [transform('box', Math.log), /expected/],
    'sizes without the logarithm': [transform('proposal', (ratio) => ratio), /expected/],
    'corners for centers': [transform('proposal', Math.log, 0), /expected/],
  });
});

test('ridge regression', async () => {
  /** Cramer's rule for two features. */
  const ridge =
    (penaltyOf: (penalty: number, rows: number) => number) => (x: number[][], y: number[], penalty: number) => {
      const sum = (value: (row: number[], i: number) => number) =>
        x.reduce((total, row, i) => total + value(row, i), 0);
      const extra = penaltyOf(penalty, x.length);
      const [a, b, d] = [sum(([p]) => p * p) + extra, sum(([p, q]) => p * q), sum(([, q]) => q * q) + extra];
      const [u, v] = [sum(([p], i) => p * y[i]), sum(([, q], i) => q * y[i])];
      const determinant = a * d - b * b;
      return [(u * d - b * v) / determinant, (a * v - b * u) / determinant];
    };
  await assertJudges(rCnnExercises['rCnn.ridge'], [ridge((penalty) => penalty)], {
    'least squares': [ridge(() => 0), /expected/],
    'a penalty for each example': [ridge((penalty, rows) => penalty * rows), /expected/],
    'half the penalty': [ridge((penalty) => penalty / 2), /expected/],
  });
});

test.run();
