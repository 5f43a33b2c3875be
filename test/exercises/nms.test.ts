import { suite } from 'uvu';
import { nmsExercises } from '../../src/exercises/nms';
import { assertJudges } from '../support/exercises';

const test = suite('exercises: nms');

type Box = number[];

function iou(p: Box, q: Box): number {
  const side = (i: number) => Math.max(0, Math.min(p[i + 2], q[i + 2]) - Math.max(p[i], q[i]));
  const both = side(0) * side(1);
  return both / ((p[2] - p[0]) * (p[3] - p[1]) + (q[2] - q[0]) * (q[3] - q[1]) - both);
}

const suppress =
  (
    rivals: (kept: number[], row: number, labels: number[]) => number[],
    order = (scores: number[]) => rowsByScore(scores),
  ) =>
  (boxes: Box[], scores: number[], labels: number[], threshold: number, limit: number) => {
    const kept: number[] = [];
    for (const row of order(scores))
      if (kept.length < limit && !rivals(kept, row, labels).some((other) => iou(boxes[row], boxes[other]) > threshold))
        kept.push(row);
    return kept;
  };
const rowsByScore = (scores: number[]) => [...scores.keys()].sort((a, b) => scores[b] - scores[a]);
const sameClass = (kept: number[], row: number, labels: number[]) =>
  kept.filter((other) => labels[other] === labels[row]);

test('suppression class by class', async () => {
  await assertJudges(nmsExercises['nms.byClass'], [suppress(sameClass)], {
    'classes suppress each other': [suppress((kept) => kept), /expected/],
    'in the order of the list': [suppress(sameClass, (scores) => [...scores.keys()]), /expected/],
    'removed boxes suppress, too': [
      (boxes: Box[], scores: number[], labels: number[], threshold: number) => {
        const order = rowsByScore(scores);
        return order.filter((row, n) =>
          order
            .slice(0, n)
            .every((other) => labels[other] !== labels[row] || iou(boxes[row], boxes[other]) <= threshold),
        );
      },
      /expected/,
    ],
    'sorted by row': [
      (boxes: Box[], scores: number[], labels: number[], threshold: number, limit: number) =>
        suppress(sameClass)(boxes, scores, labels, threshold, limit).sort((a, b) => a - b),
      /expected/,
    ],
    'all of them, whatever the limit': [
      (boxes: Box[], scores: number[], labels: number[], threshold: number) =>
        suppress(sameClass)(boxes, scores, labels, threshold, Number.POSITIVE_INFINITY),
      /case 4 of 6/,
    ],
    'the last of equal scores first': [
      suppress(sameClass, (scores) => [...scores.keys()].reverse().sort((a, b) => scores[b] - scores[a])),
      /case 5 of 6/,
    ],
    'only the best box counts': [suppress((kept, row, labels) => sameClass(kept, row, labels).slice(0, 1)), /expected/],
  });
});

test('the best threshold of boxes that overlap less', async () => {
  await assertJudges(nmsExercises['nms.sloppier'], ['lower'], {
    higher: ['higher', /compare the two/],
    'no difference': ['the same', /compare the two/],
  });
});

test('boxes moved apart by class', async () => {
  const by = (offset: number) => (box: number[], label: number) => box.map((edge) => edge + offset * label);
  const down = (box: number[], label: number) => box.map((edge, i) => (i % 2 === 1 ? edge + 5000 * label : edge));
  await assertJudges(nmsExercises['nms.moved'], [by(10_000), by(2500), down, by(-3000)], {
    'not at all': [by(0), /of 60 boxes/],
    'less than the image is wide': [by(100), /of 60 boxes in an image 2000 px wide/],
    'scaled apart': [(box: number[], label: number) => box.map((edge) => edge * (1 + 1e-3 * label)), /of 60 boxes/],
    'two numbers': [() => [1, 2], /expected four numbers/],
  });
});

test.run();
