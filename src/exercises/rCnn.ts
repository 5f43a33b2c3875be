import ndarray from 'ndarray';
import { boxCode } from '../boxes/boxCode';
import { ridgeRegression } from '../linear/ridgeRegression';
import { createRandom } from '../tensor/random';
import { someBoxes } from './cases';
import { type Exercise, functionExercise } from './exercise';

export const rCnnExercises: Readonly<Record<string, Exercise>> = {
  'rCnn.transform': functionExercise({
    name: 'transform',
    tolerance: 1e-5,
    cases: () =>
      [0, 1, 2, 3].map((n) => {
        const [[proposal], [box]] = [someBoxes(1, 30 + n), someBoxes(1, 40 + n)];
        const code = boxCode().encode([box], [proposal]);
        return { args: [proposal, box], expected: [0, 1, 2, 3].map((i) => code.get(0, i)) };
      }),
  }),
  'rCnn.ridge': functionExercise({
    name: 'ridge',
    tolerance: 1e-6,
    cases: () =>
      [
        { rows: 5, penalty: 1, seed: 1 },
        { rows: 8, penalty: 0.1, seed: 2 },
        // Fewer examples than features: only the penalty makes it solvable.
        { rows: 1, penalty: 2, seed: 3 },
        { rows: 12, penalty: 50, seed: 4 },
      ].map(({ rows, penalty, seed }) => {
        const random = createRandom(seed);
        const features = Array.from({ length: rows }, () => [0, 1].map(() => Math.round(10 * random.normal()) / 10));
        const targets = features.map(([a, b]) => Math.round(10 * (2 * a - b + 0.1 * random.normal())) / 10);
        const weights = ridgeRegression(
          ndarray(Float64Array.from(features.flat()), [rows, 2]),
          ndarray(Float64Array.from(targets), [rows, 1]),
          { penalty },
        );
        return { args: [features, targets, penalty], expected: [weights.get(0, 0), weights.get(1, 0)] };
      }),
  }),
};
