import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { concatRows, takeRows } from '../../src/index';
import { assertThrows } from '../support/assertThrows';

const test = suite('rows');

test('takes rows in the order asked for, as often as asked for', () => {
  const boxes = ndarray(Float32Array.of(1, 2, 3, 4, 5, 6), [3, 2]);
  const taken = takeRows(boxes, [2, 0, 2]);
  assert.equal([...taken.data], [5, 6, 1, 2, 5, 6]);
  assert.equal(taken.shape, [3, 2]);
  taken.data[0] = 9;
  assert.is(boxes.get(2, 0), 5, 'a copy');
  const labels = takeRows(ndarray(Int32Array.of(7, 8, 9), [3]), [1]);
  assert.instance(labels.data, Int32Array);
  assert.equal([...labels.data], [8]);
  assert.equal(takeRows(boxes, []).shape, [0, 2]);
  const masks = takeRows(
    ndarray(
      Uint8Array.from({ length: 12 }, (_, i) => i),
      [2, 2, 3],
    ),
    [1],
  );
  assert.equal([...masks.data], [6, 7, 8, 9, 10, 11]);
});

test('views are read as they look', () => {
  const table = ndarray(
    Float32Array.from({ length: 12 }, (_, i) => i),
    [3, 4],
  );
  assert.equal([...takeRows(table.transpose(1, 0), [1, 3]).data], [1, 5, 9, 3, 7, 11]);
  assert.equal([...takeRows(table.lo(1, 1).hi(2, 2), [1]).data], [9, 10]);
  assert.equal([...takeRows(table.lo(1), [0]).data], [4, 5, 6, 7]);
  assert.equal([...takeRows(table.step(-1), [0]).data], [8, 9, 10, 11]);
  assert.equal([...takeRows(table.hi(1), [0]).data], [0, 1, 2, 3]);
});

test('one below the other', () => {
  const first = ndarray(Float32Array.of(1, 2, 3, 4), [2, 2]);
  const none = ndarray(new Float32Array(0), [0, 2]);
  const joined = concatRows(first, none, first.transpose(1, 0));
  assert.equal([...joined.data], [1, 2, 3, 4, 1, 3, 2, 4]);
  assert.equal(joined.shape, [4, 2]);
  assert.equal(concatRows(none).shape, [0, 2]);
});

test('throws', () => {
  const boxes = ndarray(new Float32Array(8), [2, 4]);
  assertThrows(() => takeRows(boxes, [0, 2]), 'takeRows: expected rows from 0 to 1, got 2 at 1');
  assertThrows(() => takeRows(boxes, [-1]), 'takeRows: expected rows from 0 to 1, got -1 at 0');
  assertThrows(() => concatRows(), 'concatRows: expected at least one array, got none');
  assertThrows(
    () => concatRows(boxes, ndarray(new Float32Array(6), [2, 3])),
    'concatRows: expected float32 [N, 4], got float32 [2, 3] at 1',
  );
  assertThrows(
    () => concatRows(boxes, ndarray(new Int32Array(8), [2, 4]) as never),
    'concatRows: expected float32 [N, 4], got int32 [2, 4] at 1',
  );
});

test.run();
