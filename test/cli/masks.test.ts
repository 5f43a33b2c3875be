import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodePng } from '../../src/images/pngEncode';
import {
  decodeRle,
  evaluateInstances,
  evaluatePanoptic,
  keepInMemory,
  loadModel,
  panopticImage,
  readCoco,
  readCocoPanoptic,
  readImageBytes,
  resizeDataset,
  segmentInstances,
  useDevice,
} from '../../src/index';
import { runCommand, startCommand, untilStep } from '../support/command';
import { instanceScenes, writeInstanceFolders } from '../support/instanceFolders';
import { temporaryFolder } from '../support/temporaryFolder';

const test = suite('detseg with masks');
const root = temporaryFolder('detseg Masken ü-');
const counts = { train: 5, val: 3 };
writeInstanceFolders(root, counts);
test.before(async () => {
  await useDevice('cpu');
});

const inside = (...names: string[]) => join(root, ...names);
const few = [
  ...['--steps', '3', '--batch', '2', '--warm-up', '1', '--evaluate-every', '3', '--seed', '2', '--device', 'cpu'],
  ...['--width', '0.25', '--anchors', '2', '--size', '32x48'],
];
const size = { height: 32, width: 48 };

/** Trains on a folder. */
const trained = (model: string, data: string, words: readonly string[] = []) => {
  const out = inside(`run ${model} ${data}`);
  return runCommand(['train', '--model', model, '--data', inside(data), ...few, ...words, '--out', out]).then(
    (result) => ({ ...result, out }),
  );
};

test('coco: polygons and runs train Mask R-CNN; it is measured as the library measures it', async () => {
  const { code, errors, output, out } = await trained('mask-rcnn', 'coco');
  assert.is(code, 0, errors);
  assert.match(errors, /mask-rcnn, 32×48 px, 5 training images, 3 to measure on/);
  assert.match(output, /^step 3 of 3: mask mAP@\.5 \d\.\d{3} · mask mAP \d\.\d{3} · box mAP \d\.\d{3}; report: /);
  const described = loadModel(out);
  if (described.task !== 'instances') throw new Error(`expected instances, got ${described.task}`);
  const words = ['--model', out, '--data', inside('coco'), '--split', 'val', '--json', '--device', 'cpu'];
  const measured = await runCommand(['evaluate', ...words, '--out', inside('measured')]);
  assert.is(measured.code, 0, measured.errors);
  const printed = JSON.parse(measured.output);
  const data = readCoco(inside('coco'), { split: 'val', masks: true, leastSide: 2, onProblem: 'skip' });
  const { boxes, masks } = await evaluateInstances(described.model, keepInMemory(resizeDataset(data, size)), {
    batchSize: 3,
  });
  assert.equal([printed['mask mAP'], printed['mask AP50']], [masks.mAP, masks.AP50]);
  assert.equal([printed['box mAP'], printed['box AR10']], [boxes.mAP, boxes.AR10]);
  assert.equal(Object.keys(printed.classes[0]), ['class', 'truths', 'mask AP@.5', 'mask AP', 'box AP@.5', 'box AP']);
  const report = readFileSync(inside('measured', 'report.html'), 'utf8');
  assert.match(report, /Masks are shown from a score of/);
  assert.match(report, /masks: mAP, overlaps 0\.50 … 0\.95/);
  assert.match(report, /Images that went worst/);
  const told = await runCommand(['info', out]);
  assert.match(told.output, /model: mask-rcnn, \d+ parameters, images of 32×48 px\nclasses: circle, rectangle/);
});

