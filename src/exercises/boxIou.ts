import { createRandom } from '../tensor/random';
import { boxIouOf, someBoxes } from './cases';
import { type Exercise, functionExercise } from './exercise';

export const boxIouExercises: Readonly<Record<string, Exercise>> = {
  'boxIou.tolerance': functionExercise({
    name: 'tolerance',
    tolerance: 1e-9,
    cases: () =>
      [10, 64, 300].flatMap((side) =>
        [0.5, 0.7, 0.9].map((level) => ({ args: [side, level], expected: (side * (1 - level)) / (1 + level) })),
      ),
  }),
  'boxIou.maskIou': functionExercise({
    name: 'maskIou',
    cases: () => {
      const random = createRandom(2);
      const mask = (share: number) => Array.from({ length: 30 }, () => Number(random.uniform() < share));
      return [
        [mask(0.5), mask(0.5)],
        [mask(0.9), mask(0.2)],
        [
          [1, 1, 0, 0],
          [0, 0, 1, 1],
        ],
        [
          [1, 0, 1],
          [1, 0, 1],
        ],
        // Two masks without a pixel overlap in nothing.
        [
          [0, 0, 0],
          [0, 0, 0],
        ],
      ].map(([p, q]) => {
        const both = p.filter((pixel, i) => pixel === 1 && q[i] === 1).length;
        const any = p.filter((pixel, i) => pixel === 1 || q[i] === 1).length;
        return { args: [p, q], expected: any === 0 ? 0 : both / any };
      });
    },
  }),
  'boxIou.table': functionExercise({
    name: 'iouTable',
    cases: () =>
      [
        [someBoxes(3, 1), someBoxes(4, 2)],
        [someBoxes(1, 3), someBoxes(5, 4)],
        [
          [[0, 0, 10, 10]],
          [
            [10, 0, 20, 10],
            [20, 20, 30, 30],
            [2, 2, 4, 4],
            [0, 0, 10, 10],
          ],
        ],
        // A box without an area.
        [
          [[5, 5, 5, 9]],
          [
            [5, 5, 5, 9],
            [0, 0, 10, 10],
          ],
        ],
      ].map(([a, b]) => ({ args: [a, b], expected: a.map((p) => b.map((q) => boxIouOf(p, q))) })),
  }),
};
