import { suite } from 'uvu';
import { slidingWindowDetectionExercises as exercises } from '../../src/exercises/slidingWindowDetection';
import { assertJudges } from '../support/exercises';

const test = suite('exercises: slidingWindowDetection');

test('how many windows there are', async () => {
  type Count = (H: number, W: number, h: number, w: number, s: number) => number;
  const along = (side: number, window: number, s: number) => Math.floor((side - window) / s) + 1;
  const right: Count = (H, W, h, w, s) => (h > H || w > W ? 0 : along(H, h, s) * along(W, w, s));
  const wrong: Record<string, readonly [Count, RegExp]> = {
    'as if the stride were 1': [(H, W, h, w) => (H - h + 1) * (W - w + 1), /case 1 of 8/],
    'divided without rounding': [(H, W, h, w, s) => ((H - h) / s + 1) * ((W - w) / s + 1), /case 2 of 8/],
    'rounded up': [(H, W, h, w, s) => Math.ceil((H - h + 1) / s) * Math.ceil((W - w + s) / s), /expected/],
    'windows that do not fit': [(H, W, h, w, s) => along(H, h, s) * along(W, w, s), /case [678] of 8/],
    'height for width': [(H, W, h, w, s) => right(W, H, h, w, s), /case 3 of 8/],
  };
  await assertJudges(exercises['slidingWindowDetection.countWindows'], [right], wrong);
});

test('windows of other shapes', async () => {
  await assertJudges(exercises['slidingWindowDetection.shapes'], ['higher'], {
    lower: ['lower', /compare the two/],
    'no difference': ['about the same', /compare the two/],
  });
});

const table = (first: number) => (image: number[][]) => {
  const sums = [Array(image[0].length + 1).fill(0)];
  for (const [y, row] of image.entries()) {
    const next = [0];
    for (const [x, pixel] of row.entries()) next.push(pixel + sums[y][x + 1] + next[x] - first * sums[y][x]);
    sums.push(next);
  }
  return sums;
};

test('the integral image', async () => {
  await assertJudges(exercises['slidingWindowDetection.integral'], [table(1)], {
    'what lies above and to the left is counted twice': [table(0), /expected/],
    'without the row and the column of 0': [
      (image: number[][]) =>
        table(1)(image)
          .slice(1)
          .map((row) => row.slice(1)),
      /case 1 of 4/,
    ],
    'rows alone': [
      (image: number[][]) => [
        Array(image[0].length + 1).fill(0),
        ...image.map((row) => [0, ...row.map((_, x) => row.slice(0, x + 1).reduce((a, b) => a + b))]),
      ],
      /case 2 of 4/,
    ],
  });
});

test('means of windows from the integral image', async () => {
  const means =
    ({ size = 1, stride = 0, corner = 1 }: { size?: number; stride?: number; corner?: number } = {}) =>
    (S: number[][], h: number, w: number, s: number) => {
      const found: number[] = [];
      const step = stride || s;
      for (let y = 0; y + h <= S.length - size; y += step)
        for (let x = 0; x + w <= S[0].length - size; x += step)
          found.push(((S[y + h]?.[x + w] ?? 0) - S[y][x + w] - (S[y + h]?.[x] ?? 0) + corner * S[y][x]) / (h * w));
      return found;
    };
  await assertJudges(exercises['slidingWindowDetection.windowMeans'], [means()], {
    'the table is taken for the image': [means({ size: 0 }), /expected/],
    'a stride of 1': [means({ stride: 1 }), /case 3 of 6/],
    'the corner is forgotten': [means({ corner: 0 }), /case 2 of 6/],
    sums: [
      (S: number[][], h: number, w: number, s: number) => means()(S, h, w, s).map((m) => m * h * w),
      /case 2 of 6/,
    ],
  });
});

test.run();
