import { suite } from 'uvu';
import { unpoolingExercises } from '../../src/exercises/unpooling';
import { assertJudges } from '../support/exercises';

const test = suite('exercises: unpooling');

const positions = (isBetter: (value: number, best: number) => boolean, first: number) => (map: number[][]) => {
  const width = map[0].length;
  return map
    .filter((_, r) => r % 2 === 0)
    .map((row, r) =>
      row
        .filter((_, c) => c % 2 === 0)
        .map((_, c) => {
          let [best, at] = [first, 2 * r * width + 2 * c];
          for (const i of [0, 1]) {
            for (const j of [0, 1]) {
              const value = map[2 * r + i][2 * c + j];
              if (isBetter(value, best)) [best, at] = [value, (2 * r + i) * width + 2 * c + j];
            }
          }
          return at;
        }),
    );
};

test('where the maxima stand', async () => {
  const right = positions((value, best) => value > best, Number.NEGATIVE_INFINITY);
  await assertJudges(unpoolingExercises['unpooling.positions'], [right], {
    'a maximum that starts at 0': [positions((value, best) => value > best, 0), /case 4 of 4/],
    'the last of equal ones': [positions((value, best) => value >= best, Number.NEGATIVE_INFINITY), /expected/],
    'the least': [positions((value, best) => value < best, Number.POSITIVE_INFINITY), /case 1/],
  });
});

test('max unpooling', async () => {
  const unpool =
    (place: (at: number, r: number, c: number, width: number) => number) => (values: number[][], at: number[][]) => {
      const width = 2 * values[0].length;
      const flat = new Array<number>(4 * values.length * values[0].length).fill(0);
      for (const [r, row] of values.entries())
        for (const [c, value] of row.entries()) flat[place(at[r][c], r, c, width)] = value;
      return Array.from({ length: 2 * values.length }, (_, r) => flat.slice(r * width, (r + 1) * width));
    };
  await assertJudges(unpoolingExercises['unpooling.unpool'], [unpool((at) => at)], {
    'a bed of nails': [unpool((_, r, c, width) => 2 * r * width + 2 * c), /case 1/],
    'the width of the small map': [
      (values: number[][], at: number[][]) => {
        const small = values[0].length;
        const result = Array.from({ length: 2 * values.length }, () => new Array<number>(2 * small).fill(0));
        for (const [r, row] of values.entries())
          for (const [c, value] of row.entries()) {
            const target = result[Math.floor(at[r][c] / small)];
            if (target) target[at[r][c] % small] = value;
          }
        return result;
      },
      /expected/,
    ],
    'nearest neighbor': [
      (values: number[][]) => values.flatMap((row) => [0, 1].map(() => row.flatMap((value) => [value, value]))),
      /case 1/,
    ],
  });
});

test.run();
