import { largest } from '../checks/extremes';
import { scales128 } from '../scenes/sceneDataset';
import { digits } from './cases';
import { coveredObjects } from './coverage';
import { type Exercise, functionExercise, valueExercise } from './exercise';

/** The level, 0 the finest, of a box of this width and height. */
function level(width: number, height: number, canonicalSide: number, canonicalLevel: number, levels: number): number {
  const k = canonicalLevel + Math.floor(Math.log2(Math.sqrt(width * height) / canonicalSide));
  return Math.min(levels - 1, Math.max(0, k));
}

/** Lateral maps, the finest first, each plus what lies above it, enlarged to its size by the nearest cell. */
function topDown(laterals: readonly (readonly number[][])[]): number[][][] {
  const merged: number[][][] = [];
  for (const lateral of [...laterals].reverse()) {
    const above = merged[0];
    const [height, width] = [lateral.length, lateral[0].length];
    merged.unshift(
      lateral.map((row, y) =>
        row.map((value, x) => {
          if (!above) return value;
          return value + above[Math.floor((y * above.length) / height)][Math.floor((x * above[0].length) / width)];
        }),
      ),
    );
  }
  return merged;
}

export const featurePyramidExercises: Readonly<Record<string, Exercise>> = {
  'featurePyramid.level': functionExercise({
    name: 'level',
    cases: () =>
      [
        { box: [24, 24], side: 16, at: 1, levels: 3 },
        { box: [40, 90], side: 16, at: 1, levels: 3 },
        { box: [8, 18], side: 16, at: 1, levels: 3 },
        { box: [3, 3], side: 16, at: 1, levels: 3 },
        { box: [500, 300], side: 224, at: 2, levels: 4 },
        { box: [100, 10], side: 224, at: 2, levels: 4 },
      ].map(({ box: [width, height], side, at, levels }) => ({
        args: [width, height, side, at, levels],
        expected: level(width, height, side, at, levels),
      })),
  }),
  'featurePyramid.padded': functionExercise({
    name: 'padded',
    cases: () =>
      [
        { side: 100, strides: [4, 8, 16] },
        { side: 128, strides: [4, 8, 16] },
        { side: 129, strides: [8, 16, 32] },
        { side: 36, strides: [16, 8, 4] },
      ].map(({ side, strides }) => {
        const coarsest = largest(strides);
        return { args: [side, strides], expected: Math.ceil(side / coarsest) * coarsest };
      }),
  }),
  'featurePyramid.topDown': functionExercise({
    name: 'topDown',
    cases: () =>
      [
        [
          [4, 4],
          [2, 2],
        ],
        [
          [8, 8],
          [4, 4],
          [2, 2],
        ],
        // Odd sizes, halved and rounded down.
        [
          [5, 7],
          [2, 3],
          [1, 1],
        ],
        [[3, 3]],
      ].map((sizes, n) => {
        const laterals = sizes.map(([height, width], i) => digits(height, width, 10 * n + i + 1));
        return { args: [laterals], expected: topDown(laterals) };
      }),
  }),
  'featurePyramid.coarser': valueExercise({
    // The anchors of the pyramid, one level coarser each.
    expected: () => coveredObjects(scales128({ split: 'test' }), 128, { 8: [9, 12.7], 16: [18, 25.5], 32: [36, 51] }),
    hint: (answer) => {
      const count = Number(answer);
      if (count > 0 && count <= 1) return 'count the objects, not their share';
      return 'keep the sizes of the anchors and double each stride, to 8, 16 and 32';
    },
  }),
};
