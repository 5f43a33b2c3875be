import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { tensor } from '../../src/index';
import { largestDifference } from '../../src/tensor/largestDifference';
import { assertThrows } from '../support/assertThrows';

const test = suite('largestDifference');

test('the largest of all, of either sign, and 0 of nothing', () => {
  assert.is(largestDifference([1, 2, 3], [1, 2.5, 2.75]), 0.5);
  assert.is(largestDifference([0], [-2]), 2);
  assert.is(largestDifference([], []), 0);
});

test('typed arrays and views are read row by row', () => {
  const matrix = ndarray(Float64Array.of(1, 2, 3, 4), [2, 2]);
  assert.is(largestDifference(matrix, [1, 2, 3, 4]), 0);
  assert.is(largestDifference(matrix.transpose(1, 0), Float32Array.of(1, 3, 2, 4)), 0);
});

test('what is no number is infinitely far from one', () => {
  assert.is(largestDifference([Number.NaN], [1]), Number.POSITIVE_INFINITY);
  assert.is(largestDifference([Number.NaN], [Number.NaN]), 0);
  assert.is(largestDifference([Number.POSITIVE_INFINITY], [Number.POSITIVE_INFINITY]), 0);
});

test('throws', () => {
  assertThrows(() => largestDifference([1], [1, 2]), 'largestDifference: expected 2 numbers, got 1');
  assertThrows(
    () => largestDifference([1], tensor([1]) as never),
    'largestDifference: expected what was expected to be numbers, got a tensor; await its data()',
  );
});

test.run();
