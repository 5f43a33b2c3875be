import { createRandom } from '../tensor/random';
import { type Exercise, functionExercise, valueExercise } from './exercise';

/** The largest number of each 2×2 window, and where it stands. */
function pool(map: readonly (readonly number[])[]): { pooled: number[][]; places: [number, number][][] } {
  const places = Array.from({ length: map.length / 2 }, (_, r) =>
    Array.from({ length: map[0].length / 2 }, (_, c): [number, number] => {
      const window: [number, number][] = [0, 1].flatMap((i) =>
        [0, 1].map((j): [number, number] => [2 * r + i, 2 * c + j]),
      );
      return window.reduce((best, place) => (map[place[0]][place[1]] > map[best[0]][best[1]] ? place : best));
    }),
  );
  return { pooled: places.map((row) => row.map(([i, j]) => map[i][j])), places };
}

function unpool(small: readonly (readonly number[])[], places: readonly (readonly [number, number])[][]): number[][] {
  const map = Array.from({ length: 2 * small.length }, () => new Array<number>(2 * small[0].length).fill(0));
  for (const [r, row] of small.entries()) {
    for (const [c, value] of row.entries()) {
      const [i, j] = places[r][c];
      map[i][j] = value;
    }
  }
  return map;
}

/** Pooled twice and unpooled twice, the last switches first. */
function downAndUp(map: readonly (readonly number[])[]): number[][] {
  const first = pool(map);
  const second = pool(first.pooled);
  return unpool(unpool(second.pooled, second.places), first.places);
}

/** Rows of numbers, no two of them alike. */
function distinctRows(rows: number, columns: number, seed: number): number[][] {
  const numbers = createRandom(seed).shuffle(Array.from({ length: rows * columns }, (_, i) => i + 1));
  return Array.from({ length: rows }, (_, r) => [...numbers.slice(r * columns, (r + 1) * columns)]);
}

/** Cells of the two pooled maps of a 64×64 image: 16 channels of 16×16 px, 32 of 8×8. */
const switches = 16 * 16 * 16 + 32 * 8 * 8;

export const deconvNetExercises: Readonly<Record<string, Exercise>> = {
  'deconvNet.switchBytes': valueExercise({
    expected: () => (2 * switches) / 8,
    hint(answer) {
      if (answer === switches) return 'that is the number of switches; one of four places takes 2 bits';
      if (answer === (2 * switches) / 4 || answer === 2 * switches) return 'a byte has 8 bits';
      if (answer === 16 * 16 + 8 * 8) return 'every channel has switches of its own';
      return 'how many cells and channels has each pooled map, and how many bits tell one of four places?';
    },
  }),
  'deconvNet.downAndUp': functionExercise({
    name: 'downAndUp',
    cases: () =>
      [
        [4, 4, 1],
        [4, 8, 2],
        [8, 4, 3],
        [8, 8, 4],
      ].map(([rows, columns, seed]) => {
        const map = distinctRows(rows, columns, seed);
        return { args: [map], expected: downAndUp(map) };
      }),
  }),
};
