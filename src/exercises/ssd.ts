import { shapes64 } from '../scenes/sceneDataset';
import { createRandom } from '../tensor/random';
import { distinctScores } from './cases';
import { coveredObjects } from './coverage';
import { type Exercise, functionExercise, valueExercise } from './exercise';

/** Default boxes of an image of `side` px: `perCell` at each cell of each of the maps. */
function boxCount(side: number, strides: readonly number[], perCell: number): number {
  return strides.reduce((sum, stride) => sum + perCell * (side / stride) ** 2, 0);
}

/** s_k for k = 1 … m, evenly from `least` to `most`: equation 4 of the paper. */
function scales(least: number, most: number, maps: number): number[] {
  return Array.from({ length: maps }, (_, k) => least + ((most - least) * k) / (maps - 1));
}

/** Rows of the negatives that count: the largest losses, `ratio` for each positive, the hardest first. */
function mined(losses: readonly number[], states: readonly string[], ratio: number): number[] {
  const positives = states.filter((state) => state === 'positive').length;
  return [...losses.keys()]
    .filter((row) => states[row] === 'negative')
    .sort((i, j) => losses[j] - losses[i])
    .slice(0, ratio * positives);
}

export const ssdExercises: Readonly<Record<string, Exercise>> = {
  'ssd.boxCount': functionExercise({
    name: 'boxCount',
    cases: () =>
      [
        { side: 64, strides: [4, 8, 16], perCell: 2 },
        { side: 64, strides: [8, 16, 32], perCell: 2 },
        { side: 512, strides: [8, 16, 32, 64, 128], perCell: 6 },
        { side: 96, strides: [32], perCell: 1 },
      ].map(({ side, strides, perCell }) => ({
        args: [side, strides, perCell],
        expected: boxCount(side, strides, perCell),
      })),
  }),
  'ssd.scales': functionExercise({
    name: 'scales',
    cases: () =>
      [
        { least: 0.2, most: 0.9, maps: 6 },
        { least: 0.1, most: 0.5, maps: 3 },
        { least: 0.25, most: 0.75, maps: 2 },
      ].map(({ least, most, maps }) => ({ args: [least, most, maps], expected: scales(least, most, maps) })),
  }),
  'ssd.mined': functionExercise({
    name: 'mined',
    cases: () =>
      [
        { count: 8, positives: [2], ignored: [], ratio: 3, seed: 1 },
        // Positives and ignored boxes with large losses do not count.
        { count: 12, positives: [0, 5], ignored: [3], ratio: 3, seed: 2 },
        // Fewer negatives than asked for.
        { count: 7, positives: [1, 4, 6], ignored: [], ratio: 3, seed: 3 },
        // An image without objects.
        { count: 6, positives: [], ignored: [], ratio: 3, seed: 4 },
        { count: 10, positives: [9], ignored: [0, 1], ratio: 1, seed: 5 },
      ].map(({ count, positives, ignored, ratio, seed }) => {
        const losses = distinctScores(count, createRandom(seed));
        for (const row of [...positives, ...ignored]) losses[row] += 1;
        const kinds = losses.map((_, row) => {
          if (positives.includes(row)) return 'positive';
          return ignored.includes(row) ? 'ignored' : 'negative';
        });
        return { args: [losses, kinds, ratio], expected: mined(losses, kinds, ratio) };
      }),
  }),
  'ssd.oneSize': valueExercise({
    // One size a map: 14, 20 and 28 px at strides 4, 8 and 16.
    expected: () => coveredObjects(shapes64({ split: 'test' }), 64, { 4: [14], 8: [20], 16: [28] }),
    hint: (answer) => {
      const count = Number(answer);
      if (count > 0 && count <= 1) return 'count the objects, not their share';
      return 'leave one size a map, 14, 20 and 28 px at strides 4, 8 and 16, and count the objects with an IoU of 0.5 or more';
    },
  }),
};
