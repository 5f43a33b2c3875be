import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { textTable } from '../../src/cli/table';

const test = suite('table');

test('a table of text: columns below each other, numbers to the right, nothing as a dash', () => {
  const rows = [
    ['cat', 12, 0.5, null],
    ['elephant', 3, 1, 0],
    ['ü', 100, undefined, 0.25],
  ];
  const lines = [
    'class       n     AP     AR',
    'cat        12  0.500      –',
    'elephant    3  1.000  0.000',
    'ü         100      –  0.250',
  ];
  assert.is(textTable(['class', 'n', 'AP', 'AR'], rows), lines.join('\n'));
  assert.is(textTable(['a', 'b'], []), 'a  b');
});

test.run();
