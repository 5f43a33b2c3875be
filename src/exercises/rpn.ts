import { largeBoxes } from '../boxes/boxArea';
import { boxCode } from '../boxes/boxCode';
import { nms } from '../boxes/nms';
import { createRandom } from '../tensor/random';
import { distinctScores, someBoxes } from './cases';
import { type Exercise, functionExercise, valueExercise } from './exercise';

/** Decoded, clipped to the image, without tiny ones, thinned by NMS of 0.7, the best `limit` by score. */
function propose(
  scores: readonly number[],
  transforms: readonly number[][],
  anchors: readonly number[][],
  side: number,
  least: number,
  limit: number,
): number[][] {
  const decoded = boxCode().decode(transforms as number[][], anchors as number[][]);
  const boxes = anchors.map((_, n) => [0, 1, 2, 3].map((i) => Math.min(Math.max(decoded.get(n, i), 0), side)));
  const large = largeBoxes(boxes, { side: least });
  const kept = nms(
    large.map((row) => boxes[row]),
    { scores: large.map((row) => scores[row]), iouThreshold: 0.7, limit },
  );
  return kept.map((row) => boxes[large[row]]);
}

export const rpnExercises: Readonly<Record<string, Exercise>> = {
  'rpn.drawnCounts': functionExercise({
    name: 'drawnCounts',
    cases: () =>
      [
        [3, 700, 32],
        [40, 700, 32],
        [0, 768, 32],
        [200, 20, 256],
        [5, 6, 32],
        [9, 90, 7],
      ].map(([positives, negatives, size]) => {
        const positive = Math.min(positives, Math.floor(size / 2));
        return { args: [positives, negatives, size], expected: [positive, Math.min(negatives, size - positive)] };
      }),
  }),
  'rpn.withoutNms': valueExercise({
    expected: () => 'falls',
    hint: () => 'compare the last two recalls that the cell prints',
  }),
  'rpn.propose': functionExercise({
    name: 'propose',
    tolerance: 1e-5,
    cases: () =>
      [
        { count: 6, least: 0, limit: 3, seed: 4 },
        { count: 12, least: 2, limit: 5, seed: 5 },
        { count: 10, least: 2, limit: 10, seed: 6 },
        { count: 12, least: 8, limit: 12, seed: 7 },
      ].map(({ count, least, limit, seed }) => {
        const random = createRandom(seed);
        // Each has a neighbor that is nearly the same.
        const anchors = someBoxes(count / 2, 70 + seed).flatMap((box) => [box, box.map((edge, i) => edge + (i % 2))]);
        const transforms = anchors.map(() => [0, 1, 2, 3].map(() => Math.round(10 * random.normal()) / 100));
        const scores = distinctScores(count, random);
        return {
          args: [scores, transforms, anchors, 20, least, limit],
          expected: propose(scores, transforms, anchors, 20, least, limit),
        };
      }),
  }),
};
