import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { version } from '../../src/index';
import { runCommand, startCommand, untilStep } from '../support/command';
import { temporaryFolder } from '../support/temporaryFolder';

const test = suite('detseg, wrongly used');
const root = temporaryFolder('detseg falsch ü-');

const file = join(root, 'a file');
writeFileSync(file, 'text');
const full = join(root, 'full');
mkdirSync(full);
writeFileSync(join(full, 'mine.txt'), 'mine');
const run = ['train', '--format', 'scenes', '--model', 'yolo', '--out', join(root, 'run')];
const scenes = [...run, '--device', 'cpu', '--length', '4'];

/** Words, the exit code, and what stderr says. */
const cases: [string, string[], number, RegExp][] = [
  ['no words at all', [], 2, /^Usage: detseg/],
  ['an unknown command', ['trian'], 2, /unknown command 'trian'[\s\S]*Did you mean train\?/],
  ['an unknown option', [...run, '--stpes', '3'], 2, /unknown option '--stpes'[\s\S]*Did you mean --steps\?/],
  ['an option without its value', ['train', '--out'], 2, /argument missing/],
  ['nothing to write to', ['train'], 2, /required option '--out <folder>' not specified/],
  [
    'no model',
    ['train', '--format', 'scenes', '--out', join(root, 'r')],
    2,
    /^detseg: --model: expected one of faster-rcnn, .*u-net, fcn, deconv-net, tiramisu.*, got none\n$/,
  ],
  [
    'an unknown model',
    [...run, '--model', 'vgg'],
    2,
    /Allowed choices are faster-rcnn, .*u-net, fcn, deconv-net, tiramisu/,
  ],
  ['an unknown format', [...run, '--format', 'x'], 2, /^detseg: --format: expected one of .*scenes, got x\n$/],
  [
    'steps that are no number',
    [...run, '--steps', 'many'],
    2,
    /'many' is invalid. Expected a whole number of 1 or more/,
  ],
  ['a rate of 0', [...run, '--learning-rate', '0'], 2, /Expected a number above 0 and at most 10/],
  ['a size that is none', [...run, '--size', '12by3'], 2, /Expected HEIGHTxWIDTH in px, such as 192x256/],
  ['an augmentation that is none', [...run, '--augment', 'twist=1'], 2, /Expected flip, flip-vertical, crop, color/],
  ['a crop larger than the image', [...run, '--augment', 'crop=7'], 2, /Expected crop from 0 to 1, got 7/],
  ['an output folder without a name', [...run.slice(0, -1), ''], 2, /Expected a path, got an empty text/],
  ['data without a name', [...run, '--data', ''], 2, /Expected a path, got an empty text/],
  ['options that are no JSON', [...run, '--options', '{'], 2, /Expected JSON/],
  ['an option that the model lacks', [...scenes, '--options', '{"layers": 3}'], 2, /got layers\n$/],
  [
    'scenes that are too large',
    [...run, '--size', '512'],
    2,
    /^detseg: --size: expected 32 to 256 px for scenes, got 512x512\n$/,
  ],
  [
    'a batch larger than the data',
    [...scenes, '--batch', '9'],
    2,
    /^[\s\S]*--batch: expected at most the 4 training images, got 9\n$/,
  ],
  ['resume and overwrite', [...run, '--resume', '--overwrite'], 2, /--resume and --overwrite exclude each other/],
  ['nothing to resume', [...run, '--resume'], 2, /^detseg: --resume: .*run holds no run\n$/],
  [
    'a folder of something else',
    ['train', '--format', 'scenes', '--model', 'yolo', '--out', full],
    2,
    /full: the folder is not empty/,
  ],
  [
    'a folder of something else, to be replaced',
    ['train', '--format', 'scenes', '--model', 'yolo', '--out', full, '--overwrite'],
    2,
    /full: the folder is not empty and holds no run/,
  ],
  [
    'a file as folder',
    ['train', '--format', 'scenes', '--model', 'yolo', '--out', file],
    2,
    /a file: expected a folder, got a file/,
  ],
  [
    'a folder that cannot be made',
    [...run.slice(0, -1), join(file, 'run')],
    1,
    /^detseg: .*a file\/run: ENOTDIR: .*\n$/,
  ],
  [
    'a model that is not there',
    ['evaluate', '--model', full, '--format', 'scenes'],
    2,
    /^detseg: --model .*full: expected model\.json and weights\.safetensors, as detseg train writes them, found none\n$/,
  ],
  ['images that are not there', ['info', join(root, 'nowhere')], 1, /^detseg: .*nowhere: no such file or folder\n$/],
  ['a folder that is neither', ['info', full], 1, /full: expected a run or a model, found neither/],
  [
    'a file that is no model',
    ['info', file],
    1,
    /^detseg: readSafetensors: .*a file: expected at least 8 bytes, got 4\n$/,
  ],
  ['data of no format', ['info', '--data', full], 1, /full: expected labels of a known format .*, found none\n$/],
  [
    'neither data nor a format',
    ['train', '--model', 'yolo', '--out', join(root, 'run')],
    2,
    /^detseg: --format: expected one, or --data to find it out, got neither\n$/,
  ],
  [
    'images that are nowhere',
    ['info', '--data', full, '--images', 'nowhere'],
    1,
    /^detseg: --images: nowhere: no such file or folder \(looked for .*nowhere and .*full.nowhere\)\n$/,
  ],
  ['columns that are none', ['info', '--data', full, '--columns', 'image,top'], 2, /Expected image, x1, .*got top/],
  ['two characters between fields', ['info', '--data', full, '--separator', '::'], 2, /Expected one character, or tab/],
  ['data that scenes do not need', [...run, '--data', full], 2, /--format scenes: expected no --data/],
  [
    'a device that does not answer',
    ['info', '--device', 'quantum'],
    2,
    /Allowed choices are auto, webgpu, webasm, cpu/,
  ],
];

