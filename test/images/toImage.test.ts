import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { toImage } from '../../src/images/toImage';
import { assertThrows } from '../support/assertThrows';

const test = suite('toImage');

test('the range becomes 0 to 1, and what lies beyond is clipped', () => {
  const image = toImage([-3, -1, 0, 1, 2, 5], [2, 3], { range: [-1, 3] });
  assert.equal(image.shape, [2, 3]);
  assert.equal([...image.data], [0, 0, 0.25, 0.5, 0.75, 1]);
});

test('three channels, and views row by row', () => {
  assert.equal(toImage([0, 0.5, 2], [1, 1, 3]).shape, [1, 1, 3]);
  const matrix = ndarray(Float64Array.of(0, 0.25, 0.5, 0.75), [2, 2]).transpose(1, 0);
  assert.equal([...toImage(matrix, [2, 2]).data], [0, 0.5, 0.25, 0.75]);
});

test('throws', () => {
  assertThrows(() => toImage([1, 2, 3], [2, 2]), 'toImage: expected 4 numbers, got 3');
  assertThrows(() => toImage([1, Number.NaN], [1, 2]), 'toImage: expected numbers, got NaN at 1');
  assertThrows(() => toImage([1], [1, 1, 2]), 'toImage: expected size [H, W] or [H, W, 3], got [1, 1, 2]');
  assertThrows(
    () => toImage([1], [1, 1], { range: [1, 1] }),
    'toImage: expected range [least, most] with least < most, got [1, 1]',
  );
});

test.run();
