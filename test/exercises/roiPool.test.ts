import { suite } from 'uvu';
import { roiPoolExercises } from '../../src/exercises/roiPool';
import { assertJudges } from '../support/exercises';

const test = suite('exercises: roiPool');

test('how far an edge may move', async () => {
  const left = (x: number, s: number) => (Math.floor(x / s + 0.5) + 0.5) * s - x;
  await assertJudges(roiPoolExercises['roiPool.room'], [left], {
    'to the next multiple of the stride': [(x: number, s: number) => (Math.floor(x / s) + 1) * s - x, /case 1 of 7/],
    'half a cell': [(_: number, s: number) => s / 2, /case 2 of 7/],
    'back to where it snapped': [(x: number, s: number) => x - (Math.floor(x / s + 0.5) - 0.5) * s, /case 2 of 7/],
  });
});

test('features of a finer stride', async () => {
  await assertJudges(roiPoolExercises['roiPool.finer'], ['more than twice as many'], {
    fewer: ['fewer', /compare the numbers/],
    'no difference': ['about as many', /compare the numbers/],
  });
});

interface Faults {
  adds?: boolean;
  first?: boolean;
  lastCell?: boolean;
  shared?: boolean;
  ones?: boolean;
  inclusive?: boolean;
}

/** The backward pass of RoI Pool, right unless something is asked to be wrong. */
const backward =
  (faults: Faults = {}) =>
  (map: number[][], regions: number[][], upstream: number[][], n: number, s: number) => {
    const { adds = true, first = true, lastCell = true, shared = true, ones = false, inclusive = true } = faults;
    const gradient = map.map((row) => row.map(() => 0));
    const snap = (edge: number) => Math.floor(edge / s + 0.5);
    const cells = (from: number, to: number, p: number, end: number) => {
      const length = snap(to) - snap(from) + (inclusive ? 1 : 0);
      const stop = snap(from) + (shared ? Math.ceil : Math.floor)(((p + 1) * length) / n);
      const found: number[] = [];
      for (let cell = snap(from) + Math.floor((p * length) / n); cell < stop; cell++) {
        if (cell < end) found.push(cell);
        else if (!lastCell) found.push(end - 1);
      }
      return found;
    };
    for (const [k, [x1, y1, x2, y2]] of regions.entries()) {
      for (let bin = 0; bin < n * n; bin++) {
        let best: number[] | null = null;
        for (const row of cells(y1, y2, Math.floor(bin / n), map.length)) {
          for (const column of cells(x1, x2, bin % n, map[0].length)) {
            const most = best ? map[best[0]][best[1]] : Number.NEGATIVE_INFINITY;
            if (first ? map[row][column] > most : map[row][column] >= most) best = [row, column];
          }
        }
        if (!best) continue;
        const value = ones ? 1 : upstream[k][bin];
        gradient[best[0]][best[1]] = value + (adds ? gradient[best[0]][best[1]] : 0);
      }
    }
    return gradient;
  };

test('the backward pass', async () => {
  await assertJudges(roiPoolExercises['roiPool.backward'], [backward()], {
    'a cell keeps the last number only': [backward({ adds: false }), /expected/],
    'the last of equal cells wins': [backward({ first: false }), /expected/],
    'cells beyond the map count for the last': [backward({ lastCell: false }), /expected/],
    'bins share no cells': [backward({ shared: false }), /expected/],
    'each win counts 1': [backward({ ones: true }), /case 1 of 6/],
    'the last cell does not belong to the region': [backward({ inclusive: false }), /expected/],
    'every cell gets something': [
      (map: number[][], _: number[][], upstream: number[][]) => map.map((row) => row.map(() => upstream[0][0])),
      /case 1 of 6/,
    ],
  });
});

test.run();
