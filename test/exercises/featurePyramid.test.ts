import { suite } from 'uvu';
import { featurePyramidExercises } from '../../src/exercises/featurePyramid';
import { assertJudges } from '../support/exercises';

const test = suite('exercises: featurePyramid');

type Map2d = number[][];

test('the level of a box', async () => {
  const level =
    ({ rounding = Math.floor, area = false, clamped = true, start = true }) =>
    (width: number, height: number, side: number, at: number, levels: number) => {
      const size = area ? width * height : (width * height) ** 0.5;
      const k = (start ? at : 0) + rounding(Math.log(size / side) / Math.LN2);
      return clamped ? Math.max(0, Math.min(k, levels - 1)) : k;
    };
  await assertJudges(featurePyramidExercises['featurePyramid.level'], [level({})], {
    'rounded to the nearest': [level({ rounding: Math.round }), /expected/],
    'the area for its root': [level({ area: true }), /case 1/],
    'below 0 and beyond the last': [level({ clamped: false }), /expected/],
    'without the level of the canonical side': [level({ start: false }), /case 1/],
  });
});

test('sides that all strides divide', async () => {
  const padded = (side: number, strides: number[]) => {
    const most = Math.max(...strides);
    return side + ((most - (side % most)) % most);
  };
  await assertJudges(featurePyramidExercises['featurePyramid.padded'], [padded], {
    'one more even where it fits': [
      (side: number, strides: number[]) => (Math.floor(side / Math.max(...strides)) + 1) * Math.max(...strides),
      /case 2/,
    ],
    'the finest stride': [(side: number, strides: number[]) => padded(side, [Math.min(...strides)]), /case 1/],
    'the last stride of the list': [(side: number, strides: number[]) => padded(side, strides.slice(-1)), /case 4/],
    'cut off': [(side: number, strides: number[]) => side - (side % Math.max(...strides)), /case 1/],
  });
});

test('the top-down path', async () => {
  const topDown =
    ({ twice = false, sum = true, from = 'merged' }) =>
    (laterals: Map2d[]) => {
      const merged = laterals.map((map) => map.map((row) => [...row]));
      for (let i = laterals.length - 2; i >= 0; i--) {
        const above = (from === 'merged' ? merged : laterals)[i + 1];
        const place = (at: number, size: number, sizeAbove: number) =>
          twice ? Math.min(sizeAbove - 1, Math.floor(at / 2)) : Math.floor((at * sizeAbove) / size);
        merged[i] = laterals[i].map((row, y) =>
          row.map((value, x) => {
            const enlarged = above[place(y, laterals[i].length, above.length)][place(x, row.length, above[0].length)];
            return sum ? value + enlarged : Math.max(value, enlarged);
          }),
        );
      }
      return merged;
    };
  await assertJudges(featurePyramidExercises['featurePyramid.topDown'], [topDown({})], {
    'from the lateral above, not from the merged map': [topDown({ from: 'laterals' }), /case 2/],
    'the larger of the two': [topDown({ sum: false }), /case 1/],
    'always twice as large': [topDown({ twice: true }), /case 3/],
    'the laterals as they are': [(laterals: Map2d[]) => laterals, /case 1/],
    'the coarsest first': [(laterals: Map2d[]) => topDown({})(laterals).reverse(), /case 1/],
  });
});

test('objects that coarser levels cover', async () => {
  await assertJudges(featurePyramidExercises['featurePyramid.coarser'], [556], {
    'strides as they were': [1058, /double each stride/],
    'a share': [0.8, /not their share/],
  });
});

test.run();
