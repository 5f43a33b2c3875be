import { createRandom } from '../tensor/random';
import { range } from '../tensor/range';
import { digits } from './cases';
import { type Exercise, functionExercise, valueExercise } from './exercise';

type Table = readonly (readonly number[])[];

const snap = (edge: number, stride: number) => Math.floor(edge / stride + 0.5);

/** The cells of a bin along one axis, those beyond the map left out. */
function cellsOf(
  [from, to]: readonly [number, number],
  bin: number,
  bins: number,
  stride: number,
  end: number,
): number[] {
  const first = snap(from, stride);
  const length = snap(to, stride) - first + 1;
  const [start, stop] = [Math.floor((bin * length) / bins), Math.ceil(((bin + 1) * length) / bins)];
  return range(first + start, first + stop).filter((cell) => cell < end);
}

/** What each cell gets from the bins that it is the first maximum of. */
function backward(map: Table, regions: Table, upstream: Table, bins: number, stride: number): number[][] {
  const gradient = map.map((row) => row.map(() => 0));
  for (const [k, [x1, y1, x2, y2]] of regions.entries()) {
    for (const [bin, value] of upstream[k].entries()) {
      const rows = cellsOf([y1, y2], Math.floor(bin / bins), bins, stride, map.length);
      const columns = cellsOf([x1, x2], bin % bins, bins, stride, map[0].length);
      const cells = rows.flatMap((row) => columns.map((column) => [row, column]));
      if (cells.length === 0) continue;
      const [row, column] = cells.reduce((best, cell) => (map[cell[0]][cell[1]] > map[best[0]][best[1]] ? cell : best));
      gradient[row][column] += value;
    }
  }
  return gradient;
}

/** Regions in an image of `height` × `width` cells, and a number for each of their bins. */
function regionsIn(height: number, width: number, count: number, bins: number, stride: number, seed: number) {
  const random = createRandom(seed);
  const span = (cells: number) =>
    [random.integer(cells * stride + 1), random.integer(cells * stride + 1)].sort((a, b) => a - b);
  const regions = range(count).map(() => {
    const [[x1, x2], [y1, y2]] = [span(width), span(height)];
    return [x1, y1, x2, y2];
  });
  return { regions, upstream: regions.map(() => range(bins * bins).map(() => random.integer(19) - 9)) };
}

export const roiPoolExercises: Readonly<Record<string, Exercise>> = {
  'roiPool.room': functionExercise({
    name: 'room',
    cases: () =>
      [
        [0, 32],
        [100, 32],
        [365, 32],
        [243, 32],
        [11.5, 16],
        [40, 16],
        [3.25, 8],
      ].map(([x, s]) => ({ args: [x, s], expected: (snap(x, s) + 0.5) * s - x })),
  }),
  'roiPool.finer': valueExercise({
    expected: () => 'more than twice as many',
    hint: () => 'compare the numbers of steps that the cell prints',
  }),
  'roiPool.backward': functionExercise({
    name: 'backward',
    cases: () => {
      const map = digits(6, 8, 2);
      // Equal cells: the first of them wins.
      const flat = range(3).map(() => range(4).map(() => 1));
      return [
        { map, regions: [[8, 8, 40, 24]], upstream: [[1, 2, 3, 4]], bins: 2, stride: 8 },
        { map: flat, regions: [[0, 0, 31, 23]], upstream: [[1, 1, 1, 1]], bins: 2, stride: 8 },
        // To the last corner of the image.
        { map, regions: [[30, 20, 64, 48]], upstream: [range(9).map((k) => k + 1)], bins: 3, stride: 8 },
        // A region of one cell: it wins all bins.
        { map, regions: [[17, 17, 18, 18]], upstream: [[1, 10, 100, 1000]], bins: 2, stride: 8 },
        { map, ...regionsIn(6, 8, 5, 2, 16, 4), bins: 2, stride: 16 },
        { map: digits(5, 5, 6), ...regionsIn(5, 5, 8, 3, 4, 5), bins: 3, stride: 4 },
      ].map(({ map, regions, upstream, bins, stride }) => ({
        args: [map, regions, upstream, bins, stride],
        expected: backward(map, regions, upstream, bins, stride),
      }));
    },
  }),
};
