import { suite } from 'uvu';
import { rpnExercises } from '../../src/exercises/rpn';
import { assertJudges } from '../support/exercises';

const test = suite('exercises: rpn');

type Box = number[];

function iou(p: Box, q: Box): number {
  const side = (i: number) => Math.max(0, Math.min(p[i + 2], q[i + 2]) - Math.max(p[i], q[i]));
  const both = side(0) * side(1);
  const union = (p[2] - p[0]) * (p[3] - p[1]) + (q[2] - q[0]) * (q[3] - q[1]) - both;
  return union > 0 ? both / union : 0;
}

test('labels of anchors', async () => {
  const label =
    (second: boolean, ignored = -1) =>
    (anchors: Box[], objects: Box[], high: number, low: number) => {
      const labels = anchors.map((anchor) => {
        const most = Math.max(...objects.map((object) => iou(anchor, object)));
        if (most >= high) return 1;
        return most < low ? 0 : ignored;
      });
      if (second)
        for (const object of objects) {
          const most = Math.max(...anchors.map((anchor) => iou(anchor, object)));
          if (most > 0)
            anchors.forEach((anchor, n) => {
              if (iou(anchor, object) === most) labels[n] = 1;
            });
        }
      return labels;
    };
  await assertJudges(rpnExercises['rpn.label'], [label(true)], {
    'without the second rule': [label(false), /expected/],
    'between the thresholds is negative': [label(true, 0), /expected/],
  });
});

test('from anchors to proposals', async () => {
  const propose =
    ({ clip = true, exp = true, threshold = 0.7 }) =>
    (scores: number[], transforms: number[][], anchors: Box[], side: number, limit: number) => {
      const boxes = anchors.map(([x1, y1, x2, y2], n) => {
        const [tx, ty, tw, th] = transforms[n];
        const grown = (t: number) => (exp ? Math.exp(t) : 1 + t);
        const [w, h] = [(x2 - x1) * grown(tw), (y2 - y1) * grown(th)];
        const [x, y] = [(x1 + x2) / 2 + (x2 - x1) * tx, (y1 + y2) / 2 + (y2 - y1) * ty];
        const box = [x - w / 2, y - h / 2, x + w / 2, y + h / 2];
        return clip ? box.map((edge) => Math.min(Math.max(edge, 0), side)) : box;
      });
      const kept: Box[] = [];
      for (const row of [...scores.keys()].sort((a, b) => scores[b] - scores[a]))
        if (kept.length < limit && kept.every((other) => iou(boxes[row], other) <= threshold)) kept.push(boxes[row]);
      return kept;
    };
  await assertJudges(rpnExercises['rpn.propose'], [propose({})], {
    'not clipped': [propose({ clip: false }), /expected/],
    'sizes without the exponential': [propose({ exp: false }), /expected/],
    'nothing is suppressed': [propose({ threshold: 1 }), /expected/],
    'anchors for proposals': [
      (scores: number[], transforms: number[][], anchors: Box[], side: number, limit: number) =>
        propose({})(
          scores,
          transforms.map(() => [0, 0, 0, 0]),
          anchors,
          side,
          limit,
        ),
      /expected/,
    ],
  });
});

test.run();
