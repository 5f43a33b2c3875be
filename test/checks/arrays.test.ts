import ndarray from 'ndarray';
import { suite } from 'uvu';
import { checkArray } from '../../src/checks/arrays';
import { assertThrows } from '../support/assertThrows';

const test = suite('checks of arrays');

const zeros = (...shape: number[]) => ndarray(new Float32Array(shape.reduce((size, side) => size * side, 1)), shape);

test('numbers are sizes, letters any size, and the same one wherever they stand', () => {
  checkArray('f', 'an image', zeros(4, 5, 3), '[H, W, 3]');
  checkArray('f', 'an image', zeros(4, 5), '[H, W, 3]', '[H, W]');
  checkArray('f', 'a matrix', zeros(2, 2), '[K, K]');
  checkArray('f', 'boxes', zeros(0, 4), '[N, 4]');
  assertThrows(() => checkArray('f', 'a matrix', zeros(2, 3), '[K, K]'), 'f: expected a matrix [K, K], got [2, 3]');
  assertThrows(
    () => checkArray('f', 'an image', zeros(4, 5, 4), '[H, W, 3]', '[H, W]'),
    'f: expected an image [H, W, 3] or [H, W], got [4, 5, 4]',
  );
});

test('what is no ndarray of numbers', () => {
  assertThrows(() => checkArray('f', 'boxes', [[1]], '[N, 4]'), 'f: expected boxes [N, 4], an ndarray, got [[1]]');
  assertThrows(() => checkArray('f', 'boxes', null, '[N, 4]'), 'f: expected boxes [N, 4], an ndarray, got null');
  const big = ndarray(new BigInt64Array(2) as never, [2]);
  assertThrows(() => checkArray('f', 'scores', big, '[N]'), 'f: expected scores [N] of numbers, got bigint64');
});

test.run();
