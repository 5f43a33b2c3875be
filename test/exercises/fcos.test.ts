import { suite } from 'uvu';
import { fcosExercises } from '../../src/exercises/fcos';
import { assertJudges } from '../support/exercises';

const test = suite('exercises: fcos');

test('centerness of a place', async () => {
  await assertJudges(fcosExercises['fcos.centerness'], [2 / 3, 0.667], {
    'without the root': [4 / 9, /square root/],
    'no answer': [0, /smaller distance/],
  });
});

test('the box of a place', async () => {
  const box =
    (shift: number, swapped = false) =>
    (row: number, column: number, stride: number, [l, t, r, b]: number[]) => {
      const [x, y] = [(swapped ? row : column) + shift, (swapped ? column : row) + shift].map((at) => at * stride);
      return [x - l, y - t, x + r, y + b];
    };
  await assertJudges(fcosExercises['fcos.box'], [box(0.5)], {
    'without half a cell': [box(0), /case 1/],
    'row and column exchanged': [box(0.5, true), /case 1/],
    'the second corner measured from the first': [
      (row: number, column: number, stride: number, [l, t, r, b]: number[]) => {
        const [x, y] = [(column + 0.5) * stride - l, (row + 0.5) * stride - t];
        return [x, y, x + r, y + b];
      },
      /case 1/,
    ],
  });
});

test('the targets of one level', async () => {
  const targets =
    ({ shift = 0.5, sampling = true, ranges = true, smallest = true, transposed = false, smallestSide = false }) =>
    (rows: number, columns: number, stride: number, range: number[], boxes: number[][], radius: number) => {
      const found: (number[] | null)[] = [];
      const size = (box: number[]) => (box[2] - box[0]) * (box[3] - box[1]);
      const order = smallest ? [...boxes].sort((a, b) => size(a) - size(b)) : boxes;
      for (let i = 0; i < (transposed ? columns : rows); i++)
        for (let j = 0; j < (transposed ? rows : columns); j++) {
          const [row, column] = transposed ? [j, i] : [i, j];
          const [x, y] = [(column + shift) * stride, (row + shift) * stride];
          const own = order.find(([x1, y1, x2, y2]) => {
            const sides = [x - x1, y - y1, x2 - x, y2 - y];
            const near = (at: number, from: number, to: number) => Math.abs(at - (from + to) / 2) < radius * stride;
            const measure = smallestSide ? Math.min(...sides) : Math.max(...sides);
            return (
              Math.min(...sides) > 0 &&
              (!sampling || (near(x, x1, x2) && near(y, y1, y2))) &&
              (!ranges || (measure > range[0] && measure < range[1]))
            );
          });
          found.push(own ? [x - own[0], y - own[1], own[2] - x, own[3] - y] : null);
        }
      return found;
    };
  await assertJudges(fcosExercises['fcos.targets'], [targets({})], {
    'places at the corners of the cells': [targets({ shift: 0 }), /case 1/],
    'every place of the box': [targets({ sampling: false }), /case 3/],
    'the first object instead of the smallest': [targets({ smallest: false }), /case 2/],
    'columns before rows': [targets({ transposed: true }), /case 1/],
    'without ranges': [targets({ ranges: false }), /case 4/],
    'the range of the nearest side': [targets({ smallestSide: true }), /case 4/],
  });
});

test('whole boxes', async () => {
  await assertJudges(fcosExercises['fcos.wholeBox'], ['between two and three times as many'], {
    more: ['more than three times as many', /two numbers/],
  });
});

test.run();
