import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeJpeg } from '../../src/images/image';
import { runCommand } from '../support/command';
import { vocObject, vocXml } from '../support/labeledFolders';
import { type Files, temporaryFolder, writeFiles } from '../support/temporaryFolder';

// The whole way of a shell user, in the layouts in which labeled images are found: info, train, evaluate, detect.

const test = suite('detseg on usual layouts');
const root = temporaryFolder('detseg layouts ü-');

const side = 32;
const classes = ['cat', 'dog'];

/** A labeled photograph: a square on gray. */
interface Photograph {
  name: string;
  jpeg: Uint8Array;
  label: number;
  /** x1, y1, x2, y2, px. */
  box: [number, number, number, number];
}

const photographs = Array.from({ length: 6 }, (_, i): Photograph => {
  const [x, y, size, label] = [2 + 3 * i, 14 - 2 * i, 10 + i, i % 2];
  const pixels = new Float32Array(side * side * 3).fill(0.5);
  for (let row = y; row < y + size; row++) {
    for (let column = x; column < Math.min(side, x + size); column++) pixels[3 * (side * row + column) + 2 * label] = 1;
  }
  const jpeg = encodeJpeg(ndarray(pixels, [side, side, 3]), { quality: 90 });
  return { name: `photo ${i}`, jpeg, label, box: [x, y, Math.min(side, x + size), y + size] };
});

/** A file a photograph. */
const each = (list: readonly Photograph[], file: (photograph: Photograph) => [string, string | Uint8Array]): Files =>
  Object.fromEntries(list.map(file));

const jpegs = (list: readonly Photograph[], folder: string) =>
  each(list, ({ name, jpeg }) => [`${folder}${name}.jpg`, jpeg]);

/** VOC counts from 1, and to the last pixel. */
const xmlOf = ({ name, label, box: [x1, y1, x2, y2] }: Photograph) =>
  vocXml([vocObject(classes[label], [x1 + 1, y1 + 1, x2, y2])], { filename: `${name}.jpg`, size: [side, side] });

const rowOf = ({ label, box: [x1, y1, x2, y2] }: Photograph) =>
  [label, (x1 + x2) / 2 / side, (y1 + y2) / 2 / side, (x2 - x1) / side, (y2 - y1) / side].join(' ');

/** Roboflow numbers from 0, and has a category of its own in front. */
function roboflowJson(list: readonly Photograph[]): string {
  return JSON.stringify({
    images: list.map(({ name }, id) => ({ id, file_name: `${name}.jpg`, height: side, width: side })),
    categories: [
      { id: 0, name: 'pets', supercategory: 'none' },
      ...classes.map((name, k) => ({ id: k + 1, name, supercategory: 'pets' })),
    ],
    annotations: list.map(({ label, box: [x1, y1, x2, y2] }, id) => ({
      ...{ id, image_id: id, category_id: label + 1, bbox: [x1, y1, x2 - x1, y2 - y1] },
      ...{ area: (x2 - x1) * (y2 - y1), segmentation: [], iscrowd: 0 },
    })),
  });
}

const [first, last] = [photographs.slice(0, 4), photographs.slice(4)];

/** A layout: its files, and what is said of it beside `--data`. */
interface Layout {
  files: Files;
  words: string[];
  /** Images that are trained on and measured on. */
  counts: [number, number];
  /** What is told of the labels beside their counts. */
  note?: RegExp;
}

const layouts: Record<string, Layout> = {
  kangaroo: {
    files: { ...jpegs(photographs, 'images/'), ...each(photographs, (one) => [`annots/${one.name}.xml`, xmlOf(one)]) },
    words: ['--format', 'voc', '--images', 'images', '--annotations', 'annots'],
    counts: [5, 1],
  },
  labelImg: {
    files: { ...jpegs(photographs, ''), ...each(photographs, (one) => [`${one.name}.xml`, xmlOf(one)]) },
    words: ['--format', 'voc'],
    counts: [5, 1],
  },
  roboflow: {
    files: {
      ...{ ...jpegs(first, 'train/'), ...jpegs(last, 'valid/') },
      'train/_annotations.coco.json': roboflowJson(first),
      'valid/_annotations.coco.json': roboflowJson(last),
    },
    words: ['--format', 'coco'],
    counts: [4, 2],
    note: /"pets", stands above others and has no annotations; it is no class/,
  },
  ultralytics: {
    files: {
      ...{ ...jpegs(first, 'images/train/'), ...jpegs(last, 'images/val/') },
      ...each(first, (one) => [`labels/train/${one.name}.txt`, `${rowOf(one)}\n`]),
      ...each(last, (one) => [`labels/val/${one.name}.txt`, `${rowOf(one)}\n`]),
      'data.yaml': 'path: .\ntrain: images/train\nval: images/val\n\nnames:\n  0: cat\n  1: dog\n',
    },
    words: ['--format', 'yolo'],
    counts: [4, 2],
  },
  cvat: {
    files: {
      ...jpegs(photographs, 'obj_train_data/'),
      ...each(photographs, (one) => [`obj_train_data/${one.name}.txt`, `${rowOf(one)}\n`]),
      'obj.data': 'classes = 2\ntrain = data/train.txt\nnames = data/obj.names\nbackup = backup/\n',
      'obj.names': `${classes.join('\n')}\n`,
      'train.txt': photographs.map(({ name }) => `data/obj_train_data/${name}.jpg\n`).join(''),
    },
    words: ['--format', 'yolo'],
    counts: [5, 1],
  },
  csv: {
    files: {
      ...jpegs(photographs, 'images/'),
      'boxes.csv': `filename,width,height,class,xmin,ymin,xmax,ymax\n${photographs
        .map(({ name, label, box }) => [`${name}.jpg`, side, side, classes[label], ...box].join())
        .join('\n')}\n`,
    },
    words: ['--format', 'csv'],
    counts: [5, 1],
  },
};

