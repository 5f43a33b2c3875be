import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  allBoxes,
  cocoMetrics,
  evaluateDetection,
  keepInMemory,
  loadModel,
  readCoco,
  readVoc,
  resizeDataset,
  useDevice,
} from '../../src/index';
import { runCommand } from '../support/command';
import { sceneSamples, writeSceneFolders } from '../support/sceneFolders';
import { temporaryFolder } from '../support/temporaryFolder';

const test = suite('detseg on folders');
const root = temporaryFolder('detseg Fotos für ü-');
test.before(async () => {
  await useDevice('cpu');
});

const counts = { train: 6, val: 4 };
writeSceneFolders(root, counts);
const inside = (...names: string[]) => join(root, ...names);
const few = [
  '--steps',
  '3',
  '--batch',
  '2',
  '--warm-up',
  '1',
  '--evaluate-every',
  '3',
  '--seed',
  '2',
  '--device',
  'cpu',
];
const detector = ['--model', 'yolo', '--width', '0.25', '--anchors', '2', '--size', '48x64'];

test('--max-pixels bounds the images of a data set', async () => {
  const words = ['info', '--format', 'voc', '--data', inside('voc'), '--max-pixels'];
  const few = await runCommand([...words, '10']);
  assert.is(few.code, 1);
  assert.match(
    few.output,
    /10 images left out .*\n {2}image left out: .*expected at most 10 pixels \(option maxPixels;/,
  );
  assert.match(few.output, / {2}… and 7 more\n/);
  const all = await runCommand([...words, '1e6']);
  assert.match(all.output, /10 images/);
  assert.not.match(all.output, /left out/);
});

test('voc: held out images are measured on as the library measures them', async () => {
  const out = inside('run voc');
  const words = ['--format', 'voc', '--data', inside('voc')];
  const trained = await runCommand(['train', ...detector, ...words, '--hold-out', '0.4', ...few, '--out', out]);
  assert.is(trained.code, 0, trained.errors);
  assert.match(trained.errors, /yolo, 48×64 px, 6 training images, 4 to measure on/);
  assert.match(trained.errors, /4 images of 10 held out to measure on/);
  const measured = await runCommand(['evaluate', '--model', out, ...words, '--json', '--device', 'cpu']);
  assert.is(measured.code, 0, measured.errors);
  const printed = JSON.parse(measured.output);
  const described = loadModel(out);
  if (described.task !== 'detection') throw new Error('expected a detector');
  const pictures = keepInMemory(resizeDataset(readVoc(inside('voc')), { height: 48, width: 64 }));
  const { mAP, AP50, AR10 } = await evaluateDetection(described.model, pictures, { batchSize: 8 });
  assert.is(printed.images, 10);
  assert.equal([printed.mAP, printed.AP50, printed.AR10], [mAP, AP50, AR10]);
});

test('coco: parts of their own; results have the numbers of the annotations, and are measured alike', async () => {
  const out = inside('run coco');
  const words = ['--format', 'coco', '--data', inside('coco')];
  const trained = await runCommand(['train', ...detector, ...words, ...few, '--out', out]);
  assert.is(trained.code, 0, trained.errors);
  assert.match(trained.errors, /6 training images, 4 to measure on/);
  const annotations = inside('coco', 'annotations', 'instances_val.json');
  const found = inside('found coco');
  const [measured, detected] = await Promise.all([
    runCommand(['evaluate', '--model', out, '--json', '--device', 'cpu']),
    runCommand([
      'detect',
      '--model',
      out,
      '--out',
      found,
      '--no-images',
      '--numbers-of',
      annotations,
      '--device',
      'cpu',
      inside('coco', 'val'),
    ]),
  ]);
  assert.is(detected.code, 0, detected.errors);
  // The images have the model's size already: the boxes of the results are those that were measured.
  const truths = readCoco(annotations, { images: inside('coco', 'val') });
  const results = JSON.parse(readFileSync(join(found, 'detections.json'), 'utf8'));
  const { detections } = await (async () => {
    const described = loadModel(out);
    if (described.task !== 'detection') throw new Error('expected a detector');
    return evaluateDetection(described.model, truths);
  })();
  assert.is(
    results.length,
    detections.reduce((sum, { labels }) => sum + labels.size, 0),
  );
  for (const { image_id, category_id } of results) {
    assert.ok(truths.imageIds.includes(image_id) && truths.categoryIds.includes(category_id));
  }
  const { mAP } = cocoMetrics(
    detections,
    Array.from({ length: 4 }, (_, index) => truths.sample(index)),
  );
  assert.ok(Math.abs(JSON.parse(measured.output).mAP - mAP!) < 0.02);
});

test('yolo, csv and masks are trained on, too', async () => {
  const { stuff, things } = sceneSamples(counts).classes;
  const names = [...stuff, ...things].join(',');
  const [yolo, csv, masks] = await Promise.all([
    runCommand([
      'train',
      ...detector,
      '--format',
      'yolo',
      '--data',
      inside('yolo'),
      ...few,
      '--out',
      inside('run yolo'),
    ]),
    runCommand([
      'train',
      ...detector,
      '--format',
      'csv',
      '--data',
      inside('csv', 'boxes.csv'),
      ...few,
      '--out',
      inside('run csv'),
    ]),
    runCommand([
      'train',
      '--model',
      'fcn',
      '--width',
      '0.25',
      '--size',
      '64',
      '--format',
      'masks',
      '--data',
      inside('masks'),
      '--classes',
      names,
      ...few,
      '--out',
      inside('run masks'),
    ]),
  ]);
  for (const { code, errors } of [yolo, csv, masks]) assert.is(code, 0, errors);
  assert.match(yolo.errors, /6 training images, 4 to measure on/);
  assert.match(csv.errors, /8 training images, 2 to measure on/);
  assert.match(masks.output, /^step 3 of 3: mean IoU /);
  assert.equal(loadModel(inside('run yolo')).description.classes.things, [...things]);
  assert.equal([...loadModel(inside('run csv')).description.classes.things].sort(), [...things].sort());
  assert.is(loadModel(inside('run masks')).description.classes.things.length, things.length + stuff.length - 1);
});

test('info counts what a folder holds', async () => {
  const { output, code } = await runCommand(['info', '--format', 'voc', '--data', inside('voc')]);
  assert.is(code, 0);
  const boxes = allBoxes(readVoc(inside('voc'))).shape[0];
  assert.match(output, /^voc: 10 images; classes: circle, rectangle, star, triangle\n/);
  const listed = [...output.matchAll(/^(?:circle|rectangle|star|triangle) +(\d+)$/gm)].map(([, count]) =>
    Number(count),
  );
  assert.is(
    listed.reduce((sum, count) => sum + count, 0),
    boxes,
  );
  assert.match(output, /sizes: 48×64 px \(10\)/);
});

test('folders that are not what was said: one line, and the code', async () => {
  const empty = inside('empty');
  mkdirSync(empty);
  mkdirSync(inside('broken', 'JPEGImages'), { recursive: true });
  mkdirSync(inside('broken', 'Annotations'));
  writeFileSync(inside('broken', 'Annotations', 'a.xml'), '<annotation>');
  const cases: [string[], number, RegExp][] = [
    [['--format', 'voc', '--data', inside('nowhere')], 1, /^detseg: .*nowhere: no such file or folder\n$/],
    [['--format', 'voc'], 2, /^detseg: --data: expected the path of the labeled images for voc, got none\n$/],
    [['--format', 'voc', '--data', empty], 1, /^detseg: readVoc: .*\n$/],
    [['--format', 'voc', '--data', inside('broken'), '--strict'], 1, /^detseg: readVoc: .*a\.xml: .*\n$/],
    [
      ['--format', 'coco', '--data', empty],
      1,
      /^detseg: .*expected annotations\/instances_train\.json, .*, found none/,
    ],
    [['--format', 'csv', '--data', empty], 1, /^detseg: .*expected a table of boxes \(\.csv\), found none/],
    [
      ['--format', 'masks', '--data', inside('masks')],
      2,
      /^detseg: --format masks: expected a model of pixels \(u-net, fcn, deconv-net, tiramisu\) or a model of masks \(mask-rcnn\), since the labels are maps\n$/,
    ],
  ];
  // A wish that would be left out, or a part that would be the whole, is no wish that can be met.
  const file = inside('coco', 'annotations', 'instances_train.json');
  cases.push(
    [
      ['--format', 'csv', '--data', inside('csv'), '--validation-split', 'val'],
      1,
      /csv: expected no part, since all images are in one, got val\n$/,
    ],
    [
      ['--format', 'coco', '--data', file, '--images', inside('coco', 'train'), '--validation-split', 'val'],
      1,
      /expected no part, since all images are in one, got val\n$/,
    ],
    [
      ['--format', 'yolo', '--data', inside('yolo'), '--length', '3'],
      2,
      /--format yolo: expected no --length, got 3\n$/,
    ],
    [
      ['--format', 'coco', '--data', inside('coco'), '--classes', 'a'],
      1,
      /in the training part with boxes, found 6 without any; the first problem: .*: expected one of a, got "\w+"\n$/,
    ],
  );
  await Promise.all(
    cases.map(async ([words, code, pattern], i) => {
      const result = await runCommand(['train', '--model', 'yolo', ...words, '--out', inside(`never ${i}`)]);
      assert.match(result.errors, pattern);
      assert.is(result.code, code, result.errors);
      assert.not.ok(existsSync(inside(`never ${i}`)), 'a folder is left behind');
    }),
  );
  const wrong = await runCommand([
    'evaluate',
    '--model',
    inside('run yolo'),
    '--format',
    'csv',
    '--data',
    inside('csv'),
    '--classes',
    'a,b',
  ]);
  assert.is(wrong.code, 2);
  const vain = await runCommand(['evaluate', '--model', inside('run yolo'), '--length', '3']);
  assert.equal([vain.code, vain.errors], [2, 'detseg: --format: expected one, or --data, beside --length, got none\n']);
  assert.match(wrong.errors, /^detseg: --classes: expected circle, .*, as the model knows them, got a, b\n$/);
});

test.run();
