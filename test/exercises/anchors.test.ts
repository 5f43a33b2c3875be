import { suite } from 'uvu';
import { anchorsExercises } from '../../src/exercises/anchors';
import { assertJudges } from '../support/exercises';

const test = suite('exercises: anchors');

interface Faults {
  rounds?: number;
  distance?: (size: number[], shape: number[]) => number;
  empty?: number[] | null;
  median?: boolean;
}

const iou = ([w, h]: number[], [v, g]: number[]) => {
  const both = Math.min(w, v) * Math.min(h, g);
  return both / (w * h + v * g - both);
};

/** Shapes of anchors by k-means, right unless something is asked to be wrong. */
const shapesOf =
  ({ rounds = 100, distance = (size, shape) => 1 - iou(size, shape), empty = null, median = false }: Faults = {}) =>
  (sizes: number[][], start: number[][]) => {
    let shapes = start;
    for (let round = 0; round < rounds; round++) {
      const owners = sizes.map((size) => {
        const far = shapes.map((shape) => distance(size, shape));
        return far.indexOf(Math.min(...far));
      });
      shapes = shapes.map((shape, k) => {
        const own = sizes.filter((_, i) => owners[i] === k);
        if (own.length === 0) return empty ?? shape;
        return [0, 1].map((side) => {
          const values = own.map((size) => size[side]).sort((a, b) => a - b);
          return median ? values[values.length >> 1] : values.reduce((a, b) => a + b) / values.length;
        });
      });
    }
    return shapes;
  };

test('shapes of anchors by k-means', async () => {
  await assertJudges(anchorsExercises['anchors.shapes'], [shapesOf()], {
    'a single round': [shapesOf({ rounds: 1 }), /expected/],
    'the first shapes': [shapesOf({ rounds: 0 }), /case 1 of 6/],
    'the distance in px': [shapesOf({ distance: ([w, h], [v, g]) => Math.hypot(w - v, h - g) }), /case [3-6] of 6/],
    'the least overlap': [shapesOf({ distance: iou }), /expected/],
    'medians in place of means': [shapesOf({ median: true }), /expected/],
    'a shape without boxes becomes 0': [shapesOf({ empty: [0, 0] }), /case 5 of 6/],
  });
});

test('values', async () => {
  await assertJudges(anchorsExercises['anchors.count'], [20_646], {
    'rounded up': [63 * 38 * 9, /rounds up/],
    'cells alone': [62 * 37, /each has nine/],
    'not rounded': [62.5 * 37.5 * 9, /whole rows/],
    nothing: [0, /halve each side/],
  });
  await assertJudges(anchorsExercises['anchors.fine'], [5.4, 5.4037], {
    'too small': [4, /must be larger/],
    'too large': [6, /a smaller object/],
  });
  await assertJudges(anchorsExercises['anchors.misfit'], ['the shapes'], {
    'the grid': ['the grid', /compare how much/],
    nothing: ['', /compare how much/],
  });
});

test.run();
