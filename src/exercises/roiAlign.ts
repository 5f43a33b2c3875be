import { createRandom } from '../tensor/random';
import { type Exercise, functionExercise, valueExercise } from './exercise';

/** The value between the cells of a map, whose numbers stand at whole coordinates; within the map alone. */
function between(map: readonly (readonly number[])[], y: number, x: number): number {
  let sum = 0;
  for (const [i, row] of map.entries()) {
    for (const [j, value] of row.entries())
      sum += value * Math.max(0, 1 - Math.abs(y - i)) * Math.max(0, 1 - Math.abs(x - j));
  }
  return sum;
}

/** `size` × `size` bins of equal sides; each is the mean of `samples` × `samples` regularly spaced points. */
function align(
  map: readonly (readonly number[])[],
  region: readonly number[],
  size: number,
  samples: number,
): number[][] {
  const [x1, y1, x2, y2] = region;
  const [width, height] = [(x2 - x1) / size, (y2 - y1) / size];
  return Array.from({ length: size }, (_, row) =>
    Array.from({ length: size }, (_, column) => {
      let sum = 0;
      for (let i = 0; i < samples; i++) {
        for (let j = 0; j < samples; j++) {
          sum += between(map, y1 + (row + (i + 0.5) / samples) * height, x1 + (column + (j + 0.5) / samples) * width);
        }
      }
      return sum / samples ** 2;
    }),
  );
}

export const roiAlignExercises: Readonly<Record<string, Exercise>> = {
  'roiAlign.where': valueExercise({
    expected: () => [2.25, 3.8],
    hint: () => 'compare the weights there with those of the exercise',
  }),
  'roiAlign.shifted': functionExercise({
    name: 'shifted',
    cases: () =>
      [
        { box: [100, 75, 365, 243], stride: 32 },
        { box: [0, 0, 40.5, 64], stride: 16 },
        { box: [12.25, 3, 20.25, 30], stride: 8 },
      ].map(({ box, stride }) => ({ args: [box, stride], expected: box.map((edge) => edge + stride / 2) })),
  }),
  'roiAlign.points': valueExercise({
    expected: () => 'more than three times as large',
    hint: () => 'compare the second errors of the first and the last line that the cell prints',
  }),
  'roiAlign.align': functionExercise({
    name: 'alignFour',
    cases: () => {
      const random = createRandom(6);
      const map = Array.from({ length: 6 }, () => Array.from({ length: 7 }, () => random.integer(10)));
      return [
        { region: [1, 1, 5, 5], size: 2, samples: 1 },
        { region: [0.3, 1.2, 4.7, 3.8], size: 2, samples: 2 },
        { region: [2.5, 0.5, 5.5, 4.25], size: 3, samples: 2 },
        { region: [1.1, 2.2, 1.6, 2.4], size: 1, samples: 3 },
      ].map(({ region, size, samples }) => ({
        args: [map, region, size, samples],
        expected: align(map, region, size, samples),
      }));
    },
  }),
};