test('wrong usage is told in a line, with the code that says so, and nothing is written', async () => {
  // Four at a time.
  const waiting = [...cases.entries()];
  async function worker(): Promise<void> {
    for (let one = waiting.shift(); one; one = waiting.shift()) {
      const [place, [what, words, code, pattern]] = one;
      // Each in a folder of its own, since a folder is in use while a command looks at it.
      const own = words.map((word) => (word === join(root, 'run') ? join(root, `${place} run`) : word));
      const result = await runCommand(own);
      assert.is(result.code, code, `${what}: ${result.errors}`);
      assert.match(result.errors, pattern, what);
      assert.not.match(result.errors, /\n {4}at /, `${what}: a stack`);
      assert.is(result.output, '', what);
    }
  }
  await Promise.all([worker(), worker(), worker(), worker()]);
  assert.equal(readdirSync(full), ['mine.txt']);
  assert.equal(
    readdirSync(root).filter((name) => !['a file', 'full'].includes(name)),
    [],
  );
});

test('help and version go to stdout; a stack is shown where it is asked for', async () => {
  const commands = ['train', 'evaluate', 'detect', 'segment', 'info'];
  const [help, shown, debug, verbose, ...each] = await Promise.all([
    runCommand(['--help']),
    runCommand(['--version']),
    runCommand(['info', join(root, 'nowhere')], { DETSEG_DEBUG: '1' }),
    runCommand(['--verbose', 'info', join(root, 'nowhere')]),
    ...commands.map((name) => runCommand([name, '--help'])),
  ]);
  assert.is(shown.output, `${version}\n`);
  assert.match(help.output, /Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted/);
  for (const { code, errors } of [help, shown, ...each]) assert.equal([code, errors], [0, '']);
  for (const [i, { output }] of each.entries()) {
    assert.match(output, new RegExp(`^Usage: detseg ${commands[i]} `));
    assert.match(output, new RegExp(`Examples:\n {2}\\$ detseg ${commands[i]}`));
  }
  for (const { code, errors } of [debug, verbose]) {
    assert.is(code, 1);
    assert.match(errors, /^detseg: Error: .*nowhere: no such file or folder\n {4}at /);
  }
});

test('a folder in use is left alone; a run keeps its settings', async () => {
  const out = join(root, 'busy');
  const words = ['train', '--format', 'scenes', '--model', 'yolo', '--width', '0.25', '--anchors', '1', '--size', '32'];
  const settings = [...words, '--length', '4', '--batch', '2', '--steps', '100000', '--device', 'cpu', '--out', out];
  const { child, ended } = startCommand(settings);
  await untilStep(out, 1);
  const second = await runCommand(['train', '--out', out, '--resume']);
  assert.is(second.code, 1, second.errors);
  assert.match(
    second.errors,
    new RegExp(`^detseg: .*busy: the folder is in use by process ${child.pid} on .*\\.lock\n$`),
  );
  child.kill('SIGTERM');
  const stopped = await ended;
  assert.is(stopped.code, 143, stopped.errors);
  const [again, changed] = await Promise.all([
    runCommand(settings),
    runCommand(['train', '--out', out, '--resume', '--batch', '4']),
  ]);
  assert.is(again.code, 2);
  assert.match(
    again.errors,
    /busy: the folder holds a run; add --resume to continue it, or --overwrite to replace it\n$/,
  );
  assert.is(changed.code, 2);
  assert.match(
    changed.errors,
    /^detseg: --batch: expected 2 as the run was begun, got 4; leave it out, or begin anew with --overwrite\n$/,
  );
});

test.run();
