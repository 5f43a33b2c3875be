import { largest, smallest } from '../checks/extremes';
import { type Exercise, functionExercise, valueExercise } from './exercise';

/**
 * For each place of a level, row by row: the distances l, t, r, b to the sides of the object it finds, or null. It finds an object whose
 * box it lies in, less than `radius` cells from its center along both axes, if the largest distance lies between the ends of `range`; of
 * several the one with the smallest area.
 */
function targets(
  rows: number,
  columns: number,
  stride: number,
  range: readonly number[],
  boxes: readonly number[][],
  radius: number,
): (number[] | null)[] {
  const area = ([x1, y1, x2, y2]: readonly number[]) => (x2 - x1) * (y2 - y1);
  return Array.from({ length: rows * columns }, (_, place) => {
    const [x, y] = [((place % columns) + 0.5) * stride, (Math.floor(place / columns) + 0.5) * stride];
    let best: number[] | null = null;
    let least = Number.POSITIVE_INFINITY;
    for (const box of boxes) {
      const [x1, y1, x2, y2] = box;
      const sides = [x - x1, y - y1, x2 - x, y2 - y];
      const off = Math.max(Math.abs(x - (x1 + x2) / 2), Math.abs(y - (y1 + y2) / 2));
      const most = largest(sides);
      if (smallest(sides) <= 0 || off >= radius * stride || most <= range[0] || most >= range[1]) continue;
      if (area(box) >= least) continue;
      least = area(box);
      best = sides;
    }
    return best;
  });
}

export const fcosExercises: Readonly<Record<string, Exercise>> = {
  'fcos.centerness': valueExercise({
    // l 4, t 6, r 9, b 6.
    expected: () => Math.sqrt(4 / 9),
    tolerance: 1e-3,
    hint: (answer) =>
      Math.abs(Number(answer) - 4 / 9) < 1e-3
        ? 'the square root is missing'
        : 'the smaller distance over the larger one, across and down; their product; its root',
  }),
  'fcos.box': functionExercise({
    name: 'box',
    cases: () =>
      [
        { row: 2, column: 3, stride: 4, sides: [6, 3, 10, 9] },
        { row: 0, column: 0, stride: 8, sides: [4, 4, 4, 4] },
        { row: 5, column: 1, stride: 16, sides: [0.5, 20, 31, 12.25] },
      ].map(({ row, column, stride, sides: [l, t, r, b] }) => {
        const [x, y] = [(column + 0.5) * stride, (row + 0.5) * stride];
        return { args: [row, column, stride, [l, t, r, b]], expected: [x - l, y - t, x + r, y + b] };
      }),
  }),
  'fcos.targets': functionExercise({
    name: 'targets',
    cases: () =>
      [
        { rows: 4, columns: 4, stride: 4, range: [0, 24], boxes: [[1, 3, 14, 12]], radius: 1.5 },
        // A small box inside a large one, listed after and before it.
        {
          rows: 4,
          columns: 6,
          stride: 4,
          range: [0, 24],
          boxes: [
            [0, 0, 20, 16],
            [5, 4, 13, 11],
          ],
          radius: 9,
        },
        {
          rows: 4,
          columns: 4,
          stride: 8,
          range: [0, 99],
          boxes: [
            [10, 9, 23, 24],
            [2, 1, 31, 30],
          ],
          radius: 1.5,
        },
        // Another level's objects: too small, and too large.
        {
          rows: 3,
          columns: 5,
          stride: 8,
          range: [12, 20],
          boxes: [
            [0, 0, 9, 9],
            [3, 2, 27, 21],
            [1, 1, 39, 23],
          ],
          radius: 2,
        },
        { rows: 2, columns: 3, stride: 4, range: [0, 9], boxes: [], radius: 1.5 },
      ].map(({ rows, columns, stride, range, boxes, radius }) => ({
        args: [rows, columns, stride, range, boxes, radius],
        expected: targets(rows, columns, stride, range, boxes, radius),
      })),
  }),
  'fcos.wholeBox': valueExercise({
    expected: () => 'between two and three times as many',
    hint: () => 'compare the two numbers that the cell prints',
  }),
};
