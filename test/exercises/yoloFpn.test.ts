import { suite } from 'uvu';
import { yoloFpnExercises } from '../../src/exercises/yoloFpn';
import { assertJudges } from '../support/exercises';

const test = suite('exercises: yoloFpn');

interface Level {
  height: number;
  width: number;
  stride: number;
  shapes: number[][];
}

/** Another way to the library's answer: in each turn the best of all pairs that are left. */
const assign =
  ({ turns = 'best first', overlap = 'shape', free = true }) =>
  (levels: Level[], boxes: number[][]) => {
    const found: (number | null)[] = boxes.map(() => null);
    const fit = (box: number[], [w, h]: number[], middle: number[]) => {
      const [width, height] = [box[2] - box[0], box[3] - box[1]];
      let shared = Math.min(width, w) * Math.min(height, h);
      if (overlap === 'area') return -Math.abs(width * height - w * h);
      if (overlap === 'place') {
        const [x, y] = middle;
        const across = Math.min(box[2], x + w / 2) - Math.max(box[0], x - w / 2);
        const along = Math.min(box[3], y + h / 2) - Math.max(box[1], y - h / 2);
        shared = Math.max(0, across) * Math.max(0, along);
      }
      return shared / (width * height + w * h - shared);
    };
    const candidates = boxes.map((box) => {
      const own: { anchor: number; score: number }[] = [];
      let first = 0;
      for (const { height, width, stride, shapes } of levels) {
        const [column, row] = [box[0] + box[2], box[1] + box[3]].map((twice) => Math.floor(twice / 2 / stride));
        for (const [a, shape] of shapes.entries()) {
          const middle = [(column + 0.5) * stride, (row + 0.5) * stride];
          own.push({ anchor: first + (row * width + column) * shapes.length + a, score: fit(box, shape, middle) });
        }
        first += height * width * shapes.length;
      }
      return own;
    });
    const taken = new Set<number>();
    for (let turn = 0; turn < boxes.length; turn++) {
      let best = { g: -1, anchor: -1, score: Number.NEGATIVE_INFINITY };
      for (const [g, own] of candidates.entries()) {
        if (found[g] !== null || (turns === 'in order' && g !== turn)) continue;
        for (const { anchor, score } of own) {
          if ((free && taken.has(anchor)) || score <= best.score) continue;
          best = { g, anchor, score };
        }
      }
      if (best.g < 0) continue;
      found[best.g] = best.anchor;
      taken.add(best.anchor);
    }
    return found;
  };

test('the anchor of each object', async () => {
  await assertJudges(yoloFpnExercises['yoloFpn.assign'], [assign({})], {
    'in the order of the list': [assign({ turns: 'in order' }), /expected/],
    'one anchor for several objects': [assign({ free: false }), /expected/],
    'the nearest area': [assign({ overlap: 'area' }), /expected/],
    'the overlap in place': [assign({ overlap: 'place' }), /expected/],
    'only the first level': [(levels: Level[], boxes: number[][]) => assign({})(levels.slice(0, 1), boxes), /expected/],
    'none at all': [(_: Level[], boxes: number[][]) => boxes.map(() => null), /case 1/],
  });
});

test('numbers that the paper predicts', async () => {
  await assertJudges(yoloFpnExercises['yoloFpn.outputs'], [904_995], {
    'classes only': [851_760, /four numbers of the box/],
    'one anchor': [301_665, /three anchors/],
    'one map': [3 * 85 * 52 * 52, /how many cells/],
  });
});

test('where most anchors are ignored', async () => {
  await assertJudges(yoloFpnExercises['yoloFpn.ignored'], ['strides 4 and 8'], {
    'another one': ['stride 8 alone', /compare/],
    'no name': [1, /three names/],
  });
});

test.run();
