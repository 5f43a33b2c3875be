import { suite } from 'uvu';
import { averagePrecisionExercises } from '../../src/exercises/averagePrecision';
import { assertJudges } from '../support/exercises';

const test = suite('exercises: averagePrecision');

type Box = number[];

function iou(p: Box, q: Box): number {
  const side = (i: number) => Math.max(0, Math.min(p[i + 2], q[i + 2]) - Math.max(p[i], q[i]));
  const both = side(0) * side(1);
  return both / ((p[2] - p[0]) * (p[3] - p[1]) + (q[2] - q[0]) * (q[3] - q[1]) - both);
}

interface Faults {
  once?: boolean;
  acrossImages?: boolean;
  sorted?: boolean;
  raised?: boolean;
  levels?: number;
  thresholds?: number[];
  takenToo?: boolean;
}

const ten = Array.from({ length: 10 }, (_, i) => 0.5 + i / 20);

/** COCO's mAP of a class, right unless something is asked to be wrong. */
const cocoMap =
  (faults: Faults = {}) =>
  (detections: { image: number; box: Box; score: number }[], objects: { image: number; box: Box }[]) => {
    const { once = true, acrossImages = false, sorted = true, raised = true, takenToo = false } = faults;
    const { levels = 101, thresholds = ten } = faults;
    const order = sorted ? [...detections].sort((a, b) => b.score - a.score) : detections;
    const areas = thresholds.map((threshold) => {
      const free = new Set(objects);
      let hits = 0;
      const points = order.map(({ image, box }, n) => {
        const rivals = (takenToo ? objects : [...free]).filter((one) => acrossImages || one.image === image);
        const [best] = rivals.sort((a, b) => iou(box, b.box) - iou(box, a.box));
        if (best && free.has(best) && iou(box, best.box) >= threshold) {
          hits++;
          if (once) free.delete(best);
        }
        return { recall: hits / objects.length, precision: hits / (n + 1) };
      });
      const at = (level: number) => {
        const right = points.filter(({ recall }) => recall >= level - 1e-12).map(({ precision }) => precision);
        return raised ? Math.max(0, ...right) : (right[0] ?? 0);
      };
      return Array.from({ length: levels }, (_, i) => at(i / (levels - 1))).reduce((a, b) => a + b) / levels;
    });
    return areas.reduce((a, b) => a + b) / areas.length;
  };

test('mAP of a class as COCO takes it', async () => {
  await assertJudges(averagePrecisionExercises['averagePrecision.cocoMap'], [cocoMap()], {
    'an object may be found twice': [cocoMap({ once: false }), /expected/],
    'objects of other images': [cocoMap({ acrossImages: true }), /expected/],
    'in the order of the list': [cocoMap({ sorted: false }), /expected/],
    'not interpolated': [cocoMap({ raised: false }), /expected/],
    'eleven points': [cocoMap({ levels: 11 }), /expected/],
    'a single threshold': [cocoMap({ thresholds: [0.5] }), /expected/],
    'the best object even where it is taken, as in VOC': [cocoMap({ takenToo: true }), /case 2 of 6/],
  });
});

test('two detectors, two rankings', async () => {
  await assertJudges(averagePrecisionExercises['averagePrecision.careful'], [{ AP50: 'complete', COCO: 'careful' }], {
    'one is better at both': [{ AP50: 'careful', COCO: 'careful' }, /compare the numbers/],
    'the other way round': [{ AP50: 'careful', COCO: 'complete' }, /compare the numbers/],
  });
});

test('eleven points', async () => {
  const points =
    (count: number, at: (recall: number[], precision: number[], level: number) => number) =>
    (recall: number[], precision: number[]) =>
      Array.from({ length: count }, (_, i) => at(recall, precision, i / (count - 1))).reduce((sum, p) => sum + p, 0) /
      count;
  const best = (recall: number[], precision: number[], level: number) =>
    Math.max(0, ...precision.filter((_, n) => recall[n] >= level));
  await assertJudges(averagePrecisionExercises['averagePrecision.elevenPoints'], [points(11, best)], {
    '101 points': [points(101, best), /expected/],
    'a recall above the level': [
      points(11, (recall, precision, level) => Math.max(0, ...precision.filter((_, n) => recall[n] > level))),
      /expected/,
    ],
    'the first precision from the level on': [
      points(11, (recall, precision, level) => precision[recall.findIndex((r) => r >= level)] ?? 0),
      /expected/,
    ],
  });
});

test.run();
