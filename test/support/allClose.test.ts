import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { assertAllClose } from './allClose';

const test = suite('allClose');

function message(body: () => void): string {
  try {
    body();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing thrown';
}

test('accepts what lies within the tolerance', () => {
  assertAllClose([], []);
  assertAllClose([1, -2, 0], Float32Array.of(1, -2, 0), { absolute: 0, relative: 0 });
  assertAllClose([1.5, 100], [1, 101], { absolute: 0.5, relative: 0.005 });
  assertAllClose([0.5], [0], { absolute: 0.5, relative: 0 });
  assertAllClose([110], [100], { absolute: 0, relative: 0.1 });
});

test('just past the tolerance fails', () => {
  assert.match(
    message(() => assertAllClose([0.5 + 2 ** -30], [0], { absolute: 0.5 })),
    'expected 0 at 0',
  );
  // The tolerance grows with the expected value, not with the actual one.
  assert.match(
    message(() => assertAllClose([100], [110.5], { absolute: 0, relative: 0.095 })),
    'expected 110.5',
  );
  assertAllClose([110.5], [100], { absolute: 0, relative: 0.105 });
});

test('the default tolerance is 1e-5 of each kind', () => {
  assertAllClose([1.0000199], [1]);
  assert.not.equal(
    message(() => assertAllClose([1.0000201], [1])),
    'nothing thrown',
  );
});

test('names the worst index, both values and the number of mismatches', () => {
  assert.is(
    message(() =>
      assertAllClose([1, 2.5, 200, 44], [1, 2, 100, 36], { absolute: 0.25, relative: 0.125, name: 'conv2d 3x3' }),
    ),
    'conv2d 3x3: expected 100 at 2, got 200; 2 of 4 values differ by more than 0.25 + 0.125 · |expected|',
  );
});

test('NaN fails on either side and on both, and is the worst of all', () => {
  for (const [actual, expected] of [
    [Number.NaN, 1],
    [1, Number.NaN],
    [Number.NaN, Number.NaN],
  ]) {
    assert.is(
      message(() => assertAllClose([0, 1e30, actual], [0, 0, expected], { absolute: 1, relative: 1, name: 'x' })),
      `x: expected ${expected} at 2, got ${actual}; 2 of 3 values differ by more than 1 + 1 · |expected|`,
    );
  }
});

test('infinities must be the same', () => {
  const { NEGATIVE_INFINITY: low, POSITIVE_INFINITY: high } = Number;
  assertAllClose([low, high], [low, high]);
  for (const [actual, expected] of [
    [high, low],
    [1, high],
    [high, 1],
  ]) {
    assert.match(
      message(() => assertAllClose([actual], [expected])),
      `expected ${expected} at 0, got ${actual}`,
    );
  }
});

test('zero tolerance compares exactly', () => {
  assert.match(
    message(() => assertAllClose([0, 1 + 2 ** -52], [0, 1], { absolute: 0, relative: 0 })),
    '1 of 2 values',
  );
});

test('throws on different lengths and on tolerances that are none', () => {
  assert.is(
    message(() => assertAllClose([1, 2], [1], { name: 'boxes' })),
    'boxes: expected 1 values, got 2',
  );
  assert.is(
    message(() => assertAllClose([], [1])),
    'assertAllClose: expected 1 values, got 0',
  );
  assert.is(
    message(() => assertAllClose([1], [1], { absolute: Number.NaN })),
    'assertAllClose: expected tolerances ≥ 0, got absolute NaN and relative 0.00001',
  );
  assert.is(
    message(() => assertAllClose([1], [1], { relative: -1 })),
    'assertAllClose: expected tolerances ≥ 0, got absolute 0.00001 and relative -1',
  );
});

test.run();
