import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { anchors, boxArea, convertBoxes } from '../../src/index';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';

const test = suite('anchors');

test('by hand: two cells, two sizes', () => {
  const grid = anchors({ height: 1, width: 2, stride: 8, sizes: [4, 16] });
  assert.equal(grid.shape, [4, 4]);
  assert.equal([...grid.data], [2, 2, 6, 6, -4, -4, 12, 12, 10, 2, 14, 6, 4, -4, 20, 12]);
});

test('sizes outside, ratios inside; a ratio is width over height and keeps the area', () => {
  const grid = anchors({ height: 1, width: 1, stride: 10, sizes: [4, 8], ratios: [0.25, 1, 4] });
  const centered = convertBoxes(grid, { to: 'cxcywh' });
  assertAllClose(
    centered.data,
    [
      [2, 8],
      [4, 4],
      [8, 2],
      [4, 16],
      [8, 8],
      [16, 4],
    ].flatMap(([width, height]) => [5, 5, width, height]),
  );
  assertAllClose(boxArea(grid).data, [16, 16, 16, 64, 64, 64]);
});

test("the slides' 20 × 15 map of a 640 × 480 image with K = 6", () => {
  const grid = anchors({ height: 15, width: 20, stride: 32, sizes: [64, 128], ratios: [0.5, 1, 2] });
  assert.equal(grid.shape, [6 * 20 * 15, 4]);
  const centered = convertBoxes(grid, { to: 'cxcywh' });
  for (const [y, x] of [
    [0, 0],
    [3, 7],
    [14, 19],
  ]) {
    for (let a = 0; a < 6; a++) {
      const row = (y * 20 + x) * 6 + a;
      assertAllClose([centered.get(row, 0), centered.get(row, 1)], [32 * x + 16, 32 * y + 16], { absolute: 1e-3 });
    }
  }
});

test('the paper: 9 anchors at each of 50 × 37 cells, stride 16, of 128, 256 and 512 px', () => {
  // VGG halves four times and rounds down: 800 → 50, 600 → 300, 150, 75, 37.
  const grid = anchors({ height: 37, width: 50, stride: 16, sizes: [128, 256, 512], ratios: [0.5, 1, 2] });
  assert.equal(grid.shape, [16_650, 4]);
  const areas = boxArea(grid).data;
  for (let row = 0; row < 16_650; row += 997) {
    const size = [128, 256, 512][Math.floor((row % 9) / 3)];
    assert.ok(Math.abs(areas[row] / size ** 2 - 1) < 1e-4);
  }
  // One cell to the right, 16 px to the right; the whole grid is the anchors of one cell, moved.
  for (let a = 0; a < 9; a++) {
    assertAllClose([grid.get(9 + a, 0) - grid.get(a, 0), grid.get(9 + a, 1) - grid.get(a, 1)], [16, 0]);
  }
});

test('shapes of one’s own: one anchor each, in their order', () => {
  const grid = anchors({
    height: 1,
    width: 2,
    stride: 10,
    shapes: [
      [4, 2],
      [6, 8],
    ],
  });
  assert.equal([...grid.data], [3, 4, 7, 6, 2, 1, 8, 9, 13, 4, 17, 6, 12, 1, 18, 9]);
});

test('throws', () => {
  const settings = { height: 2, width: 2, stride: 8, sizes: [8] };
  assertThrows(() => anchors({ ...settings, height: 0 }), 'anchors: expected height to be a whole number ≥ 1, got 0');
  assertThrows(() => anchors({ ...settings, width: 1.5 }), 'anchors: expected width to be a whole number ≥ 1, got 1.5');
  assertThrows(() => anchors({ ...settings, stride: 0 }), 'anchors: expected stride to be a number > 0, got 0');
  assertThrows(() => anchors({ ...settings, sizes: [] }), 'anchors: expected at least one of the sizes, got none');
  assertThrows(() => anchors({ ...settings, ratios: [1, -1] }), 'anchors: expected ratios to be a number > 0, got -1');
  const { sizes, ...map } = settings;
  assertThrows(() => anchors(map), 'anchors: expected sizes or shapes, got neither');
  assertThrows(
    () => anchors({ ...settings, shapes: [[8, 8]] }),
    'anchors: expected either shapes, or sizes and ratios, got both',
  );
  assertThrows(() => anchors({ ...map, shapes: [] }), 'anchors: expected at least one of the shapes, got none');
  assertThrows(
    () => anchors({ ...map, shapes: [[8, 8, 1] as unknown as [number, number]] }),
    'anchors: expected shapes [width, height], got [8, 8, 1]',
  );
  assertThrows(
    () => anchors({ ...map, shapes: [[8, 0]] }),
    'anchors: expected sides of shapes to be a number > 0, got 0',
  );
});

test('anchors that look like shares of the image are refused: a model would train in silence to nothing', () => {
  const grid = { height: 1, width: 1, stride: 8 };
  const hint = 'in px, got none of 1 px or more. Are these shares of the image? Multiply them by its size';
  assertThrows(() => anchors({ ...grid, sizes: [0.2, 0.5] }), `anchors: expected sizes ${hint}`);
  assertThrows(() => anchors({ ...grid, shapes: [[0.2, 0.3]] }), `anchors: expected shapes ${hint}`);
  assert.equal(anchors({ ...grid, sizes: [0.5, 1] }).shape, [2, 4]);
});

test.run();
