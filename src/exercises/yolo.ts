import { createRandom } from '../tensor/random';
import { someBoxes } from './cases';
import { type Exercise, functionExercise } from './exercise';

/** The slides' label of an image: for each cell p_c, b_x, b_y, b_h, b_w and the classes; the first object in a cell stays. */
function encode(
  boxes: readonly number[][],
  labels: readonly number[],
  cells: number,
  side: number,
  classes: number,
): number[][][] {
  const grid = Array.from({ length: cells }, () =>
    Array.from({ length: cells }, () => new Array<number>(5 + classes).fill(0)),
  );
  for (const [n, [x1, y1, x2, y2]] of boxes.entries()) {
    const [x, y] = [(x1 + x2) / 2 / side, (y1 + y2) / 2 / side];
    const [column, row] = [Math.floor(x), Math.floor(y)];
    const cell = grid[row][column];
    if (cell[0] === 1) continue;
    cell.splice(0, 5, 1, x - column, y - row, (y2 - y1) / side, (x2 - x1) / side);
    cell[5 + labels[n]] = 1;
  }
  return grid;
}

/** The box of a cell's numbers, x1, y1, x2, y2 in px. */
function decode(cell: readonly number[], row: number, column: number, side: number): number[] {
  const [, bx, by, bh, bw] = cell;
  const [x, y, w, h] = [(column + bx) * side, (row + by) * side, bw * side, bh * side];
  return [x - w / 2, y - h / 2, x + w / 2, y + h / 2];
}

export const yoloExercises: Readonly<Record<string, Exercise>> = {
  'yolo.encode': functionExercise({
    name: 'encode',
    cases: () =>
      [
        { count: 1, cells: 3, side: 10, classes: 3, seed: 1 },
        { count: 3, cells: 3, side: 9, classes: 2, seed: 2 },
        // Two midpoints in one cell.
        { count: 6, cells: 2, side: 13, classes: 2, seed: 3 },
        { count: 4, cells: 7, side: 4, classes: 1, seed: 4 },
      ].map(({ count, cells, side, classes, seed }) => {
        const random = createRandom(seed);
        const boxes = someBoxes(count, 80 + seed);
        const labels = boxes.map(() => random.integer(classes));
        return { args: [boxes, labels, cells, side, classes], expected: encode(boxes, labels, cells, side, classes) };
      }),
  }),
  'yolo.decode': functionExercise({
    name: 'decode',
    cases: () =>
      [
        { cell: [1, 0.4, 0.3, 0.5, 0.9, 0, 1, 0], row: 1, column: 0, side: 100 },
        { cell: [1, 0.5, 0.5, 1, 2, 1], row: 2, column: 4, side: 32 },
        { cell: [0.8, 0, 0.99, 3.5, 0.25, 1, 0], row: 0, column: 6, side: 8 },
      ].map(({ cell, row, column, side }) => ({
        args: [cell, row, column, side],
        expected: decode(cell, row, column, side),
      })),
  }),
};