test('detect writes the masks: runs in the JSON that give them back, and drawn in the images', async () => {
  const model = inside('run mask-rcnn coco');
  const photographs = inside('new');
  mkdirSync(photographs);
  // Of another size and shape than the model's.
  const { image } = instanceScenes(counts).sample(6);
  writeFileSync(join(photographs, 'a.png'), encodePng(image));
  const found = inside('found');
  const words = ['detect', '--model', model, '--out', found, '--threshold', '0', '--device', 'cpu', photographs];
  const { code, errors, output } = await runCommand(words);
  assert.is(code, 0, errors);
  assert.match(output, /^1 image: \d+ things from a score of 0 on; /);
  const results = JSON.parse(readFileSync(join(found, 'detections.json'), 'utf8'));
  const wanted = await segmentInstances(loadModel(model), readImageBytes(join(photographs, 'a.png')));
  assert.ok(wanted.labels.size > 0);
  assert.is(results.length, wanted.labels.size);
  const pixels = 40 * 56;
  for (const [d, result] of results.entries()) {
    assert.equal(Object.keys(result), ['image_id', 'category_id', 'bbox', 'score', 'segmentation']);
    assert.is(result.score, wanted.scores.get(d));
    assert.equal(decodeRle(result.segmentation).data, wanted.masks.data.slice(d * pixels, (d + 1) * pixels));
  }
  assert.not.equal(readImageBytes(join(found, 'a.png')).data, readImageBytes(join(photographs, 'a.png')).data);
  const refused = await runCommand(['segment', '--model', model, '--out', inside('no'), photographs]);
  assert.is(refused.code, 2);
  assert.match(refused.errors, /expected a model of pixels, got mask-rcnn; see detseg detect/);
  assert.not.ok(existsSync(inside('no')));
});

for (const [data, words, classes] of [
  ['voc', [], 'circle, rectangle, triangle, star'],
  ['maps', ['--classes', 'thing'], 'thing'],
  ['nuclei', ['--classes', 'nucleus'], 'nucleus'],
  ['panoptic', [], 'circle, rectangle, triangle, star'],
] as const) {
  test(`${data}: Mask R-CNN is trained on masks from there`, async () => {
    const { code, errors, out } = await trained('mask-rcnn', data, words);
    assert.is(code, 0, errors);
    assert.match(readFileSync(join(out, 'report.html'), 'utf8'), new RegExp(`<h1>mask-rcnn: ${classes}</h1>`));
    const evaluated = await runCommand(['evaluate', '--model', out, '--json', '--device', 'cpu']);
    assert.is(evaluated.code, 0, evaluated.errors);
    assert.ok(JSON.parse(evaluated.output).images >= 2);
  });
}

test('panoptic: interrupted and continued to the same weights; PQ is what the library measures', async () => {
  const [whole, parts] = [inside('whole'), inside('parts')];
  const words = (out: string) => [
    ...['train', '--model', 'panoptic-fpn', '--data', inside('panoptic'), '--save-every', '2', ...few],
    ...['--steps', '6', '--evaluate-every', '6', '--out', out],
  ];
  const straight = runCommand(words(whole));
  const { child, ended } = startCommand(words(parts));
  await untilStep(parts, 2);
  child.kill('SIGINT');
  const stopped = await ended;
  assert.is(stopped.code, 130, stopped.errors);
  const resumed = await runCommand(['train', '--out', parts, '--resume']);
  assert.is(resumed.code, 0, resumed.errors);
  const first = await straight;
  assert.is(first.code, 0, first.errors);
  assert.match(first.output, /^step 6 of 6: PQ \d\.\d{3} · things PQ \d\.\d{3} · stuff PQ \d\.\d{3}; report: /);
  const [a, b] = [whole, parts].map((run) => readFileSync(join(run, 'weights.safetensors')));
  assert.ok(a.equals(b), 'weights');
  const described = loadModel(whole);
  if (described.task !== 'panoptic') throw new Error(`expected panoptic, got ${described.task}`);
  const evaluated = await runCommand(['evaluate', '--model', whole, '--json', '--device', 'cpu']);
  const printed = JSON.parse(evaluated.output);
  const data = keepInMemory(resizeDataset(readCocoPanoptic(inside('panoptic'), { split: 'val' }), size));
  const { PQ, SQ, RQ, stuff } = await evaluatePanoptic(described.model, data, { batchSize: 3 });
  assert.equal([printed.PQ, printed.SQ, printed.RQ, printed['stuff PQ']], [PQ, SQ, RQ, stuff!.PQ]);
  assert.match(readFileSync(join(whole, 'report.html'), 'utf8'), /predicted, PQ \d\.\d{3}/);
});

