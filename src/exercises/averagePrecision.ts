import { averagePrecision, sampledPrecision } from '../metrics/averagePrecision';
import { createRandom } from '../tensor/random';
import { boxIouOf, someBoxes } from './cases';
import { type Exercise, functionExercise } from './exercise';

/** By falling score each detection takes the free object that it overlaps most, if by the threshold or more: true where it finds one. */
function matched(
  detections: readonly (readonly number[])[],
  objects: readonly (readonly number[])[],
  threshold: number,
): boolean[] {
  const free = objects.map(() => true);
  return detections.map((box) => {
    let best = -1;
    for (const [g, object] of objects.entries()) {
      if (free[g] && (best < 0 || boxIouOf(box, object) > boxIouOf(box, objects[best]))) best = g;
    }
    if (best < 0 || boxIouOf(box, objects[best]) < threshold) return false;
    free[best] = false;
    return true;
  });
}

/** Precision and recall after each detection. */
function curve(outcomes: readonly boolean[], objects: number) {
  const hits = outcomes.map((_, n) => outcomes.slice(0, n + 1).filter(Boolean).length);
  return {
    truths: objects,
    precision: Float64Array.from(hits, (count, n) => count / (n + 1)),
    recall: Float64Array.from(hits, (count) => count / objects),
  };
}

const runs: readonly (readonly [outcomes: string, objects: number])[] = [
  ['101001', 4],
  ['1110', 3],
  ['0001', 2],
  ['0000', 3],
  ['110100010', 5],
];
const outcomesOf = (text: string) => Array.from(text, (letter) => letter === '1');

export const averagePrecisionExercises: Readonly<Record<string, Exercise>> = {
  'averagePrecision.matched': functionExercise({
    name: 'matched',
    cases: () => {
      const random = createRandom(5);
      return [0.5, 0.5, 0.3, 0.7].map((threshold, n) => {
        const objects = someBoxes(3, 10 + n);
        // Each object is found twice or three times, a pixel or two aside, and something else in between.
        const near = (box: number[]) => box.map((edge) => edge + random.integer(3) - 1);
        const all = [...objects.map(near), ...someBoxes(2, 20 + n), ...objects.map(near), near(objects[0])];
        const detections = random.shuffle(all);
        return { args: [detections, objects, threshold], expected: matched(detections, objects, threshold) };
      });
    },
  }),
  'averagePrecision.allPoints': functionExercise({
    name: 'allPoints',
    cases: () =>
      runs.map(([text, objects]) => {
        const outcomes = outcomesOf(text);
        return { args: [outcomes, objects], expected: averagePrecision(curve(outcomes, objects))! };
      }),
  }),
  'averagePrecision.elevenPoints': functionExercise({
    name: 'elevenPoints',
    cases: () =>
      runs.map(([text, objects]) => {
        const { precision, recall } = curve(outcomesOf(text), objects);
        const levels = sampledPrecision({ precision, recall }, 'voc11').precision;
        return {
          args: [Array.from(recall), Array.from(precision)],
          expected: levels.reduce((sum, value) => sum + value, 0) / 11,
        };
      }),
  }),
};
