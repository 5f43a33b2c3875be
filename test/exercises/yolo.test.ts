import { suite } from 'uvu';
import { yoloExercises } from '../../src/exercises/yolo';
import { assertJudges } from '../support/exercises';

const test = suite('exercises: yolo');

type Box = number[];

test('the label of an image', async () => {
  const encode =
    ({ last = false, global = false, swapped = false }) =>
    (boxes: Box[], labels: number[], cells: number, side: number, classes: number) => {
      const grid = Array.from({ length: cells ** 2 }, () => new Array<number>(5 + classes).fill(0));
      boxes.forEach(([x1, y1, x2, y2], n) => {
        const [x, y] = [(x1 + x2) / 2, (y1 + y2) / 2];
        const index = Math.floor(y / side) * cells + Math.floor(x / side);
        if (grid[index][0] === 1 && !last) return;
        const within = (at: number) => (global ? at / (side * cells) : (at % side) / side);
        const sizes = [(y2 - y1) / side, (x2 - x1) / side];
        const classNumbers = Array.from({ length: classes }, (_, k) => Number(k === labels[n]));
        grid[index] = [1, within(x), within(y), ...(swapped ? sizes.reverse() : sizes), ...classNumbers];
      });
      return Array.from({ length: cells }, (_, row) => grid.slice(row * cells, (row + 1) * cells));
    };
  await assertJudges(yoloExercises['yolo.encode'], [encode({})], {
    'the last object of a cell': [encode({ last: true }), /expected/],
    'offsets across the image': [encode({ global: true }), /case 1/],
    'width before height': [encode({ swapped: true }), /expected/],
  });
});

test('the box of a cell', async () => {
  const decode =
    (corner: number) =>
    ([, bx, by, bh, bw]: number[], row: number, column: number, side: number) => {
      const [left, top] = [(column + bx - corner * bw) * side, (row + by - corner * bh) * side];
      return [left, top, left + bw * side, top + bh * side];
    };
  await assertJudges(yoloExercises['yolo.decode'], [decode(0.5)], {
    'the midpoint for the corner': [decode(0), /case 1/],
    'row and column exchanged': [
      (cell: number[], row: number, column: number, side: number) => decode(0.5)(cell, column, row, side),
      /case 1/,
    ],
    'height and width exchanged': [
      ([p, bx, by, bh, bw]: number[], row: number, column: number, side: number) =>
        decode(0.5)([p, bx, by, bw, bh], row, column, side),
      /case 1/,
    ],
  });
});

test.run();
