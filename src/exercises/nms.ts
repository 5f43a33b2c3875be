import { nms } from '../boxes/nms';
import { createRandom } from '../tensor/random';
import { boxIouOf, someBoxes } from './cases';
import { type Exercise, functionExercise } from './exercise';

/** Scores after one round of Gaussian soft-NMS in which row `best` has been taken. */
function decayed(scores: readonly number[], overlaps: readonly number[], best: number, sigma: number): number[] {
  return scores.map((score, i) => (i === best ? score : score * Math.exp(-(overlaps[i] ** 2) / sigma)));
}

export const nmsExercises: Readonly<Record<string, Exercise>> = {
  'nms.byClass': functionExercise({
    name: 'byClass',
    cases: () =>
      [
        { count: 6, classes: 1, threshold: 0.5, seed: 1 },
        { count: 10, classes: 2, threshold: 0.3, seed: 2 },
        { count: 14, classes: 3, threshold: 0.2, seed: 3 },
        { count: 12, classes: 2, threshold: 0.7, seed: 4 },
        { count: 1, classes: 1, threshold: 0.5, seed: 5 },
      ].map(({ count, classes, threshold, seed }) => {
        const random = createRandom(seed);
        const boxes = someBoxes(count, seed);
        // No two are equal, so there is one right order.
        const scores = random.shuffle([...Array(count).keys()]).map((place) => (place + 1) / (count + 1));
        const labels = boxes.map(() => random.integer(classes));
        return {
          args: [boxes, scores, labels, threshold],
          expected: nms(boxes, { scores, labels, iouThreshold: threshold }),
        };
      }),
  }),
  'nms.decayed': functionExercise({
    name: 'decayed',
    cases: () =>
      [
        { best: 0, sigma: 0.5, seed: 6 },
        { best: 2, sigma: 0.5, seed: 7 },
        { best: 1, sigma: 0.3, seed: 8 },
      ].map(({ best, sigma, seed }) => {
        const random = createRandom(seed);
        const boxes = someBoxes(5, seed);
        const scores = boxes.map((_, i) => (i === best ? 0.95 : Math.round(90 * random.uniform()) / 100));
        const overlaps = boxes.map((box) => boxIouOf(box, boxes[best]));
        return { args: [scores, overlaps, best, sigma], expected: decayed(scores, overlaps, best, sigma) };
      }),
  }),
};
