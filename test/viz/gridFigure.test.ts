import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { gridFigure, yoloGrid } from '../../src/index';
import { assertThrows } from '../support/assertThrows';

const test = suite('gridFigure');

const image = ndarray(new Float32Array(30 * 60 * 3).fill(0.5), [30, 60, 3]);
const grid = yoloGrid({ cells: [3, 6], image: { height: 30, width: 60 }, classes: 2 });
const label = grid.encode(
  [
    [11, 2, 19, 10],
    [40, 15, 60, 25],
  ],
  [0, 1],
);

test('lines between the cells, the cells that hold midpoints, the midpoints, and what each cell says', () => {
  const { data, layout } = gridFigure(image, grid, label, { names: ['cat', 'dog'] });
  const shapes = layout.shapes as { type: string; x0: number; y0: number; x1: number; y1: number }[];
  assert.is(shapes.filter(({ type }) => type === 'line').length, 4 + 7);
  assert.equal(
    shapes.filter(({ type }) => type === 'rect').map(({ x0, y0, x1, y1 }) => [x0, y0, x1, y1]),
    [
      [10, 0, 20, 10],
      [50, 20, 60, 30],
    ],
  );
  const traces = data as unknown as { name?: string; x: number[]; y: number[]; hovertext?: string[] }[];
  assert.equal(
    traces.flatMap(({ name }) => (name ? [name] : [])),
    ['cat', 'dog'],
  );
  const [cells, dots] = traces.slice(-2);
  assert.equal(
    [dots.x, dots.y],
    [
      [15, 50],
      [6, 20],
    ],
  );
  assert.is(cells.hovertext!.length, 18);
  const lines = (place: number) => cells.hovertext![place].split('<br>').map((line) => line.replace(/ +/, ' '));
  assert.equal(lines(1), ['cell (0, 1)', 'p_c 1', 'b_x 0.5', 'b_y 0.6', 'b_h 0.8', 'b_w 0.8', 'c_1 1', 'c_2 0']);
  assert.equal(lines(0), ['cell (0, 0)', 'p_c 0, the others ?']);
  assert.is(layout.annotations, undefined);
});

test('a chosen cell: its numbers stand beside the image', () => {
  const { layout } = gridFigure(image, grid, label, { cell: [2, 5] });
  const [note] = layout.annotations!;
  assert.match(note.text!, /cell \(2, 5\)/);
  assert.match(note.text!, /b_w\s+2<br>/);
  assert.match(gridFigure(image, grid, label, { cell: [0, 0] }).layout.annotations![0].text!, /b_w\s+\?<br>/);
  assert.is(layout.shapes!.length, 11 + 2 + 1);
});

test('an image without objects', () => {
  const { data, layout } = gridFigure(image, grid, grid.encode([], []));
  assert.is(data.length, 3);
  assert.is(layout.shapes!.length, 11);
});

test('throws', () => {
  const other = ndarray(new Float32Array(300), [10, 10, 3]);
  assertThrows(() => gridFigure(other, grid, label), 'gridFigure: expected an image of 30×60 px, got 10×10');
  assertThrows(
    () => gridFigure(image, grid, label, { cell: [3, 0] }),
    'gridFigure: expected a cell [row, column] of 3×6, got [3, 0]',
  );
});

test.run();