for (const [name, { files }] of Object.entries(layouts)) writeFiles(join(root, name), files);

const tiny = [
  ...['--model', 'yolo', '--width', '0.25', '--anchors', '1', '--size', '32', '--device', 'cpu'],
  ...['--steps', '2', '--batch', '2', '--warm-up', '1', '--evaluate-every', '2'],
];

/** Runs the command in a working folder; it must end well. */
async function detseg(words: readonly string[], cwd: string) {
  const result = await runCommand(words, {}, cwd);
  assert.is(result.code, 0, `${words.join(' ')}: ${result.errors}`);
  return result;
}

/** What `info` must say of a layout. */
function checkInfo(output: string, { counts: [train, measured] }: Layout): void {
  // One of those in one part is held out; others have a part of their own, and the training part is told.
  const told = photographs.slice(0, measured === 1 ? photographs.length : train);
  assert.match(output, new RegExp(`: ${told.length} images; classes: cat, dog\n`));
  for (const [label, one] of classes.entries()) {
    const boxes = told.filter((photograph) => photograph.label === label).length;
    assert.match(output, new RegExp(`^${one} +${boxes}$`, 'm'));
  }
  assert.match(output, /^sizes: 32×32 px \(\d\)$/m);
  assert.not.match(output, /left out/);
}

const runFiles = ['model.json', 'weights.safetensors', 'run.json', 'metrics.jsonl', 'report.html', 'problems.jsonl'];

for (const [name, layout] of Object.entries(layouts)) {
  test(`${name}: info, train, evaluate, detect`, async () => {
    const { words, counts, note } = layout;
    const data = ['--data', name, ...words];
    const run = `run ${name}`;
    const [told, trained] = await Promise.all([
      detseg(['info', ...data], root),
      detseg(['train', ...data, ...tiny, '--out', run], root),
    ]);
    checkInfo(told.output, layout);
    assert.match(trained.errors, new RegExp(`${counts[0]} training images?, ${counts[1]} to measure on`));
    for (const file of runFiles) assert.ok(existsSync(join(root, run, file)), file);
    const problems = readFileSync(join(root, run, 'problems.jsonl'), 'utf8');
    for (const line of problems.split('\n').slice(0, -1)) assert.match(JSON.parse(line).reason, note ?? /^$/);
    const photograph = join(root, name, Object.keys(layout.files).find((file) => file.endsWith('photo 5.jpg'))!);
    const found = `found ${name}`;
    // From another folder: what the run wrote of its data, and where it lies, holds there as well.
    const elsewhere = join(root, name);
    const [measured] = await Promise.all([
      detseg(['evaluate', '--model', join('..', run), '--json', '--device', 'cpu'], elsewhere),
      detseg(['detect', '--model', run, '--out', found, '--threshold', '0', '--device', 'cpu', photograph], root),
    ]);
    assert.is(JSON.parse(measured.output).images, counts[1]);
    const json = (file: string) => JSON.parse(readFileSync(join(root, found, file), 'utf8'));
    assert.equal(
      json('images.json').categories.map((category: { name: string }) => category.name),
      classes,
    );
    for (const { image_id, bbox } of json('detections.json')) {
      assert.is(image_id, 1);
      assert.is(bbox.length, 4);
    }
    assert.ok(existsSync(join(root, found, 'photo 5.jpg')));
  });
}

test('images and annotations beside each other, by any path and from any folder', async () => {
  const layout = layouts.kangaroo;
  const data = join(root, 'kangaroo');
  const from = (folder: string) => [join(folder, 'images'), join(folder, 'annots')];
  const cases: [string, string, string[]][] = [
    ['in the folder of the data', root, ['images', 'annots']],
    ['in the working folder', root, from('kangaroo')],
    ['absolute', temporaryFolder('detseg-elsewhere-'), from(data)],
    ['up from the working folder', join(data, 'images'), [join('..', 'images'), join('..', 'annots')]],
  ];
  await Promise.all(
    cases.map(async ([what, cwd, [images, annotations]]) => {
      const named = ['--format', 'voc', '--data', data, '--images', images, '--annotations', annotations];
      checkInfo((await detseg(['info', ...named], cwd)).output, layout);
      if (what !== 'absolute') return;
      const out = join(root, 'run by path');
      const { errors } = await detseg(['train', ...named, ...tiny, '--out', out], cwd);
      assert.match(errors, /5 training images, 1 to measure on/);
      const { output } = await detseg(['evaluate', '--model', out, ...named, '--json', '--device', 'cpu'], cwd);
      assert.is(JSON.parse(output).images, photographs.length);
    }),
  );
  // Without --format and the folders, all are found.
  const { output } = await detseg(['info', '--data', 'kangaroo'], root);
  checkInfo(output, layout);
  const lost = await runCommand(
    ['train', '--format', 'voc', '--data', 'kangaroo', '--images', 'imgs', ...tiny, '--out', 'never'],
    {},
    root,
  );
  assert.is(lost.code, 1);
  assert.match(lost.errors, /^detseg: --images: imgs: no such file or folder \(looked for .* and .*kangaroo.*\)\n$/);
  assert.not.ok(existsSync(join(root, 'never')));
});

test.run();
