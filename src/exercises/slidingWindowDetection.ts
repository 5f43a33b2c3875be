import { range } from '../tensor/range';
import { digits } from './cases';
import { type Exercise, functionExercise, valueExercise } from './exercise';

/** Upper left corners along one axis. */
const starts = (side: number, window: number, stride: number) =>
  side < window ? [] : range(Math.floor((side - window) / stride) + 1).map((k) => k * stride);

/** Sums of all pixels above and to the left, with a row and a column of 0. */
function integral(image: readonly (readonly number[])[]): number[][] {
  const above = (y: number, x: number) =>
    image.slice(0, y).reduce((sum, row) => sum + row.slice(0, x).reduce((a, b) => a + b, 0), 0);
  return range(image.length + 1).map((y) => range(image[0].length + 1).map((x) => above(y, x)));
}

function windowMeans(image: readonly (readonly number[])[], h: number, w: number, stride: number): number[] {
  return starts(image.length, h, stride).flatMap((y) =>
    starts(image[0].length, w, stride).map((x) => {
      const pixels = image.slice(y, y + h).flatMap((row) => row.slice(x, x + w));
      return pixels.reduce((sum, pixel) => sum + pixel, 0) / (h * w);
    }),
  );
}

const images = () => [digits(1, 1, 1), digits(3, 4, 2), digits(7, 5, 3), digits(12, 16, 4)];

export const slidingWindowDetectionExercises: Readonly<Record<string, Exercise>> = {
  'slidingWindowDetection.countWindows': functionExercise({
    name: 'countWindows',
    cases: () =>
      [
        [64, 64, 12, 12, 4],
        [64, 64, 20, 31, 4],
        [50, 37, 8, 9, 3],
        [9, 9, 9, 9, 5],
        [40, 40, 7, 5, 1],
        // These do not fit: in height, in width, in both.
        [20, 20, 24, 8, 4],
        [20, 20, 8, 21, 3],
        [10, 10, 15, 15, 2],
      ].map(([height, width, h, w, s]) => ({
        args: [height, width, h, w, s],
        expected: starts(height, h, s).length * starts(width, w, s).length,
      })),
  }),
  'slidingWindowDetection.shapes': valueExercise({
    expected: () => 'higher',
    hint: () => 'compare the two numbers that the cell prints',
  }),
  'slidingWindowDetection.integral': functionExercise({
    name: 'integral',
    cases: () => images().map((image) => ({ args: [image], expected: integral(image) })),
  }),
  'slidingWindowDetection.windowMeans': functionExercise({
    name: 'windowMeans',
    cases: () =>
      [
        [0, 1, 1, 1],
        [1, 2, 2, 1],
        [2, 3, 2, 2],
        [2, 7, 5, 3],
        [3, 5, 9, 4],
        // One that does not fit.
        [1, 4, 4, 1],
      ].map(([which, h, w, s]) => {
        const image = images()[which];
        return { args: [integral(image), h, w, s], expected: windowMeans(image, h, w, s) };
      }),
  }),
};
