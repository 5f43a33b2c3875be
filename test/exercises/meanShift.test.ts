import { suite } from 'uvu';
import { meanShiftExercises } from '../../src/exercises/meanShift';
import { assertJudges } from '../support/exercises';

const test = suite('exercises: meanShift');

const mean = (points: number[], weightOf: (x: number) => number) => {
  const weights = points.map(weightOf);
  return points.reduce((sum, x, n) => sum + weights[n] * x, 0) / weights.reduce((sum, w) => sum + w, 0);
};

test('one Gaussian step', async () => {
  const shift = (scale: (h: number) => number) => (points: number[], middle: number, h: number) =>
    mean(points, (x) => Math.exp(-((x - middle) ** 2) / scale(h)));
  await assertJudges(meanShiftExercises['meanShift.gaussianShift'], [shift((h) => 2 * h * h)], {
    'the 2 forgotten': [shift((h) => h * h), /gaussianShift\(\[1, 2, 4\], 2, 1\): got/],
    'h without its square': [shift((h) => 2 * h), /case 2 of 4/],
    'the mean of all': [(points: number[]) => mean(points, () => 1), /expected/],
    'nothing moves': [(_: number[], middle: number) => middle, /got 2, expected/],
  });
});

test('climbing to a mode', async () => {
  const climb = (steps: number, empty: (start: number) => number) => (points: number[], start: number, h: number) => {
    let at = start;
    for (let i = 0; i < steps; i++) {
      const inside = points.filter((x) => Math.abs(x - at) <= h);
      if (inside.length === 0) return empty(at);
      at = mean(inside, () => 1);
    }
    return at;
  };
  await assertJudges(meanShiftExercises['meanShift.climb'], [climb(200, (start) => start)], {
    'a single step': [climb(1, (start) => start), /expected/],
    'an empty window divides by nothing': [climb(200, () => Number.NaN), /got NaN, expected 20 \(case 7 of 7\)/],
    'the border is left out': [
      (points: number[], start: number, h: number) => {
        let at = start;
        for (let i = 0; i < 200; i++) {
          const inside = points.filter((x) => Math.abs(x - at) < h);
          if (inside.length > 0) at = mean(inside, () => 1);
        }
        return at;
      },
      /climb\(\[0, 2\], 0, 2\): got 0, expected 1/,
    ],
  });
});

test.run();
