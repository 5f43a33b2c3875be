import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import fs, { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { takeLock } from '../../src/platform/lockFile';
import { thisProcess } from '../../src/platform/processIdentity';
import { runNode } from '../support/inChild';
import { inFolder } from '../support/temporaryFolder';

const test = suite('lockFile');

/** A lock as another process would have written it. */
function written(path: string, change: object = {}): void {
  const since = '2026-01-01T00:00:00.000Z';
  const id = Math.random().toString(16).slice(2).padEnd(12, '0').slice(0, 12);
  writeFileSync(path, JSON.stringify({ id, ...thisProcess(), since, ...change }));
}

/** The number of a process that has ended. */
const ended = spawnSync(process.execPath, ['-e', '']).pid;

/** The answer to the next message. */
function answer(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => child.once('message', (text) => resolve(String(text))));
}

test('of several processes that want a lock at the same moment, one gets it: new, and left behind', async () => {
  const count = 4;
  const rounds = Number(process.env.DETSEG_LOCK_ROUNDS ?? 150);
  const children = Array.from({ length: count }, () => fork(join(__dirname, '..', 'support', 'lockContender.js')));
  await Promise.all(children.map(answer));
  try {
    await inFolder({}, async (folder) => {
      const path = join(folder, '.lock');
      for (let round = 0; round < 2 * rounds; round++) {
        // Every second lock is one that a killed process left.
        if (round % 2) written(path, { pid: ended });
        const answers = children.map(answer);
        for (const child of children) child.send({ path, at: Date.now() + 3 });
        const got = await Promise.all(answers);
        const winners = got.filter((text) => text === 'taken').length;
        assert.is(winners, 1, `round ${round}: ${got.join('; ')}`);
        for (const text of got) if (text !== 'taken') assert.match(text, /^in use by process \d+ on /);
        const given = children.map(answer);
        for (const child of children) child.send({ release: true });
        await Promise.all(given);
        assert.equal(readdirSync(folder), [], `round ${round}`);
      }
    });
  } finally {
    for (const child of children) child.kill();
  }
});

test('a lock names who holds it and what to do, and is there until it is given back', () =>
  inFolder({}, (folder) => {
    const path = join(folder, '.lock');
    const release = takeLock(path);
    assert.throws(
      () => takeLock(path),
      new RegExp(
        `^in use by process ${process.pid} on ${hostname()}, since \\S+Z; if no training uses the folder, remove ${path}$`,
      ),
    );
    assert.equal(readdirSync(folder), ['.lock']);
    release();
    assert.equal(readdirSync(folder), []);
    takeLock(path)();
  }));

test('it is taken over from a process that has certainly ended, and from no other', () =>
  inFolder({}, (folder) => {
    if (process.platform !== 'linux') return;
    const path = join(folder, '.lock');
    const over = (change: object) => {
      written(path, change);
      takeLock(path)();
      assert.equal(readdirSync(folder), []);
    };
    const kept = (change: object) => {
      written(path, change);
      const before = readFileSync(path, 'utf8');
      assert.throws(() => takeLock(path), /^in use by process \d+ on /);
      assert.is(readFileSync(path, 'utf8'), before);
    };
    over({ pid: ended });
    // Its number belongs to another process by now.
    over({ started: '1' });
    // Before the machine was started again; containers and numbers mean nothing then.
    over({ boot: 'another', namespace: 'pid:[1]' });
    kept({});
    kept({ pid: ended, namespace: 'pid:[1]' });
    kept({ pid: ended, host: 'elsewhere', boot: 'another' });
    kept({ pid: ended, machine: 'another', boot: 'another' });
    kept({ pid: ended, boot: null });
  }));

test('a lock that says nothing is left alone', () =>
  inFolder({}, (folder) => {
    const path = join(folder, '.lock');
    for (const text of ['', '12345', '{}', '{"id":"0123456789ab","pid":1}', 'x'.repeat(5000), '\0'.repeat(300)]) {
      writeFileSync(path, text);
      assert.throws(() => takeLock(path), `locked by ${path}, which does not say by whom; if no training`);
      assert.is(readFileSync(path, 'utf8'), text);
    }
    // A named pipe would keep whoever reads it waiting.
    if (process.platform === 'win32') return;
    fs.rmSync(path);
    assert.is(spawnSync('mkfifo', [path]).status, 0);
    assert.throws(() => takeLock(path), /which does not say by whom/);
  }));

test('what a lock says is printed without control characters', () =>
  inFolder({}, (folder) => {
    const path = join(folder, '.lock');
    written(path, { host: '\u001b[31mred\n', boot: 'another' });
    assert.throws(() => takeLock(path), /on \\u001b\[31mred\\u000a, since/);
  }));

test('a take-over that was killed half-way is finished by the next process', () =>
  inFolder({}, (folder) => {
    const path = join(folder, '.lock');
    written(path, { id: 'aaaaaaaaaaaa', pid: ended });
    written(`${path}.aaaaaaaaaaaa.tmp`, { id: 'bbbbbbbbbbbb', pid: ended });
    takeLock(path)();
    assert.equal(readdirSync(folder), []);
  }));

test('where there are no links, the file itself is the lock', () =>
  inFolder({}, (folder) => {
    const path = join(folder, '.lock');
    const { linkSync } = fs;
    fs.linkSync = () => {
      throw Object.assign(new Error('EPERM'), { code: 'EPERM' });
    };
    try {
      const release = takeLock(path);
      assert.throws(() => takeLock(path), /^in use by process/);
      release();
      written(path, { pid: ended });
      takeLock(path)();
      assert.equal(readdirSync(folder), []);
    } finally {
      fs.linkSync = linkSync;
    }
  }));

test('it is given back when the process exits, and not taken from somebody else', () =>
  inFolder({}, async (folder) => {
    const path = join(folder, '.lock');
    const file = JSON.stringify(join(__dirname, '../../src/platform/lockFile.js'));
    const program = `require(${file}).takeLock(${JSON.stringify(path)}); process.exit(3)`;
    assert.is((await runNode(['-e', program])).code, 3);
    assert.not.ok(existsSync(path));
    const release = takeLock(path);
    fs.rmSync(path);
    written(path);
    release();
    assert.ok(existsSync(path));
  }));

test('in two containers of one machine, with the same number of process, one gets it', () => {
  const unshared = (program: string) =>
    spawnSync('unshare', ['-p', '-f', process.execPath, '-e', program], { encoding: 'utf8' });
  const probe = process.platform === 'linux' ? unshared('console.log(process.pid)') : null;
  if (probe?.stdout !== '1\n') {
    console.log('skip: lockFile: this user may not make process namespaces (unshare -p)');
    return;
  }
  return inFolder({}, (folder) => {
    const path = join(folder, '.lock');
    const file = JSON.stringify(join(__dirname, '../../src/platform/lockFile.js'));
    // The first one is killed, and leaves its lock: from another container nobody can know that.
    const took = unshared(
      `require(${file}).takeLock(${JSON.stringify(path)}); process.kill(1, 'SIGKILL'); process.reallyExit(0)`,
    );
    assert.ok(existsSync(path), took.stderr);
    assert.is(JSON.parse(readFileSync(path, 'utf8')).pid, 1);
    const { stderr } = unshared(`require(${file}).takeLock(${JSON.stringify(path)})`);
    assert.match(stderr, /in use by process 1 on /);
  });
});

test.run();
