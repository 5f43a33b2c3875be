import { suite } from 'uvu';
import { interpolationExercises } from '../../src/exercises/interpolation';
import { assertJudges } from '../support/exercises';

const test = suite('exercises: interpolation');

const clamp = (at: number, length: number) => Math.min(Math.max(at, 0), length - 1);

/** One axis after the other, the rows first. */
function bilinear(map: number[][], y: number, x: number): number {
  const mix = (a: number, b: number, share: number) => a * (1 - share) + b * share;
  const at = (values: number[], place: number) => {
    const low = Math.floor(place);
    return mix(values[clamp(low, values.length)], values[clamp(low + 1, values.length)], place - low);
  };
  return at(
    map.map((row) => at(row, x)),
    y,
  );
}

const nearest = (map: number[][], y: number, x: number) =>
  map[clamp(Math.round(y), map.length)][clamp(Math.round(x), map[0].length)];

test('a value between pixels', async () => {
  await assertJudges(interpolationExercises['interpolation.bilinearAt'], [bilinear], {
    'the nearest pixel': [nearest, /case 1 of 6/],
    'row and column exchanged': [(map: number[][], y: number, x: number) => bilinear(map, x, y), /case 1/],
    'no clamp': [
      (map: number[][], y: number, x: number) => {
        let sum = 0;
        for (const [i, row] of map.entries())
          for (const [j, value] of row.entries())
            sum += value * Math.max(0, 1 - Math.abs(y - i)) * Math.max(0, 1 - Math.abs(x - j));
        return sum;
      },
      /case 4 of 6/,
    ],
  });
});

test('enlarging a map', async () => {
  const enlarge =
    (place: (i: number, scale: number) => number, at = bilinear) =>
    (map: number[][], scale: number) =>
      Array.from({ length: map.length * scale }, (_, i) =>
        Array.from({ length: map[0].length * scale }, (_, j) => at(map, place(i, scale), place(j, scale))),
      );
  await assertJudges(
    interpolationExercises['interpolation.enlarge'],
    [enlarge((i, scale) => (i + 0.5) / scale - 0.5)],
    {
      'corners instead of centers': [enlarge((i, scale) => i / scale), /case 1/],
      'nearest neighbor': [enlarge((i, scale) => (i + 0.5) / scale - 0.5, nearest), /case 1/],
      'one half forgotten': [enlarge((i, scale) => (i + 0.5) / scale), /case 1/],
    },
  );
});

test.run();
