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

test('how many anchors are drawn', async () => {
  const drawn = (share: number, fill: boolean) => (positives: number, negatives: number, size: number) => {
    const positive = Math.min(positives, Math.floor(size * share));
    return [positive, Math.min(negatives, fill ? size - positive : Math.floor(size / 2))];
  };
  await assertJudges(rpnExercises['rpn.drawnCounts'], [drawn(0.5, true)], {
    'all positives': [drawn(1, true), /case 2 of 6/],
    'negatives do not fill up': [drawn(0.5, false), /case 1 of 6/],
    'more negatives than there are': [
      (positives: number, _: number, size: number) => {
        const positive = Math.min(positives, Math.floor(size / 2));
        return [positive, size - positive];
      },
      /case 4 of 6/,
    ],
    'half a positive': [
      (positives: number, negatives: number, size: number) => {
        const positive = Math.min(positives, size / 2);
        return [positive, Math.min(negatives, size - positive)];
      },
      /case 6 of 6/,
    ],
  });
});

test('ten proposals without NMS', async () => {
  await assertJudges(rpnExercises['rpn.withoutNms'], ['falls'], {
    rises: ['rises', /compare the last two/],
    'no difference': ['about the same', /compare the last two/],
  });
});

test('from anchors to proposals', async () => {
  const propose =
    ({ clip = true, exp = true, threshold = 0.7, sized = true, ascending = false }) =>
    (scores: number[], transforms: number[][], anchors: Box[], side: number, least: number, limit: number) => {
      const boxes = anchors.map(([x1, y1, x2, y2], n) => {
        const [tx, ty, tw, th] = transforms[n];
        const grown = (t: number) => (exp ? Math.exp(t) : 1 + t);
        const [w, h] = [(x2 - x1) * grown(tw), (y2 - y1) * grown(th)];
        const [x, y] = [(x1 + x2) / 2 + (x2 - x1) * tx, (y1 + y2) / 2 + (y2 - y1) * ty];
        const box = [x - w / 2, y - h / 2, x + w / 2, y + h / 2];
        return clip ? box.map((edge) => Math.min(Math.max(edge, 0), side)) : box;
      });
      const kept: Box[] = [];
      const order = [...scores.keys()].sort((a, b) => scores[b] - scores[a]);
      for (const row of ascending ? order.reverse() : order) {
        const [x1, y1, x2, y2] = boxes[row];
        if (sized && Math.min(x2 - x1, y2 - y1) <= least) continue;
        if (kept.length < limit && kept.every((other) => iou(boxes[row], other) <= threshold)) kept.push(boxes[row]);
      }
      return kept;
    };
  await assertJudges(rpnExercises['rpn.propose'], [propose({})], {
    'not clipped': [propose({ clip: false }), /expected/],
    'sizes without the exponential': [propose({ exp: false }), /expected/],
    'tiny boxes stay': [propose({ sized: false }), /expected/],
    'the lowest scores first': [propose({ ascending: true }), /case 1 of 4/],
    'nothing is suppressed': [propose({ threshold: 1 }), /expected/],
    'anchors for proposals': [
      (scores: number[], transforms: number[][], anchors: Box[], side: number, least: number, limit: number) =>
        propose({})(
          scores,
          transforms.map(() => [0, 0, 0, 0]),
          anchors,
          side,
          least,
          limit,
        ),
      /expected/,
    ],
  });
});

test.run();
