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

test('who finds which object', async () => {
  const matched = (once: boolean) => (detections: Box[], objects: Box[], threshold: number) => {
    const left = new Set(objects.keys());
    return detections.map((box) => {
      const [best] = [...left].sort((a, b) => iou(box, objects[b]) - iou(box, objects[a]));
      if (best === undefined || iou(box, objects[best]) < threshold) return false;
      if (once) left.delete(best);
      return true;
    });
  };
  await assertJudges(averagePrecisionExercises['averagePrecision.matched'], [matched(true)], {
    'an object may be found twice': [matched(false), /expected/],
    'no threshold': [(d: Box[], o: Box[]) => matched(true)(d, o, 0), /expected/],
    'each object finds its detection': [
      (d: Box[], o: Box[], threshold: number) => {
        const best = o.map((object) =>
          d.findIndex((box) => iou(box, object) === Math.max(...d.map((b) => iou(b, object)))),
        );
        return d.map((box, n) => best.some((m, g) => m === n && iou(box, o[g]) >= threshold));
      },
      /expected/,
    ],
  });
});

const hitsOf = (outcomes: boolean[]) => outcomes.map((_, n) => outcomes.slice(0, n + 1).filter(Boolean).length);

test('all-point average precision', async () => {
  const area = (raise: boolean) => (outcomes: boolean[], objects: number) => {
    const precision = hitsOf(outcomes).map((hits, n) => hits / (n + 1));
    return outcomes.reduce((sum, right, n) => {
      const height = raise ? Math.max(...precision.slice(n)) : precision[n];
      return right ? sum + height / objects : sum;
    }, 0);
  };
  await assertJudges(averagePrecisionExercises['averagePrecision.allPoints'], [area(true)], {
    'divided by what was found': [
      (outcomes: boolean[]) => area(true)(outcomes, Math.max(1, outcomes.filter(Boolean).length)),
      /case 1/,
    ],
    'the last precision': [(outcomes: boolean[]) => hitsOf(outcomes).at(-1)! / outcomes.length, /case 1/],
    'the mean precision': [
      (outcomes: boolean[]) => hitsOf(outcomes).reduce((sum, hits, n) => sum + hits / (n + 1), 0) / outcomes.length,
      /case 1/,
    ],
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
