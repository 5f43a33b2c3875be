import { toDetections } from '../boxes/toDetections';
import { largest } from '../checks/extremes';
import { sampledPrecision } from '../metrics/averagePrecision';
import { cocoMetrics } from '../metrics/cocoMetrics';
import { createRandom } from '../tensor/random';
import { range } from '../tensor/range';
import { distinctScores, someBoxes } from './cases';
import { type Exercise, functionExercise, valueExercise } from './exercise';

/** A few images with objects, and detections of them a pixel or two aside, some twice, and some of nothing. */
function scene(images: number, objectsEach: number, seed: number) {
  const random = createRandom(seed);
  const near = (box: number[]) => box.map((edge) => edge + random.integer(3) - 1);
  const objects = range(images).flatMap((image) =>
    someBoxes(objectsEach, 10 * seed + image).map((box) => ({ image, box })),
  );
  const found = objects.flatMap(({ image, box }) => {
    const copies = range(1 + random.integer(2)).map(() => ({ image, box: near(box) }));
    return random.uniform() < 0.3 ? [...copies, { image, box: someBoxes(1, seed + 50)[0] }] : copies;
  });
  const scores = distinctScores(found.length, random);
  return { detections: found.map((one, n) => ({ ...one, score: scores[n] })), objects };
}

/** COCO's mAP of one class, by the library. */
function cocoMap({ detections, objects }: ReturnType<typeof scene>): number {
  const images = 1 + largest([...detections, ...objects].map(({ image }) => image));
  const of = <One extends { image: number; box: number[] }>(list: readonly One[]) =>
    range(images).map((n) =>
      toDetections(list.filter(({ image }) => image === n).map((one) => ({ ...one, label: 0 }))),
    );
  return cocoMetrics(of(detections), of(objects)).mAP!;
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
  'averagePrecision.careful': valueExercise({
    expected: () => ({ AP50: 'complete', COCO: 'careful' }),
    hint: () => 'compare the numbers of the two detectors that the cell prints',
  }),
  'averagePrecision.cocoMap': functionExercise({
    name: 'cocoMap',
    // Scores are stored with seven digits.
    tolerance: 1e-6,
    cases: () => {
      const box = [0, 0, 10, 10];
      const twice = {
        detections: [
          { image: 0, box: [0, 0, 10, 9], score: 0.9 },
          { image: 0, box, score: 0.8 },
        ],
        objects: [{ image: 0, box }],
      };
      // The better of two detections may come second, and the better object may be taken.
      const crowded = {
        detections: [
          { image: 0, box: [1, 0, 11, 10], score: 0.5 },
          { image: 0, box: [0, 0, 10, 10], score: 0.25 },
        ],
        objects: [
          { image: 0, box: [1, 0, 11, 10] },
          { image: 0, box: [2, 0, 12, 10] },
        ],
      };
      const nothing = { detections: [], objects: [{ image: 0, box }] };
      return [twice, crowded, scene(1, 3, 2), scene(3, 3, 4), scene(4, 2, 7), nothing].map((one) => ({
        args: [one.detections, one.objects],
        expected: cocoMap(one),
      }));
    },
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
