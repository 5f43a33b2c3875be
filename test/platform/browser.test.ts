import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import posix from 'node:path/posix';
import { crc32, deflateSync, inflateSync } from 'node:zlib';
import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import * as bytes from '../../src/platform/browser/bytes';
import * as compression from '../../src/platform/browser/compression';
import * as environment from '../../src/platform/browser/environment';
import * as files from '../../src/platform/browser/files';
import * as identifiers from '../../src/platform/browser/identifiers';
import * as interrupts from '../../src/platform/browser/interrupts';
import * as packages from '../../src/platform/browser/packages';
import * as paths from '../../src/platform/browser/paths';
import * as processIdentity from '../../src/platform/browser/processIdentity';
import * as terminal from '../../src/platform/browser/terminal';
import * as threads from '../../src/platform/browser/threads';
import * as waitingThread from '../../src/platform/browser/waitingThread';
import * as webGpu from '../../src/platform/browser/webGpu';
import * as nodeBytes from '../../src/platform/bytes';
import * as nodeCompression from '../../src/platform/compression';
import * as nodeEnvironment from '../../src/platform/environment';
import * as nodeFiles from '../../src/platform/files';
import * as nodeIdentifiers from '../../src/platform/identifiers';
import { InflateError } from '../../src/platform/inflateError';
import * as nodeInterrupts from '../../src/platform/interrupts';
import * as nodePackages from '../../src/platform/packages';
import * as nodePaths from '../../src/platform/paths';
import * as nodeProcessIdentity from '../../src/platform/processIdentity';
import * as nodeTerminal from '../../src/platform/terminal';
import * as nodeThreads from '../../src/platform/threads';
import * as nodeWaitingThread from '../../src/platform/waitingThread';
import * as nodeWebGpu from '../../src/platform/webGpu';

// The twins of platform for browsers, run in Node beside those for Node. test/browser.test.ts runs them in a browser.

const test = suite('platform/browser');

test('every twin has the names of the other, and takes as many arguments', () => {
  const pairs: [object, object][] = [
    [bytes, nodeBytes],
    [compression, nodeCompression],
    [environment, nodeEnvironment],
    [files, nodeFiles],
    [identifiers, nodeIdentifiers],
    [interrupts, nodeInterrupts],
    [packages, nodePackages],
    [paths, nodePaths],
    [processIdentity, nodeProcessIdentity],
    [terminal, nodeTerminal],
    [threads, nodeThreads],
    [waitingThread, nodeWaitingThread],
    [webGpu, nodeWebGpu],
  ];
  for (const [twin, other] of pairs) assert.equal(Object.keys(twin).sort(), Object.keys(other).sort());
});

test('paths are those of POSIX', () => {
  const step = fc.constantFrom('a', 'b.txt', '.c', 'd.', '..', '.', '', '/', 'e.tar.gz');
  // How many slashes stand between two names is not compared.
  const path = fc.array(step, { maxLength: 6 }).map((steps) => steps.join('/').replace(/\/+/g, '/'));
  fc.assert(
    fc.property(path, path, (one, other) => {
      assert.is(paths.join(one, other), posix.join(one, other));
      assert.is(paths.dirname(one), posix.dirname(one), one);
      assert.is(paths.basename(one), posix.basename(one), one);
      assert.is(paths.extname(one), posix.extname(one), one);
      assert.is(paths.isAbsolute(one), posix.isAbsolute(one));
      assert.is(paths.resolve('/', one, other), posix.resolve('/', one, other));
    }),
    { seed: 1, numRuns: 500 },
  );
});

test('bytes as texts and back are what Node makes of them', () => {
  const all = Uint8Array.from({ length: 20_000 }, (_, i) => (7 * i) & 255);
  for (const part of [all, all.subarray(3, 3), all.subarray(1, 300), all.subarray(2, 4)]) {
    assert.is(bytes.latin1(part), nodeBytes.latin1(part));
    assert.is(bytes.toBase64(part), nodeBytes.toBase64(part));
    assert.equal(bytes.latin1Bytes(bytes.latin1(part)), part.slice());
    assert.equal(bytes.fromBase64(bytes.toBase64(part)), part.slice());
  }
});

test('streams are compressed, summed up and taken apart as zlib does', () => {
  const content = Uint8Array.from({ length: 300_000 }, (_, i) => ((i * i) % 251) & (i % 3 === 0 ? 255 : 15));
  assert.is(compression.crc32(content), crc32(content));
  assert.is(compression.crc32('ü', 5), crc32('ü', 5));
  assert.is(compression.crc32(content.subarray(9), compression.crc32(content.subarray(0, 9))), crc32(content));
  assert.equal(new Uint8Array(inflateSync(compression.deflate(content, 9))), content);
  const stream = new Uint8Array(deflateSync(content));
  const bounds = { expected: content.length, most: 2 * content.length };
  assert.equal(compression.inflate(stream, bounds), content);
  assert.equal(compression.inflate(Uint8Array.of(...stream, 1, 2, 3), bounds), content, 'what follows is left alone');
  const half = stream.subarray(0, stream.length >> 1);
  const fault = (body: () => void) => {
    try {
      body();
    } catch (error) {
      if (error instanceof InflateError) return error.fault;
      throw error;
    }
    return null;
  };
  const damaged = stream.map((byte, i) => (i > 40 && i < 90 ? byte ^ 0x5a : byte));
  for (const { inflate, inflatePart } of [compression, nodeCompression]) {
    assert.is(
      fault(() => inflate(half, bounds)),
      'short',
    );
    assert.is(
      fault(() => inflate(stream, { ...bounds, most: 1000 })),
      'long',
    );
    assert.is(
      fault(() => inflate(Uint8Array.of(1, 2, 3, 4), bounds)),
      'damaged',
    );
    assert.ok(fault(() => inflate(damaged, bounds)));
    const part = inflatePart(half, bounds);
    assert.ok(part.length > 1000 && part.length < content.length);
    assert.equal(new Uint8Array(part), content.slice(0, part.length));
  }
});

