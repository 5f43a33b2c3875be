import { nms } from '../boxes/nms';
import { createRandom } from '../tensor/random';
import { printed, sameAnswer } from './answers';
import { boxIouOf, distinctScores, someBoxes } from './cases';
import { type Exercise, functionExercise } from './exercise';

/** Scores after one round of Gaussian soft-NMS in which row `best` has been taken. */
function decayed(scores: readonly number[], overlaps: readonly number[], best: number, sigma: number): number[] {
  return scores.map((score, i) => (i === best ? score : score * Math.exp(-(overlaps[i] ** 2) / sigma)));
}

/** Boxes in an image of 2000 px, close to their neighbors, and rows that stay by class. */
function crowded() {
  const random = createRandom(9);
  const boxes = Array.from({ length: 60 }, () => {
    const [x, y] = [100 * random.integer(20), 100 * random.integer(3)];
    return [x, y, x + 90 + random.integer(20), y + 90 + random.integer(20)];
  });
  const scores = distinctScores(60, random);
  const labels = boxes.map(() => random.integer(4));
  return { boxes, scores, labels };
}

export const nmsExercises: Readonly<Record<string, Exercise>> = {
  'nms.moved': {
    async problem(answer) {
      if (typeof answer !== 'function') return `expected moved to be a function, got ${printed(answer)}`;
      const { boxes, scores, labels } = crowded();
      const wanted = nms(boxes, { scores, labels, iouThreshold: 0.5 });
      const moved: number[][] = [];
      for (const [i, box] of boxes.entries()) {
        const got: unknown = answer([...box], labels[i]);
        if (!Array.isArray(got) || got.length !== 4 || !got.every(Number.isFinite)) {
          return `moved(${printed(box)}, ${labels[i]}): got ${printed(got)}, expected four numbers`;
        }
        moved.push(got);
      }
      const kept = nms(moved, { scores, iouThreshold: 0.5 });
      if (sameAnswer(kept, wanted, 0)) return null;
      return `of 60 boxes in an image 2000 px wide, ${kept.length} stay in one call, and ${wanted.length} class by class`;
    },
  },
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
        const scores = distinctScores(count, random);
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
