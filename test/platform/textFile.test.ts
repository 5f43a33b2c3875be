import { closeSync, ftruncateSync, openSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readLooseJson } from '../../src/platform/readJson';
import { readAnyText, readText, textLines } from '../../src/platform/textFile';
import { temporaryFolder } from '../support/temporaryFolder';

const test = suite('textFile');

/** As it says: split, trimmed, without the blank ones. */
function simpleLines(text: string): { line: string; number: number }[] {
  return text
    .split(/\r\n|\n|\r/)
    .map((line, index) => ({ line: line.trim(), number: index + 1 }))
    .filter(({ line }) => line !== '');
}

test('lines: by hand, and as splitting finds them', () => {
  assert.equal(textLines('\ufeffa'), simpleLines('\ufeffa'));
  assert.equal(textLines(' a \r\n\r\n\rb\n\nc'), [
    { line: 'a', number: 1 },
    { line: 'b', number: 4 },
    { line: 'c', number: 6 },
  ]);
  assert.equal(textLines(''), []);
  const part = fc.constantFrom('a', 'b b', ' ', '\n', '\r', '\r\n', '\u2028', '');
  fc.assert(
    fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
      assert.equal(textLines(parts.join('')), simpleLines(parts.join('')));
    }),
    { numRuns: 500 },
  );
});

test('a file longer than a text can be is told as that, before it is read', () => {
  const path = join(temporaryFolder(), 'long.json');
  const file = openSync(path, 'w');
  ftruncateSync(file, 2 ** 29);
  closeSync(file);
  const reason = `expected at most ${2 ** 29 - 24} bytes, the longest text that JavaScript can hold, got ${2 ** 29}; divide the file`;
  for (const read of [readText, readAnyText, readLooseJson]) {
    assert.throws(
      () => read(path, 2 ** 30),
      (error: Error) => error.message === reason,
    );
    assert.throws(() => read(path, 1000), /expected at most 1000 bytes \(option maxBytes\), got 536870912/);
  }
});

test.run();