test('segment writes panoptic maps that are read again, detect their objects', async () => {
  const [model, out, found] = [inside('whole'), inside('segments'), inside('objects')];
  const images = inside('panoptic', 'images');
  const { code, errors, output } = await runCommand([
    'segment',
    '--model',
    model,
    '--out',
    out,
    '--overlay',
    '--device',
    'cpu',
    images,
  ]);
  assert.is(code, 0, errors);
  assert.match(output, /^8 images: \d+ objects? and sky, grass, water, road; .*panoptic\.json\n$/);
  assert.equal(readdirSync(join(out, 'panoptic')).length, 8);
  assert.is(readdirSync(out).filter((name) => name.endsWith('-overlay.jpg')).length, 8);
  const read = readCocoPanoptic(join(out, 'panoptic.json'), { images });
  const described = loadModel(model);
  assert.equal(read.classes, described.description.classes);
  const wanted = await panopticImage(described, readImageBytes(join(images, 'scene 2.png')));
  const sample = read.sample(2);
  // Objects without a pixel are not written.
  const first = read.classes.stuff.length;
  const seen = [...wanted.labels.data].flatMap((_, g) => (wanted.panoptic.data.includes(first + g) ? [first + g] : []));
  const numbers = new Map(seen.map((segment, row) => [segment, first + row]));
  assert.equal(
    [...sample.panoptic.data],
    Array.from(wanted.panoptic.data, (one) => numbers.get(one) ?? one),
  );
  // The numbers of an annotation file, so that other programs compare the two.
  const file = inside('panoptic', 'annotations', 'panoptic_val.json');
  const val = JSON.parse(readFileSync(file, 'utf8'));
  const own = val.images.map(({ file_name }: any) => join(images, file_name));
  const numbered = ['segment', '--model', model, '--device', 'cpu', '--out', inside('numbered'), '--numbers-of', file];
  const like = await runCommand([...numbered, ...own]);
  assert.is(like.code, 0, like.errors);
  const written = JSON.parse(readFileSync(inside('numbered', 'panoptic.json'), 'utf8'));
  assert.equal(
    written.images.map(({ id }: any) => id),
    val.images.map(({ id }: any) => id),
  );
  assert.equal(written.categories, val.categories);
  const strange = await runCommand([...numbered, '--overwrite', join(images, 'scene 0.png')]);
  assert.is(strange.code, 1);
  assert.match(strange.errors, /expected an image named scene 0\.png, found none/);
  const detected = await runCommand([
    'detect',
    '--model',
    model,
    '--out',
    found,
    '--no-images',
    '--device',
    'cpu',
    images,
  ]);
  assert.is(detected.code, 0, detected.errors);
  const results = JSON.parse(readFileSync(join(found, 'detections.json'), 'utf8'));
  assert.ok(results.every(({ segmentation }: any) => decodeRle(segmentation).size === 40 * 56));
});

test('what does not fit is told with what does', async () => {
  const dry = (model: string, data: string, words: readonly string[] = []) =>
    runCommand([
      'train',
      '--model',
      model,
      '--data',
      inside(data),
      ...words,
      '--out',
      inside(`none ${model} ${data} ${words.length}`),
    ]);
  const [panoptic, boxes, format, names] = await Promise.all([
    dry('panoptic-fpn', 'coco'),
    dry('yolo', 'maps'),
    dry('mask-rcnn', 'coco', ['--format', 'csv']),
    dry('mask-rcnn', 'maps', ['--classes', 'one,two']),
  ]);
  assert.match(
    panoptic.errors,
    /expected panoptic maps, found boxes or masks of objects: coco \(annotations\/instances_train\.json, annotations\/instances_val\.json\); choose a detector as --model: .*; or a model of masks as --model: mask-rcnn/,
  );
  assert.match(boxes.errors, /expected boxes, found maps of classes or masks of objects: masks/);
  assert.match(format.errors, /--format csv: expected a detector \(.*\), since the labels are boxes/);
  assert.match(names.errors, /expected one class of things for instances, got 2/);
  for (const { code } of [panoptic, boxes, format]) assert.is(code, 2);
  assert.equal(
    readdirSync(root).filter((name) => name.startsWith('none')),
    [],
  );
});

test('boxes alone train masks only after a word on it', async () => {
  const path = inside('coco', 'annotations', 'instances_train.json');
  const content = JSON.parse(readFileSync(path, 'utf8'));
  const annotations = content.annotations.map(({ segmentation: _, ...rest }: any) => rest);
  const folder = inside('bare');
  mkdirSync(folder);
  writeFileSync(join(folder, 'boxes.json'), JSON.stringify({ ...content, annotations }));
  const words = ['--data', join(folder, 'boxes.json'), '--images', inside('coco', 'train'), '--task', 'instances'];
  const { output, code } = await runCommand(['info', ...words]);
  assert.is(code, 0, output);
  assert.match(output, /(\d+) of \1 objects have neither polygons nor runs: their masks are their boxes/);
});

test.run();
