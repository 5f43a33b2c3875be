import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { textTable } from '../../src/viz/textTable';
import { assertThrows } from '../support/assertThrows';

const test = suite('textTable');

test('texts stand to the left, numbers to the right', () => {
  const rows = [
    ['nearest', 28.54, 7],
    ['cubic', 8, 12],
  ];
  assert.is(textTable(rows), 'nearest  28.54   7\ncubic        8  12');
  assert.is(
    textTable(rows, { head: ['method', 'dB', 'n'], decimals: 1 }),
    'method     dB   n\nnearest  28.5   7\ncubic       8  12',
  );
});

test('nothing is an empty text', () => {
  assert.is(textTable([]), '');
  assert.is(textTable([], { head: ['a', 'b'] }), 'a  b');
});

test('throws', () => {
  assertThrows(() => textTable([[1, 2], [3]]), 'textTable: expected rows of 2, got 1 at 1');
  assertThrows(() => textTable([[1]], { head: [] }), 'textTable: expected a head of 1, got 0');
  assertThrows(() => textTable([[null as never]]), 'textTable: expected numbers and texts, got null at 0');
});

test.run();
