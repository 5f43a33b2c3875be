import { boxCode } from '../boxes/boxCode';
import { nms } from '../boxes/nms';
import { createRandom } from '../tensor/random';
import { boxIouOf, distinctScores, someBoxes } from './cases';
import { type Exercise, functionExercise } from './exercise';

/** 1 for anchors that overlap an object by `high` or more, or an object's best; 0 for those below `low` with all; −1 for ignored ones. */
function label(anchors: readonly number[][], objects: readonly number[][], high: number, low: number): number[] {
  const overlaps = anchors.map((anchor) => objects.map((object) => boxIouOf(anchor, object)));
  const bestOf = objects.map((_, g) => Math.max(...overlaps.map((row) => row[g])));
  return overlaps.map((row) => {
    if (Math.max(...row) >= high || row.some((iou, g) => iou > 0 && iou === bestOf[g])) return 1;
    return Math.max(...row) < low ? 0 : -1;
  });
}

/** Decoded, clipped to the image, thinned by NMS of 0.7, the best `limit` by score. */
function propose(
  scores: readonly number[],
  transforms: readonly number[][],
  anchors: readonly number[][],
  side: number,
  limit: number,
): number[][] {
  const decoded = boxCode().decode(transforms as number[][], anchors as number[][]);
  const boxes = anchors.map((_, n) => [0, 1, 2, 3].map((i) => Math.min(Math.max(decoded.get(n, i), 0), side)));
  return nms(boxes, { scores, iouThreshold: 0.7, limit }).map((row) => boxes[row]);
}

export const rpnExercises: Readonly<Record<string, Exercise>> = {
  'rpn.label': functionExercise({
    name: 'label',
    cases: () =>
      [
        { anchors: 8, objects: 2, high: 0.7, low: 0.3, seed: 1 },
        { anchors: 12, objects: 3, high: 0.5, low: 0.2, seed: 2 },
        { anchors: 6, objects: 1, high: 0.9, low: 0.1, seed: 3 },
      ].map(({ anchors, objects, high, low, seed }) => {
        const [a, b] = [someBoxes(anchors, 50 + seed), someBoxes(objects, 60 + seed)];
        return { args: [a, b, high, low], expected: label(a, b, high, low) };
      }),
  }),
  'rpn.propose': functionExercise({
    name: 'propose',
    tolerance: 1e-5,
    cases: () =>
      [
        { count: 6, limit: 3, seed: 4 },
        { count: 12, limit: 5, seed: 5 },
        { count: 10, limit: 10, seed: 6 },
      ].map(({ count, limit, seed }) => {
        const random = createRandom(seed);
        // Each has a neighbor that is nearly the same.
        const anchors = someBoxes(count / 2, 70 + seed).flatMap((box) => [box, box.map((edge, i) => edge + (i % 2))]);
        const transforms = anchors.map(() => [0, 1, 2, 3].map(() => Math.round(10 * random.normal()) / 100));
        const scores = distinctScores(count, random);
        return {
          args: [scores, transforms, anchors, 20, limit],
          expected: propose(scores, transforms, anchors, 20, limit),
        };
      }),
  }),
};
