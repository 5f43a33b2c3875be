import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { listFiles, readFile, writeFile } from '../../src/index';
import { assertThrows } from '../support/assertThrows';
import { inFolder } from '../support/temporaryFolder';

const test = suite('storedFiles');

test('what was written is listed and read', () => {
  inFolder({}, (folder) => {
    writeFile(join(folder, 'b.txt'), 'ü');
    writeFile(join(folder, 'a', 'deep', 'c.bin'), Uint8Array.of(1, 2, 3));
    writeFile(join(folder, 'b.txt'), 'other');
    assert.equal(listFiles(folder), ['b.txt', 'a/deep/c.bin']);
    assert.equal([...readFile(join(folder, 'a', 'deep', 'c.bin'))], [1, 2, 3]);
    assert.is(readFileSync(join(folder, 'b.txt'), 'utf8'), 'other');
  });
});

test('what cannot be written, read or listed is named', () => {
  inFolder({ 'a.txt': 'abc' }, (folder) => {
    const [path, none] = [join(folder, 'a.txt'), join(folder, 'none')];
    assertThrows(() => readFile(none), `readFile: ${none}: no such file`);
    assertThrows(
      () => readFile(path, { maxBytes: 2 }),
      `readFile: ${path}: expected at most 2 bytes (option maxBytes), got 3`,
    );
    assertThrows(() => listFiles(none), `listFiles: ${none}: no such folder`);
    assert.throws(() => writeFile(join(path, 'b.txt'), ''), /^writeFile: .*a\.txt: expected a folder, got a file$/);
    assert.throws(() => writeFile(folder, ''), /^writeFile: /);
  });
});

test.run();
