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

test.run();
