import { nms } from '../boxes/nms';
import { createRandom } from '../tensor/random';
import { printed, sameAnswer } from './answers';
import { distinctScores, someBoxes } from './cases';
import { type Exercise, functionExercise, valueExercise } from './exercise';

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
  'nms.sloppier': valueExercise({
    expected: () => 'lower',
    hint: () => 'compare the two best thresholds that the cell prints',
  }),
  'nms.byClass': functionExercise({
    name: 'byClass',
    cases: () =>
      [
        { count: 6, classes: 1, threshold: 0.5, limit: 100, seed: 1 },
        { count: 10, classes: 2, threshold: 0.3, limit: 100, seed: 2 },
        { count: 14, classes: 3, threshold: 0.2, limit: 100, seed: 3 },
        { count: 12, classes: 2, threshold: 0.7, limit: 5, seed: 4 },
        // Scores in steps of a quarter: many are equal.
        { count: 16, classes: 2, threshold: 0.4, limit: 100, seed: 6, equal: true },
        { count: 1, classes: 1, threshold: 0.5, limit: 100, seed: 5 },
      ].map(({ count, classes, threshold, limit, seed, equal }) => {
        const random = createRandom(seed);
        const boxes = someBoxes(count, seed);
        const distinct = distinctScores(count, random);
        const scores = equal ? distinct.map((score) => Math.round(4 * score) / 4) : distinct;
        const labels = boxes.map(() => random.integer(classes));
        return {
          args: [boxes, scores, labels, threshold, limit],
          expected: nms(boxes, { scores, labels, iouThreshold: threshold, limit }),
        };
      }),
  }),
};
