import { suite } from 'uvu';
import { maskRcnnExercises } from '../../src/exercises/maskRcnn';
import { assertJudges } from '../support/exercises';

const test = suite('exercises: maskRcnn');

test('logits with a loss', async () => {
  await assertJudges(maskRcnnExercises['maskRcnn.logits'], [784], {
    'all classes': [62_720, /all logits/],
    'all but one': [61_936, /without a loss/],
    'no number': ['784', /true class/],
  });
});

test('run lengths', async () => {
  await assertJudges(maskRcnnExercises['maskRcnn.runs'], [[0, 3, 4, 1], Int32Array.of(0, 3, 4, 1)], {
    'without the empty run': [[3, 4, 1], /run of zeros|one of zeros/],
    'along the rows': [[0, 2, 2, 1, 2, 1], /along the rows/],
    'something else': [[8], /add up to 8/],
    'no list': [3, /down the columns/],
  });
});

test('the filled box', async () => {
  await assertJudges(maskRcnnExercises['maskRcnn.lazy'], ['rectangles and circles'], {
    rectangles: ['rectangles', /one half/],
    all: ['all three', /one half/],
  });
});

/** A pasted mask, and the usual mistakes. */
const paste =
  ({ nearest = false, half = 0.5, rounded = false, whole = false, strict = false, swapped = false, level = 0.5 }) =>
  (small: number[][], box: number[], height: number, width: number) => {
    const [x1, y1, x2, y2] = rounded ? box.map(Math.round) : box;
    const m = small.length;
    const place = (center: number, low: number, high: number): [number, number, number] => {
      const at = Math.min(m - 1, Math.max(0, (m * (center - low)) / (high - low) - half));
      const first = nearest ? Math.round(at) : Math.floor(at);
      return [first, Math.min(m - 1, first + 1), nearest ? 0 : at - first];
    };
    return Array.from({ length: height }, (_, row) =>
      Array.from({ length: width }, (_, column) => {
        const [x, y] = whole ? [column, row] : [column + 0.5, row + 0.5];
        if (x < x1 || x >= x2 || y < y1 || y >= y2) return 0;
        const [i, below, v] = place(y, y1, y2);
        const [j, beside, u] = place(x, x1, x2);
        const get = (a: number, b: number) => (swapped ? small[b][a] : small[a][b]);
        const value =
          (1 - v) * ((1 - u) * get(i, j) + u * get(i, beside)) + v * ((1 - u) * get(below, j) + u * get(below, beside));
        return strict ? value : Number(value >= level);
      }),
    );
  };

test('pasting a mask', async () => {
  await assertJudges(maskRcnnExercises['maskRcnn.paste'], [paste({})], {
    'the nearest cell': [paste({ nearest: true }), /case/],
    'cells with their values at their corners': [paste({ half: 0 }), /case/],
    'a rounded box': [paste({ rounded: true }), /case/],
    'pixels with their centers at whole numbers': [paste({ whole: true }), /case/],
    'no threshold': [paste({ strict: true }), /case/],
    'a lower threshold': [paste({ level: 0.3 }), /case/],
    'rows and columns swapped': [paste({ swapped: true }), /case 1/],
    'everything in the box': [paste({ level: -1 }), /case 1/],
    nothing: [() => {}, /return/],
  });
});

test.run();
