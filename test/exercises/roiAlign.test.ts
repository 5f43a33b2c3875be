import ndarray from 'ndarray';
import { suite } from 'uvu';
import { roiAlignExercises } from '../../src/exercises/roiAlign';
import { roiAlign } from '../../src/ops/roiAlign';
import { tensor } from '../../src/tensor/tensor';
import { assertJudges } from '../support/exercises';

const test = suite('exercises: roiAlign');

/** The library's, whose cells have their centers at halves: at stride 1 a region lies half a cell further there. */
const library =
  (round: (edge: number) => number) => async (map: number[][], region: number[], size: number, samples: number) => {
    const x = tensor(map.flat(), [1, map.length, map[0].length, 1]);
    const pooled = await roiAlign(
      x,
      {
        boxes: ndarray(
          Float32Array.from(region, (edge) => round(edge) + 0.5),
          [1, 4],
        ),
        images: [0],
      },
      { size, stride: 1, samples },
    ).data();
    return Array.from({ length: size }, (_, row) => [...pooled.slice(row * size, (row + 1) * size)]);
  };

test('bins of equal size, sampled between the cells', async () => {
  await assertJudges(roiAlignExercises['roiAlign.align'], [library((edge) => edge)], {
    'rounded to cells': [library(Math.round), /case 2 of 4/],
    'one sample a bin': [
      (map: number[][], region: number[], size: number) => library((edge) => edge)(map, region, size, 1),
      /case 2 of 4/,
    ],
    'shifted by half a cell': [
      (map: number[][], region: number[], size: number, samples: number) =>
        library((edge) => edge - 0.5)(map, region, size, samples),
      /case 1/,
    ],
  });
});

test('the point that has these weights', async () => {
  await assertJudges(roiAlignExercises['roiAlign.where'], [[2.25, 3.8]], {
    'row first': [[3.8, 2.25], /compare the weights/],
    'the weight of the first column and row': [[2.75, 3.2], /compare the weights/],
    'a cell': [[2, 4], /compare the weights/],
  });
});

test('boxes for the other position of the cells', async () => {
  const by = (cells: number) => (box: number[], s: number) => box.map((edge) => edge + cells * s);
  await assertJudges(roiAlignExercises['roiAlign.shifted'], [by(0.5)], {
    unchanged: [by(0), /case 1 of 3/],
    'the other way': [by(-0.5), /case 1 of 3/],
    'half a pixel': [(box: number[]) => box.map((edge) => edge + 0.5), /case 1 of 3/],
    'always the stride of the lecture': [(box: number[]) => box.map((edge) => edge + 16), /case 2 of 3/],
    'the first corner only': [
      ([x1, y1, x2, y2]: number[], s: number) => [x1 + s / 2, y1 + s / 2, x2, y2],
      /case 1 of 3/,
    ],
  });
});

test('points of bins that are four cells wide', async () => {
  await assertJudges(roiAlignExercises['roiAlign.points'], ['more than three times as large'], {
    'not larger': ['not larger', /compare the second errors/],
    'as many points, as large an error': ['up to twice as large', /compare the second errors/],
  });
});

test.run();
