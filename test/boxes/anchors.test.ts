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
  const centred = convertBoxes(grid, { to: 'cxcywh' });
  assertAllClose(
    centred.data,
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
  const centred = convertBoxes(grid, { to: 'cxcywh' });
  for (const [y, x] of [
    [0, 0],
    [3, 7],
    [14, 19],
  ]) {
    for (let a = 0; a < 6; a++) {
      const row = (y * 20 + x) * 6 + a;
      assertAllClose([centred.get(row, 0), centred.get(row, 1)], [32 * x + 16, 32 * y + 16], { absolute: 1e-3 });
    }
  }
});

test('throws', () => {
  const settings = { height: 2, width: 2, stride: 8, sizes: [8] };
  assertThrows(() => anchors({ ...settings, height: 0 }), 'anchors: expected height to be a whole number ≥ 1, got 0');
  assertThrows(() => anchors({ ...settings, width: 1.5 }), 'anchors: expected width to be a whole number ≥ 1, got 1.5');
  assertThrows(() => anchors({ ...settings, stride: 0 }), 'anchors: expected stride to be a number > 0, got 0');
  assertThrows(() => anchors({ ...settings, sizes: [] }), 'anchors: expected at least one of the sizes, got none');
  assertThrows(() => anchors({ ...settings, ratios: [1, -1] }), 'anchors: expected ratios to be a number > 0, got -1');
});

test.run();
