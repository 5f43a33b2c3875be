import { spawnSync } from 'node:child_process';
import { existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { writeSafetensors } from '../../src/index';
import { commandFile, logOf, runCommand, startCommand, untilStep } from '../support/command';
import { labeledImages } from '../support/labeledFolders';
import { temporaryFolder, writeFiles } from '../support/temporaryFolder';

const test = suite('detseg and its terminal');
const root = temporaryFolder('detseg-terminal-');

const settings = (out: string, steps: number) => [
  ...['train', '--format', 'scenes', '--model', 'yolo', '--width', '0.25', '--anchors', '1', '--size', '32'],
  ...['--length', '4', '--batch', '2', '--steps', String(steps), '--device', 'cpu', '--out', out],
];

test('a run whose stderr is closed goes on to its end', async () => {
  const out = join(root, 'closed');
  const { child, ended } = startCommand([...settings(out, 12), '--evaluate-every', '1']);
  // As `2>&1 | head -1` does: gone after the first line, and every step has one more to tell.
  child.stderr!.once('data', () => child.stderr!.destroy());
  const { code, output } = await ended;
  assert.is(code, 0);
  assert.match(output, /^step 12 of 12: /);
  assert.is(logOf(out).filter(({ losses }) => losses).length, 12);
});

test('a run outlives a terminal that is gone', async () => {
  const out = join(root, 'pty');
  // No controlling terminal: nothing but the writes tells the process that it is gone.
  const program = `
import os, pty, subprocess, sys, time
master, slave = pty.openpty()
child = subprocess.Popen(sys.argv[2:], stdin=slave, stdout=slave, stderr=slave, start_new_session=True)
os.close(slave)
while not os.path.exists(sys.argv[1]): time.sleep(0.02)
os.close(master)
sys.exit(child.wait())`;
  if (spawnSync('python3', ['-c', 'import pty']).status !== 0) {
    console.log('skip: terminal: python3 is not installed');
    return;
  }
  const words = [...settings(out, 12), '--evaluate-every', '1'];
  const { status, stderr } = spawnSync(
    'python3',
    ['-c', program, join(out, 'metrics.jsonl'), process.execPath, commandFile, ...words],
    { encoding: 'utf8', timeout: 200_000 },
  );
  assert.is(status, 0, stderr);
  assert.is(logOf(out).filter(({ losses }) => losses).length, 12);
  assert.ok(existsSync(join(out, 'report.html')));
});

test('SIGHUP is saved like the others; a second signal of another kind ends at once', async () => {
  if (process.platform === 'win32') return;
  const hung = join(root, 'hung');
  const twice = join(root, 'twice');
  const [one, two] = [hung, twice].map((out) => startCommand(settings(out, 1_000_000)));
  await Promise.all([untilStep(hung, 2), untilStep(twice, 2)]);
  one.child.kill('SIGHUP');
  two.child.kill('SIGINT');
  // As soon as it has said that it will save, the next one ends it: not even the step is awaited.
  await new Promise<void>((resolve) => {
    two.child.stderr!.on('data', (text) => String(text).includes('SIGINT: saving') && resolve());
  });
  two.child.kill('SIGTERM');
  const [saved, killed] = await Promise.all([one.ended, two.ended]);
  assert.is(saved.code, 129, saved.errors);
  assert.match(saved.errors, /SIGHUP: saving after this step; once more ends at once\n/);
  assert.match(saved.output, /^interrupted after step \d+ of 1000000, saved in /);
  // It may have been saved before the second signal came; what it is not, is ignored.
  assert.ok(killed.signal === 'SIGTERM' || killed.code === 130, `${killed.code} ${killed.signal}`);
});

test('a full disk behind stdout is told in a line', async () => {
  if (!existsSync('/dev/full')) return;
  const full = openSync('/dev/full', 'w');
  const { status, stderr } = spawnSync(process.execPath, [commandFile, 'info', '--device', 'cpu'], {
    encoding: 'utf8',
    stdio: ['ignore', full, 'pipe'],
  });
  assert.is(status, 1);
  assert.match(stderr, /^detseg: the output cannot be written: ENOSPC: no space left on device, write\n$/);
});

test('a reader that has seen enough is no error', async () => {
  const { child, ended } = startCommand(['info', '--device', 'cpu']);
  child.stdout!.destroy();
  const { code, errors } = await ended;
  assert.equal([code, errors], [0, '']);
});

/** Red, the title of the window, a C1 control, a new line, and a turn of the direction. */
const wild = '\u001b[31mred\u001b]0;owned\u0007\u009b5m\nnext\u202eline';
const tame = '\\u001b[31mred\\u001b]0;owned\\u0007\\u009b5m\\u000anext\\u202eline';

/** Characters that a terminal would obey. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const commands = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

test('names from outside reach the terminal without what would command it', async () => {
  const weights = join(root, 'weights.safetensors');
  writeSafetensors(weights, { tensors: { [wild]: ndarray(new Float32Array(2), [2]) }, metadata: { [wild]: wild } });
  const box = '0,0,4,4';
  writeFiles(root, {
    'boxes.csv': `image,x1,y1,x2,y2,label\n"${wild}.png",${box},"${wild}"\n`,
    [`run ${wild}/run.json`]: '{',
    'model/model.json': JSON.stringify({ format: wild }),
  });
  writeSafetensors(join(root, 'model', 'weights.safetensors'), { tensors: {}, metadata: {} });
  const results = await Promise.all([
    runCommand(['info', weights]),
    runCommand(['info', '--format', 'csv', '--data', join(root, 'boxes.csv')]),
    runCommand(['info', join(root, `run ${wild}`)]),
    runCommand(['info', join(root, 'model')]),
    runCommand(['info', `--${wild}`]),
    runCommand(['train', '--out', join(root, wild), '--format', wild, '--model', 'yolo']),
    runCommand(['--verbose', 'info', wild]),
  ]);
  for (const [i, { output, errors }] of results.entries()) {
    assert.not.match(output, commands, `stdout of ${i}`);
    assert.not.match(errors, commands, `stderr of ${i}`);
    assert.ok(`${output}${errors}`.includes(tame.slice(0, 10)), `${i}: ${output}${errors}`);
  }
  assert.ok(results[0].output.includes(tame));
  assert.is(results[0].output.split('\n').length, 4);
});

test('whatever a file holds, an error is short', async () => {
  const long = 'x'.repeat(3e6);
  writeFiles(root, {
    'long/model.json': JSON.stringify({ format: 'detseg-model', formatVersion: 1, architecture: long }),
    'key/run.json': JSON.stringify({ format: 'detseg-run', [long]: 1 }),
    'long.csv': `image,x1,y1,x2,y2,label\na.png,1,2,3,4,${long}\n`,
    'header.csv': `${long}\n`,
    'long.xml': '<'.repeat(3e6),
    'voc/Annotations/a.xml': `<${long}>`,
  });
  writeSafetensors(join(root, 'long', 'weights.safetensors'), { tensors: {}, metadata: {} });
  const results = await Promise.all([
    runCommand(['info', join(root, 'long')]),
    runCommand(['info', join(root, 'key')]),
    runCommand(['info', '--format', 'csv', '--data', join(root, 'long.csv')]),
    runCommand(['info', '--format', 'csv', '--data', join(root, 'header.csv')]),
    runCommand(['info', '--format', 'voc', '--data', join(root, 'voc'), '--strict']),
  ]);
  for (const [i, { output, errors }] of results.entries()) {
    assert.ok(output.length + errors.length < 5000, `${i}: ${output.length} and ${errors.length} characters`);
    for (const line of errors.split('\n')) assert.ok(line.length <= 2010, `${i}: a line of ${line.length}`);
  }
});

test('info of a folder that has images/train alone counts its images, without --split', async () => {
  writeFiles(root, {
    'alone/classes.txt': 'cat\n',
    'alone/images/train/a.png': labeledImages.one,
    'alone/labels/train/a.txt': '0 0.5 0.5 0.5 0.5\n',
  });
  const { code, output, errors } = await runCommand(['info', '--format', 'yolo', '--data', join(root, 'alone')]);
  assert.is(code, 0, errors);
  assert.match(output, /^yolo, train: 1 image; classes: cat\nclass +boxes\ncat +1\n/);
});

test('a table of more classes than a function takes arguments', async () => {
  const count = 130_000;
  const names = Array.from({ length: count }, (_, i) => `c${i}`);
  writeFiles(root, {
    'many/classes.txt': names.join('\n'),
    'many/images/train/a.png': labeledImages.one,
    'many/labels/train/a.txt': '',
  });
  const { code, output, errors } = await runCommand([
    'info',
    '--format',
    'yolo',
    '--data',
    join(root, 'many'),
    '--split',
    'train',
  ]);
  assert.is(code, 0, errors);
  assert.match(output, /c0, c1, .*, c99, and 129900 more\n/);
  assert.match(output, /\nc129999 +0\n/);
});

test.run();