test('digests are of the text, random digits are not', () => {
  assert.match(identifiers.textDigest('a'), /^[0-9a-f]{12}$/);
  assert.is(identifiers.textDigest('ab'), identifiers.textDigest('ab'));
  assert.is.not(identifiers.textDigest('ab'), identifiers.textDigest('ba'));
  assert.match(identifiers.randomDigits(16), /^[0-9a-f]{16}$/);
  assert.is.not(identifiers.randomDigits(16), identifiers.randomDigits(16));
});

/** What a body returns, or the code of its error. */
function outcome(body: () => unknown): unknown {
  try {
    return body();
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}

type Disk = Pick<typeof files, keyof typeof files>;

/** A walk through everything that a disk does; what came of each step. */
function walk(disk: Disk, root: string): unknown[] {
  const at = (name: string) => `${root}/${name}`;
  const write = (name: string, text: string) => {
    const file = disk.openSync(at(name), 'wx');
    const written = disk.writeSync(file, new TextEncoder().encode(text)) + disk.writeSync(file, 'ü!');
    disk.fsyncSync(file);
    disk.closeSync(file);
    return written;
  };
  const read = (name: string) => {
    const file = disk.openSync(at(name), 'r');
    try {
      const { size } = disk.fstatSync(file);
      const [whole, piece] = [new Uint8Array(size), new Uint8Array(3)];
      const counts = [disk.readSync(file, piece), disk.readSync(file, piece), disk.readSync(file, whole, 0, size, 0)];
      return [counts, [...piece], new TextDecoder().decode(whole)];
    } finally {
      disk.closeSync(file);
    }
  };
  const list = (name: string) =>
    disk
      .readdirSync(at(name), { withFileTypes: true })
      .map((entry) => [entry.name, entry.isFile(), entry.isDirectory(), entry.isSymbolicLink()])
      .sort();
  const kind = (name: string) => {
    const stats = disk.statSync(at(name), { throwIfNoEntry: false });
    return stats && [stats.isFile(), stats.isDirectory(), stats.isFile() && stats.size];
  };
  const steps: (() => unknown)[] = [
    () => write('a/b.txt', 'x'),
    () => disk.mkdirSync(at('a')) as unknown,
    () => disk.mkdirSync(at('a')) as unknown,
    () => disk.mkdirSync(at('no/a')) as unknown,
    () => write('a/b.txt', 'abcde'),
    () => write('a/b.txt', 'abcde'),
    () => read('a/b.txt'),
    () => read('a/none'),
    () => list('.'),
    () => list('a'),
    () => list('none'),
    () => disk.readdirSync(at('a')),
    () => disk.readdirSync(at('a/b.txt')),
    () => [kind('a'), kind('a/b.txt'), kind('c'), disk.existsSync(at('a/b.txt')), disk.existsSync(at('c'))],
    () => disk.statSync(at('c')),
    () => disk.linkSync(at('a/b.txt'), at('c')) as unknown,
    () => disk.linkSync(at('a/b.txt'), at('c')) as unknown,
    () => disk.rmSync(at('a/b.txt')) as unknown,
    () => read('c'),
    () => disk.rmSync(at('a/b.txt')) as unknown,
    () => disk.rmSync(at('a/b.txt'), { force: true }) as unknown,
    () => write('d', 'new'),
    () => disk.renameSync(at('d'), at('c')) as unknown,
    () => [read('c'), kind('d')],
    () => disk.renameSync(at('d'), at('c')) as unknown,
    () => disk.renameSync(at('c'), at('none/c')) as unknown,
    () => disk.renameSync(at('c'), at('a')) as unknown,
    () => disk.realpathSync(at('a/../c')).slice(root.length),
    () => disk.realpathSync(at('none')),
    () => disk.closeSync(12_345) as unknown,
    () => disk.mkdirSync(at('c/a')) as unknown,
    () => disk.rmSync(at('a'), { recursive: true }) as unknown,
    () => list('.'),
  ];
  return steps.map(outcome);
}

test('files in memory are written, read, renamed and refused as on a disk', () => {
  const folder = mkdtempSync(`${tmpdir()}/detseg-disk-`);
  try {
    files.mkdirSync('/disk');
    const [onDisk, inMemory] = [walk(nodeFiles as unknown as Disk, folder), walk(files, '/disk')];
    for (const [step, expected] of onDisk.entries()) assert.equal(inMemory[step], expected, `step ${step}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the rest: nothing is set, nobody looks, nothing is installed, and a turn ends', async () => {
  assert.is(environment.environmentVariable('PATH'), undefined);
  assert.is(environment.workingFolder(), '/');
  assert.is(environment.systemName(), 'browser');
  assert.not(terminal.terminal().isTTY);
  assert.is(packages.loadedModule(/./), undefined);
  assert.is(packages.packageFile('sharp'), null);
  assert.throws(() => waitingThread.waitingThread('', 1).ask(1), 'a page cannot wait for a thread');
  assert.throws(() => packages.packageText('a/b.js'), 'a/b.js: a page has no packages');
  assert.is(processIdentity.hasEnded(processIdentity.thisProcess()), false);
  interrupts.onInterrupt(() => assert.unreachable())();
  interrupts.onExit(() => assert.unreachable())();
  await interrupts.turn();
});

test.run();
