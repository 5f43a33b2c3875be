import { copyFileSync, cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkFingerprint, fingerprintOf } from '../../src/cli/fingerprint';
import { checkImages } from '../../src/cli/imageList';
import { readRun } from '../../src/cli/runFolder';
import { runCommand } from '../support/command';
import { writeSceneFolders } from '../support/sceneFolders';
import { temporaryFolder } from '../support/temporaryFolder';

const test = suite('detseg train --resume');
const root = temporaryFolder('detseg-resume-');
const [data, run] = [join(root, 'voc'), join(root, 'run')];

interface Paths {
  data: string;
  run: string;
}

/** Changes a text, and tells where it had nothing to change. */
function edited(path: string, from: string | RegExp, to: string): void {
  const text = readFileSync(path, 'utf8');
  const changed = text.replace(from, to);
  assert.not.equal(changed, text, path);
  writeFileSync(path, changed);
}

const filesOf = (folder: string) =>
  readdirSync(folder)
    .sort()
    .map((name) => join(folder, name));
const imagesOf = ({ data }: Paths) => filesOf(join(data, 'JPEGImages'));
const annotationsOf = ({ data }: Paths) => filesOf(join(data, 'Annotations'));

test('a run remembers what it was begun with', async () => {
  writeSceneFolders(root, { train: 6, val: 0 });
  const words = [
    ...['train', '--format', 'voc', '--data', data, '--model', 'yolo', '--width', '0.25', '--anchors', '1'],
    ...['--size', '32', '--batch', '2', '--steps', '2', '--hold-out', '0.3', '--device', 'cpu', '--out', run],
  ];
  const { code, errors } = await runCommand(words);
  assert.is(code, 0, errors);
  const { images, fingerprint } = readRun(run);
  assert.is(images!.training.length, 4);
  assert.is(images!.validation.length, 2);
  for (const line of images!.training) assert.match(line, /^Bild_\d_ü\.jpg: 64×48 px, \d+ bytes, labels [0-9a-f]{8}$/);
  assert.match(fingerprint!.learningRate, /^[0-9a-f]{8}$/);
});

test('settings: each edited one is named', () => {
  const { settings, model, fingerprint } = readRun(run);
  assert.equal(fingerprintOf(settings, model), fingerprint);
  const fails = (change: object, other: object, reason: RegExp) => {
    const now = { settings: { ...settings, ...change }, model: { ...model, ...other } };
    assert.throws(() => checkFingerprint('run.json', fingerprint!, now), reason);
  };
  fails(
    { learningRate: 0.01 },
    {},
    /^run\.json: expected learningRate \(now 0\.01\) as the run was begun; put it back, or begin anew with --overwrite$/,
  );
  fails(
    { steps: 20, size: { height: 64, width: 64 } },
    {},
    /(?=.*steps \(now 20\))(?=.*size \(now \{"height":64,"width":64\}\)).*as the run was begun; put them back/,
  );
  fails({ anchors: undefined }, {}, /expected anchors \(now missing\)/);
  fails({ clip: 1 }, {}, /expected clip \(now 1\)/);
  fails({}, { letterbox: false }, /expected model\.letterbox \(now false\)/);
  fails({}, { options: {} }, /expected model\.options \(now \{\}\)/);
  // What may change between two sessions, and what means the same.
  const allowed = { ...settings, saveEvery: 7, evaluateEvery: 3, memory: 1, data: '/other', device: 'webasm' };
  checkFingerprint('run.json', fingerprint!, { settings: allowed, model });
  const turned = { ...model, size: { width: model.size.width, height: model.size.height } };
  checkFingerprint('run.json', fingerprint!, { settings, model: turned });
});

