import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { detectImage, loadModel, readVoc } from '../src/index';
import { root } from './support/root';
import { writeSceneFolders } from './support/sceneFolders';
import { temporaryFolder } from './support/temporaryFolder';

const readme = readFileSync(join(root, 'README.md'), 'utf8');
const test = suite('readme');

test('the script in the readme runs, and its loss falls', () => {
  const [, script] = /```ts\n([\s\S]*?)```/.exec(readme)!;
  const file = join(root, 'dist', `readme-${process.pid}.mjs`);
  writeFileSync(file, script);
  try {
    const { status, stdout, stderr } = spawnSync(process.execPath, [file], { encoding: 'utf8' });
    assert.is(status, 0, stderr);
    const losses = [...stdout.matchAll(/^\d+ (\d\.\d+)$/gm)].map(([, loss]) => Number(loss));
    assert.is(losses.length, 5, stdout);
    assert.ok(losses[4] < losses[0] / 2, `losses ${losses}`);
  } finally {
    rmSync(file);
  }
});

test('the script that trains a model runs, saves its state, and goes on from there', () => {
  const [, script] = /## Train a model[\s\S]*?```ts\n([\s\S]*?)```/.exec(readme)!;
  // As it stands, but for the time it takes.
  const shorter = (steps: number) =>
    substituted(script, {
      'shapes64()': 'shapes64({ length: 6 })',
      "split: 'test'": "split: 'test', length: 3",
      'steps: 1000': `steps: ${steps}`,
      'every: 200': 'every: 2',
    });
  const folder = temporaryFolder();
  const file = join(root, 'dist', `readme-train-${process.pid}.mjs`);
  const run = (steps: number): void => {
    writeFileSync(file, shorter(steps));
    const { status, stdout, stderr } = spawnSync(process.execPath, [file], { encoding: 'utf8', cwd: folder });
    assert.is(status, 0, stderr);
    const [loss, seconds, iou] = stdout.trim().split(/\s+/).slice(-3).map(Number);
    assert.ok(loss > 0 && seconds > 0, stdout);
    assert.ok(iou >= 0 && iou <= 1, stdout);
    assert.ok(existsSync(join(folder, 'runs', 'uNet', `step-${steps}.safetensors`)));
  };
  try {
    run(3);
    run(4);
    const { losses } = JSON.parse(readFileSync(join(folder, 'runs', 'uNet', 'step-4.json'), 'utf8')).history;
    assert.is(losses.crossEntropy.length, 4);
  } finally {
    rmSync(file, { force: true });
  }
});

/** The script with other numbers, each of which it must have once: one that has changed is an error. */
function substituted(script: string, numbers: Record<string, string>): string {
  return Object.entries(numbers).reduce((text, [from, to]) => {
    assert.is(text.split(from).length, 2, `expected ${from} once in the script, got another number of times`);
    return text.replace(from, to);
  }, script);
}

test('the script for your own data trains a model that can be used', async () => {
  const [, script] = /## Your own data[\s\S]*?```ts\n([\s\S]*?)```/.exec(readme)!;
  const lines = script.split('\n').filter((line) => line.trim() !== '');
  assert.ok(lines.length <= 10, `${lines.length} lines`);
  const folder = temporaryFolder();
  const file = join(root, 'dist', `readme-own-${process.pid}.mjs`);
  try {
    writeSceneFolders(folder, { train: 5, val: 1 });
    renameSync(join(folder, 'voc'), join(folder, 'photographs'));
    mkdirSync(join(folder, 'photographs', 'ImageSets', 'Main'), { recursive: true });
    const names = readdirSync(join(folder, 'photographs', 'Annotations')).map((name) => name.replace('.xml', ''));
    writeFileSync(join(folder, 'photographs', 'ImageSets', 'Main', 'train.txt'), `${names.join('\n')}\n`);
    // As it stands, but for the time it takes.
    const shorter = { 'steps: 2000': 'steps: 3', 'height: 192, width: 256': 'height: 48, width: 64' };
    writeFileSync(file, substituted(script, shorter));
    const { status, stderr } = spawnSync(process.execPath, [file], { encoding: 'utf8', cwd: folder });
    assert.is(status, 0, stderr);
    const found = await detectImage(
      loadModel(join(folder, 'run')),
      readVoc(join(folder, 'photographs')).sample(0).image,
    );
    assert.is(found.boxes.shape[0], found.labels.size);
    const trained = spawnSync(
      process.execPath,
      [
        join(root, 'node_modules', 'typescript', 'bin', 'tsc'),
        '--ignoreConfig',
        '--noEmit',
        '--strict',
        '--skipLibCheck',
        '--target',
        'es2022',
        '--module',
        'node16',
        own(file, script),
      ],
      { encoding: 'utf8', cwd: root },
    );
    assert.is(trained.status, 0, trained.stdout);
  } finally {
    for (const path of [file, file.replace(/mjs$/, 'mts')]) rmSync(path, { force: true });
  }
});

/** The script as TypeScript, beside its other form. */
function own(file: string, script: string): string {
  const path = file.replace(/mjs$/, 'mts');
  writeFileSync(path, script);
  return path;
}

test('every file that the readme links to or shows is there', () => {
  const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path]) => path);
  assert.ok(links.length >= 5);
  assert.equal(
    links.filter((path) => !existsSync(join(root, path))),
    [],
  );
});

test.run();
