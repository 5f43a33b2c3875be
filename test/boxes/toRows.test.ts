import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { toRows } from '../../src/boxes/toRows';
import { assertThrows } from '../support/assertThrows';

const test = suite('toRows');

test('rows in order, of views too, and of nothing', () => {
  const matrix = ndarray([1, 2, 3, 4, 5, 6], [2, 3]);
  assert.equal(toRows(matrix), [
    [1, 2, 3],
    [4, 5, 6],
  ]);
  assert.equal(toRows(matrix.transpose(1, 0).lo(1, 0)), [
    [2, 5],
    [3, 6],
  ]);
  assert.equal(toRows(ndarray([], [0, 4])), []);
});

test('numbers that lie one row after the other', () => {
  assert.equal(toRows(Float32Array.of(1, 2, 3, 4, 5, 6), 2), [
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  assert.equal(toRows([], 3), []);
  assertThrows(() => toRows([1, 2, 3], 2), 'toRows: expected full rows of 2, got 3 numbers');
});

test('throws on another rank', () => {
  assertThrows(() => toRows(ndarray([1, 2])), 'toRows: expected a matrix [N, D], got [2]');
  assertThrows(() => toRows([[1]] as never), 'toRows: expected a matrix [N, D], an ndarray, got [[1]]');
});

test.run();