test('images: those that are missing, new or changed are named, and another order is told', () => {
  const lines = ['a.jpg: 4×3 px, 10 bytes, labels 00000000', 'b.jpg: 4×3 px, 10 bytes, labels 00000000'];
  const parts = (training: string[], validation: string[] = []) => ({ training, validation });
  const fails = (now: string[], reason: RegExp) => assert.throws(() => checkImages(parts(lines), parts(now)), reason);
  checkImages(parts(lines), parts([...lines]));
  fails(
    [lines[0]],
    /^--data: expected the images that the run was begun with \(2 images then, 1 now\): b\.jpg is missing; put them back, or begin anew with --overwrite$/,
  );
  fails([...lines, lines[0].replace('a.', 'c.')], /\(2 images then, 3 now\): c\.jpg is new; put/);
  fails(
    [lines[0].replace('4×3', '8×6'), lines[1]],
    /with: a\.jpg has changed \(was 4×3 px, 10 bytes, labels 00000000; is 8×6 px, 10 bytes, labels 00000000\); put/,
  );
  fails([lines[1], lines[0]], /with: they are in another order; put/);
  // Held out at random among fewer, the others are no news.
  assert.throws(
    () => checkImages(parts(lines, ['c.jpg: x', 'd.jpg: y']), parts(['d.jpg: y', lines[0]], [lines[1]])),
    /\(4 images then, 3 now\): c\.jpg is missing; put/,
  );
  const many = Array.from({ length: 10 }, (_, i) => lines[0].replace('a.', `${i}.`));
  assert.throws(
    () => checkImages(parts(many), parts([])),
    /: 0\.jpg is missing; 1\.jpg is missing; 2\.jpg is missing; 7 more; put/,
  );
});

const refused: [string, (paths: Paths) => void, RegExp][] = [
  [
    'an edited setting',
    ({ run }) => edited(join(run, 'run.json'), '"learningRate": 0.005', '"learningRate": 0.01'),
    /run\.json: expected learningRate \(now 0\.01\) as the run was begun; put it back, or begin anew with --overwrite\n$/,
  ],
  [
    'a class whose new name is sorted before the others',
    (paths) => {
      for (const path of annotationsOf(paths)) {
        writeFileSync(path, readFileSync(path, 'utf8').replaceAll('<name>star', '<name>aaa'));
      }
    },
    /--data: expected the classes circle, rectangle, star, triangle, as the model knows them, got aaa, circle, rectangle, triangle\n$/,
  ],
  ['a missing image', (paths) => rmSync(imagesOf(paths)[0]), /Bild_0_ü\.jpg is missing/],
  ['a broken image', (paths) => writeFileSync(imagesOf(paths)[0], 'broken'), /Bild_0_ü\.jpg is missing/],
  [
    'an image in the place of another',
    (paths) => copyFileSync(imagesOf(paths)[1], imagesOf(paths)[0]),
    /Bild_0_ü\.jpg has changed \(was 64×48 px, \d+ bytes/,
  ],
  [
    'a box of another size',
    (paths) => edited(annotationsOf(paths)[0], /<xmax>\d+/, '<xmax>64'),
    /Bild_0_ü\.jpg has changed \(was 64×48 px, \d+ bytes, labels/,
  ],
];

for (const [what, spoil, reason] of refused) {
  test(`${what}: the run is not continued`, async () => {
    const own = { data: join(root, what, 'data'), run: join(root, what, 'run') };
    cpSync(data, own.data, { recursive: true });
    cpSync(run, own.run, { recursive: true });
    spoil(own);
    const before = readFileSync(join(own.run, 'weights.safetensors'));
    const { code, errors } = await runCommand(['train', '--out', own.run, '--resume', '--data', own.data]);
    assert.ok(code === 1 || code === 2, errors);
    assert.match(errors, reason);
    assert.ok(before.equals(readFileSync(join(own.run, 'weights.safetensors'))));
  });
}

test('data that was moved is the same data; a run without a fingerprint says so', async () => {
  const own = { data: join(root, 'moved data'), run: join(root, 'moved run') };
  cpSync(data, own.data, { recursive: true });
  cpSync(run, own.run, { recursive: true });
  const path = join(own.run, 'run.json');
  const resume = () => runCommand(['train', '--out', own.run, '--resume', '--data', own.data]);
  const same = await resume();
  assert.is(same.code, 0, same.errors);
  const { fingerprint: _, images: __, ...old } = JSON.parse(readFileSync(path, 'utf8'));
  writeFileSync(path, JSON.stringify(old));
  const older = await resume();
  assert.is(older.code, 0, older.errors);
  assert.match(older.errors, new RegExp(`detseg: .*${basename(own.run)}.run\\.json: it has no fingerprint`));
});

test.run();
