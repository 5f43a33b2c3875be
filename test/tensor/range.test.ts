import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { range } from '../../src/tensor/range';
import { assertThrows } from '../support/assertThrows';

const test = suite('range');

test('counts, ends and steps, as Python has them', () => {
  assert.equal(range(4), [0, 1, 2, 3]);
  assert.equal(range(0), []);
  assert.equal(range(-2), []);
  assert.equal(range(2, 5), [2, 3, 4]);
  assert.equal(range(5, 2), []);
  assert.equal(range(5, 2, -1), [5, 4, 3]);
  assert.equal(range(0, 1, 0.25), [0, 0.25, 0.5, 0.75]);
  assert.equal(range(0, 5, 2), [0, 2, 4]);
});

test('a rounded step adds no number', () => {
  assert.is(range(0, 0.3, 0.1).length, 3);
  assert.is(range(0, 1.1, 0.1).length, 11);
});

test('throws', () => {
  assertThrows(() => range(Number.NaN), 'range: expected the count to be a finite number, got NaN');
  assertThrows(() => range(0, 4, 0), 'range: expected a step other than 0, got 0');
  assertThrows(() => range(2 ** 24 + 1), 'range: expected at most 16777216 numbers, got 16777217');
});

test.run();
