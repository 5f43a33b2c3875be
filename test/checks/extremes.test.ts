import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { append, largest, smallest } from '../../src/checks/extremes';

const test = suite('extremes');

test('of some numbers, of none, and of NaN', () => {
  assert.is(largest([3, -1, 7, 2]), 7);
  assert.is(smallest(new Float32Array([3, -1, 7])), -1);
  assert.is(largest([]), Number.NEGATIVE_INFINITY);
  assert.is(smallest([]), Number.POSITIVE_INFINITY);
  assert.ok(Number.isNaN(largest([1, Number.NaN, 2])) && Number.isNaN(smallest([1, Number.NaN, 2])));
});

test('of more numbers than a call can take arguments', () => {
  const many = Array.from({ length: 1_000_000 }, (_, i) => i);
  assert.throws(() => Math.max(...many), RangeError);
  assert.is(largest(many), 999_999);
  assert.is(smallest(many), 0);
  const list = [-1];
  append(list, many);
  assert.is(list.length, 1_000_001);
  assert.equal(list.slice(0, 3), [-1, 0, 1]);
});

test.run();
