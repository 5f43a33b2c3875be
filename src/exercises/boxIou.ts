import { createRandom } from '../tensor/random';
import { boxIouOf, someBoxes } from './cases';
import { type Exercise, functionExercise, valueExercise } from './exercise';

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
  'boxIou.larger': valueExercise({
    expected: () => ({ giou: 'stays', l1: 'grows' }),
    hint: () => 'compare both losses with the numbers that the cell prints',
  }),
  'boxIou.giou': functionExercise({
    name: 'giouTable',
    cases: () =>
      [
        // Apart in both directions, touching, one inside the other, equal.
        [
          [[0, 0, 10, 10]],
          [
            [20, 30, 40, 40],
            [10, 0, 20, 10],
            [2, 2, 4, 4],
            [0, 0, 10, 10],
          ],
        ],
        [someBoxes(3, 1), someBoxes(4, 2)],
        [someBoxes(1, 3), someBoxes(5, 4)],
        // Boxes without an area, also on a line, whose hull has none.
        [
          [[5, 5, 5, 9]],
          [
            [5, 5, 5, 9],
            [5, 20, 5, 30],
            [0, 0, 10, 10],
          ],
        ],
      ].map(([a, b]) => ({ args: [a, b], expected: a.map((p) => b.map((q) => giouOf(p, q))) })),
  }),
};

/** IoU minus the share of the hull that neither box covers. */
function giouOf(p: readonly number[], q: readonly number[]): number {
  const hull = (Math.max(p[2], q[2]) - Math.min(p[0], q[0])) * (Math.max(p[3], q[3]) - Math.min(p[1], q[1]));
  const area = ([x1, y1, x2, y2]: readonly number[]) => (x2 - x1) * (y2 - y1);
  const iou = boxIouOf(p, q);
  // Both have area p + area q = union + intersection, and the intersection is IoU · union.
  const union = (area(p) + area(q)) / (1 + iou);
  return hull > 0 ? iou - (hull - union) / hull : 0;
}
