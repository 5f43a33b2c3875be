import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom, warpRegions } from '../../src';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';

const test = suite('warpRegions');

/** An image whose red is the column, green the row, in shares of 8 px. */
const ramp = ndarray(
  Float32Array.from({ length: 8 * 8 * 3 }, (_, i) => [((i / 3) % 8) | 0, Math.floor(i / 24), 4][i % 3] / 8),
  [8, 8, 3],
);
const boxesOf = (...rows: number[][]) => ndarray(Float32Array.from(rows.flat()), [rows.length, 4]);

test('a region of its own size is copied', () => {
  const [x1, y1] = [2, 3];
  const warped = warpRegions(ramp, boxesOf([x1, y1, x1 + 4, y1 + 4]), { size: 4 });
  assert.equal(warped.shape, [1, 4, 4, 3]);
  for (let i = 0; i < 4; i++) {
    for (let j = 0; j < 4; j++) {
      assert.is(warped.get(0, i, j, 0), ramp.get(y1 + i, x1 + j, 0));
      assert.is(warped.get(0, i, j, 1), ramp.get(y1 + i, x1 + j, 1));
    }
  }
});

test('a view of a larger image, mirrored and turned, is read as what it shows', () => {
  const random = createRandom(4);
  const larger = ndarray(
    Float32Array.from({ length: 12 * 14 * 4 }, () => random.uniform()),
    [12, 14, 4],
  );
  const view = larger.lo(2, 3, 1).hi(8, 9, 3).step(1, -1, 1).transpose(1, 0, 2);
  const copy = ndarray(new Float32Array(9 * 8 * 3), [9, 8, 3]);
  for (let y = 0; y < 9; y++)
    for (let x = 0; x < 8; x++) for (let c = 0; c < 3; c++) copy.set(y, x, c, view.get(y, x, c));
  const boxes = boxesOf([1, 1, 6, 8], [-2, 3, 4.5, 12]);
  const [seen, expected] = [view, copy].map((image) => warpRegions(image, boxes, { size: 7, context: 1 }));
  assert.equal([...seen.data], [...expected.data]);
});

test('a flat wide region becomes a square, linear colors stay linear', () => {
  const warped = warpRegions(ramp, boxesOf([1, 2, 7, 4]), { size: 2 });
  // Centers of halves: x at 2.5 and 5.5, y at 2.5 and 3.5; pixel centers lie at half numbers.
  assertAllClose(
    [0, 1].map((j) => warped.get(0, 0, j, 0) * 8),
    [2, 5],
    { absolute: 1e-5 },
  );
  assertAllClose(
    [0, 1].map((i) => warped.get(0, i, 0, 1) * 8),
    [2, 3],
    { absolute: 1e-5 },
  );
});

test('context: the region fills what is left of the square', () => {
  // 2 of 8 px on each side: the box of 4 px is widened to 8, the whole image.
  const warped = warpRegions(ramp, boxesOf([2, 2, 6, 6]), { size: 8, context: 2 });
  assertAllClose(warped.data, ramp.data, { absolute: 1e-6 });
  // Beyond the image it is gray.
  const corner = warpRegions(ramp, boxesOf([0, 0, 4, 4]), { size: 8, context: 2 });
  assert.is(corner.get(0, 0, 0, 2), 0.5);
  assert.is(corner.get(0, 0, 0, 0), 0.5);
});

test('no regions, and regions without area', () => {
  assert.equal(warpRegions(ramp, boxesOf(), { size: 4 }).shape, [0, 4, 4, 3]);
  const point = warpRegions(ramp, boxesOf([4.5, 2.5, 4.5, 2.5]), { size: 1 });
  assertAllClose([point.get(0, 0, 0, 0) * 8, point.get(0, 0, 0, 1) * 8], [4, 2], { absolute: 1e-6 });
});

test('throws', () => {
  assertThrows(
    () => warpRegions(ndarray(new Float32Array(4), [2, 2]), boxesOf(), { size: 4 }),
    'warpRegions: expected an image [H, W, 3], got [2, 2]',
  );
  assertThrows(() => warpRegions(ramp, boxesOf(), { size: 0 }), 'warpRegions: expected a size of 1 px or more, got 0');
  assertThrows(
    () => warpRegions(ramp, boxesOf(), { size: 4, context: 2 }),
    'warpRegions: expected context from 0 to less than 2 px, got 2',
  );
});

test.run();
