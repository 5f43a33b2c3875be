import fs, { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { makeFolder } from '../../src/platform/makeFolder';
import { removeLeftovers, replaceFile } from '../../src/platform/replaceFile';
import { inWords, recordDisk, statesAfter } from '../support/recordedDisk';
import { inFolder } from '../support/temporaryFolder';

const test = suite('replaceFile');

test('content, file, name, folder: each is on the disk before the next', () =>
  inFolder({ 'a.txt': 'old' }, async (folder) => {
    const path = join(folder, 'a.txt');
    const calls = await recordDisk(folder, () => replaceFile('test', path, ['new', new Uint8Array([33]), '']));
    assert.equal(inWords(calls), [
      'create a.txt.tmp',
      'write a.txt.tmp',
      'syncFile a.txt.tmp',
      'rename a.txt.tmp a.txt',
      'syncFolder ',
    ]);
    assert.is(readFileSync(path, 'utf8'), 'new!');
    assert.equal(readdirSync(folder), ['a.txt']);
  }));

test('after each call, a disk without power holds the old content or the new one', () =>
  inFolder({}, async (folder) => {
    const path = join(folder, 'a.txt');
    const first = await recordDisk(folder, () => replaceFile('test', path, 'old'));
    const second = await recordDisk(folder, () => replaceFile('test', path, 'new'));
    const contents = (calls: typeof first) =>
      statesAfter(calls).map((state) => Buffer.from((state.get('a.txt') ?? []) as Uint8Array).toString());
    let states = 0;
    for (let count = 0; count < second.length; count++) {
      for (const content of contents([...first, ...second.slice(0, count)])) {
        assert.ok(content === 'old' || content === 'new', `after call ${count}: ${content}`);
        states++;
      }
    }
    assert.ok(states > second.length);
    assert.equal(new Set(contents([...first, ...second])), new Set(['new']));
    // The disk of this test does lose what is not synced: without those calls, the file is empty, or not there at all.
    const careless = first.filter(({ call }) => !call.startsWith('sync'));
    assert.equal(new Set(contents(careless)), new Set(['']));
  }));

test('what the system refuses leaves the old content, and nothing else', () =>
  inFolder({ 'a.txt': 'old' }, (folder) => {
    const { fsyncSync } = fs;
    fs.fsyncSync = () => {
      throw new Error('ENOSPC: no space left on device');
    };
    const path = join(folder, 'a.txt');
    try {
      assert.throws(() => replaceFile('test', path, 'new'), `test: ${path}: ENOSPC: no space left on device`);
      assert.throws(() => replaceFile(null, path, 'new'), new RegExp(`^${path}: ENOSPC`));
    } finally {
      fs.fsyncSync = fsyncSync;
    }
    assert.is(readFileSync(path, 'utf8'), 'old');
    assert.equal(readdirSync(folder), ['a.txt']);
  }));

test('leftovers of killed writes are removed, and nothing that only looks like them', () =>
  inFolder(
    { 'a.txt.0123456789ab.tmp': '', 'a.txt': '', 'b.tmp': '', 'c.0123456789AB.tmp': '', 'd.0123456789ab.tmp.txt': '' },
    (folder) => {
      removeLeftovers(folder);
      assert.equal(readdirSync(folder).sort(), ['a.txt', 'b.tmp', 'c.0123456789AB.tmp', 'd.0123456789ab.tmp.txt']);
    },
  ));

test('a folder is made with those above it, each on the disk before the next', () =>
  inFolder({ file: '' }, async (folder) => {
    const path = join(folder, 'a', 'b');
    const calls = await recordDisk(folder, () => makeFolder(path));
    assert.equal(inWords(calls), ['makeFolder a', 'syncFolder ', 'makeFolder a/b', 'syncFolder a']);
    makeFolder(path);
    mkdirSync(join(folder, 'c'));
    symlinkSync(join(folder, 'c'), join(folder, 'link'));
    makeFolder(join(folder, 'link', 'd'));
    assert.ok(existsSync(join(folder, 'c', 'd')));
    const file = join(folder, 'file');
    assert.throws(() => makeFolder(file), `${file}: expected a folder, got a file`);
    assert.throws(() => makeFolder(join(file, 'a')), new RegExp(`^${file}/a: ENOTDIR`));
    // A link to nowhere exists for the system and not for a reader.
    symlinkSync(join(folder, 'nowhere'), join(folder, 'broken'));
    assert.throws(() => makeFolder(join(folder, 'broken')), /broken: /);
  }));

test('where no folder can be made, that is an error at once', () => {
  if (process.platform !== 'linux') return;
  assert.throws(() => makeFolder('/proc/detseg/run'), /^\/proc\/detseg\/run: ENOENT: no such file or directory, mkdir/);
});

test('a folder that is in the way is told', () =>
  inFolder({ 'a/b': '' }, (folder) => {
    assert.throws(() => replaceFile('test', join(folder, 'a'), ''), /^test: .*a: (EISDIR|ENOTEMPTY|EPERM|EEXIST)/);
    assert.equal(readdirSync(folder), ['a']);
    assert.throws(() => replaceFile('test', join(folder, 'none', 'a'), ''), /^test: .*none\/a: ENOENT/);
    writeFileSync(join(folder, 'a', 'b'), 'still there');
  }));

test.run();
