import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { printed, sameAnswer } from '../../src/exercises/answers';

const test = suite('answers');

test('numbers agree within the tolerance, and NaN with nothing', () => {
  assert.ok(sameAnswer(1 + 5e-7, 1, 1e-6) && sameAnswer(1000.0005, 1000, 1e-6) && sameAnswer(0, -0, 0));
  assert.not.ok(sameAnswer(1.1, 1, 1e-6) || sameAnswer(Number.NaN, 1, 1) || sameAnswer(Number.NaN, Number.NaN, 1));
  assert.ok(sameAnswer(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0));
  assert.not.ok(sameAnswer('1', 1, 1) || sameAnswer(true, 1, 1));
});

test('lists, typed arrays, ndarrays and records agree part by part', () => {
  assert.ok(sameAnswer([1, [2, 3]], [1, [2, 3]], 0));
  assert.ok(sameAnswer(Float32Array.of(1, 2), [1, 2], 0));
  assert.ok(
    sameAnswer(
      ndarray([1, 2, 3, 4], [2, 2]),
      [
        [1, 2],
        [3, 4],
      ],
      0,
    ),
  );
  assert.not.ok(
    sameAnswer(
      ndarray([1, 2, 3, 4], [4]),
      [
        [1, 2],
        [3, 4],
      ],
      0,
    ),
  );
  assert.not.ok(sameAnswer([1, 2, 3], [1, 2], 0) || sameAnswer([], [1], 0) || sameAnswer(null, [1], 0));
  assert.ok(sameAnswer({ a: 1, b: 'x', c: 2 }, { a: 1, b: 'x' }, 0));
  assert.not.ok(sameAnswer({ a: 1 }, { a: 1, b: 'x' }, 0) || sameAnswer(undefined, { a: 1 }, 0));
});

test('values print in one short line', () => {
  assert.is(printed(1 / 3), '0.33333');
  assert.is(printed([1, [2, 0.5]]), '[1, [2, 0.5]]');
  assert.is(printed(Array.from({ length: 100 }, (_, i) => i)), '[0, 1, 2, 3, 4, 5, 6, 7, … 100 in all]');
  assert.is(printed({ boxes: ndarray([1, 2], [2]), label: 'cat' }), "{ boxes: [1, 2], label: 'cat' }");
  assert.is(printed(undefined), 'undefined');
  assert.is(
    printed(() => 1),
    'a function',
  );
});

test.run();
