import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  architectures,
  createModel,
  createRandom,
  loadModel,
  type ModelDescription,
  saveModel,
  tensor,
  version,
  writeSafetensors,
} from '../../src/index';
import { readModelSummary } from '../../src/models/savedModel';
import { assertThrows } from '../support/assertThrows';
import { root } from '../support/root';
import { temporaryFolder } from '../support/temporaryFolder';

const test = suite('savedModel');
const models = temporaryFolder('detseg-Modelle für später-');

const classes = { stuff: ['sky', 'grass'], things: ['circle', 'square'] };
const size = { height: 32, width: 64 };
const descriptions: ModelDescription[] = [
  {
    architecture: 'yolo',
    options: {
      anchors: [
        [8, 8],
        [12.5, 20],
      ],
      width: 0.5,
      detections: { scoreThreshold: 0, limit: 50 },
    },
    classes,
    size,
    letterbox: true,
  },
  {
    architecture: 'faster-rcnn',
    options: { width: 0.5, hidden: 16, rpn: { shapes: [[9, 9]], hidden: 8, limit: 12 }, sampled: 8 },
    classes,
    size,
  },
  {
    architecture: 'faster-rcnn',
    options: {
      pyramid: { stages: [4, 6], channels: 5, canonicalSide: 12 },
      hidden: 16,
      rpn: { levels: [[[9, 9]], [[14, 14]]], hidden: 8, limit: 12 },
    },
    classes,
    size,
  },
  {
    architecture: 'fcos',
    options: {
      stages: [4, 6, 8],
      finest: 8,
      channels: 5,
      ranges: [
        [0, 12],
        [12, 1e9],
      ],
      radius: 1,
      alpha: null,
    },
    classes,
    size,
  },
  {
    architecture: 'retinanet',
    options: { stages: [4, 6], channels: 5, shapes: [[[9, 9]], [[14, 14]]], gamma: 1, alpha: 0.5, prior: 0.1 },
    classes,
    size,
  },
  {
    architecture: 'ssd',
    options: {
      stages: [4, 6],
      shapes: [
        [[9, 9]],
        [
          [14, 14],
          [18, 9],
        ],
      ],
      negatives: 2,
    },
    classes,
    size,
  },
  {
    architecture: 'yolo-fpn',
    options: { stages: [4, 6], channels: 5, shapes: [[[9, 9]], [[14, 14]]], ignore: 0.6 },
    classes,
    size,
  },
  {
    architecture: 'mask-rcnn',
    options: {
      width: 0.5,
      hidden: 16,
      pooled: 4,
      maskPooled: 3,
      maskHidden: 6,
      maskPerClass: false,
      rpn: { shapes: [[9, 9]], hidden: 8, limit: 12 },
      detections: { scoreThreshold: 0, limit: 5 },
    },
    classes,
    size,
  },
  {
    architecture: 'panoptic-fpn',
    options: {
      pyramid: { stages: [4, 6], channels: 5 },
      maskHidden: 6,
      rpn: { levels: [[[9, 9]], [[14, 14]]], hidden: 8, limit: 12 },
      detections: { scoreThreshold: 0, limit: 5 },
      merge: { scoreThreshold: 0.1, visible: 0.4, leastStuff: 4 },
    },
    classes,
    size,
  },
  { architecture: 'u-net', options: { widths: [4, 6], classWeights: [1, 1, 2, 2] }, classes, size },
  { architecture: 'fcn', options: { widths: [4, 6, 8], stride: 4 }, classes, size },
  { architecture: 'deconv-net', options: { widths: [4, 6], unpooling: 'nearest' }, classes, size },
  { architecture: 'tiramisu', options: { stem: 6, growth: 4, layers: [1, 2, 1] }, classes, size },
];

/** The first description of an architecture. */
const describe = (name: string) => descriptions.find(({ architecture }) => architecture === name)!;

const images = () => {
  const random = createRandom(3);
  return tensor(
    Float32Array.from({ length: 32 * 64 * 3 }, () => random.uniform()),
    [1, 32, 64, 3],
  );
};

test('every architecture is tried', () => {
  assert.equal([...new Set(descriptions.map(({ architecture }) => architecture))].sort(), [...architectures].sort());
});

for (const description of descriptions) {
  test(`${description.architecture}: what is read computes what was written`, async () => {
    const folder = join(models, description.architecture);
    const written = createModel(description, createRandom(5));
    await saveModel(folder, written);
    assert.equal(readdirSync(folder).sort(), ['model.json', 'weights.safetensors']);
    const read = loadModel(folder);
    assert.equal(read.description, description);
    assert.is(read.task, written.task);
    if (read.task === 'detection' && written.task === 'detection') {
      const [[one], [other]] = [await written.model.detect(images()), await read.model.detect(images())];
      assert.equal(other.boxes.data, one.boxes.data);
      assert.equal(other.scores.data, one.scores.data);
    } else if (read.task === 'segmentation' && written.task === 'segmentation') {
      assert.equal((await read.model.predict(images())).data, (await written.model.predict(images())).data);
    }
    if ((read.task === 'instances' || read.task === 'panoptic') && written.task === read.task) {
      const [[one], [other]] = [await written.model.segment(images()), await read.model.segment(images())];
      assert.ok(one.labels.size > 0);
      assert.equal(one.masks.shape, [one.labels.size, 32, 64]);
      for (const part of ['boxes', 'labels', 'scores', 'masks'] as const)
        assert.equal(other[part].data, one[part].data);
    }
    if (read.task === 'panoptic' && written.task === 'panoptic') {
      const [[one], [other]] = [await written.model.panoptic(images()), await read.model.panoptic(images())];
      assert.equal(other.panoptic.data, one.panoptic.data);
      assert.is(written.model.parameterCount(), read.model.parameterCount());
    }
    // The names are there once more, for other programs.
    const json = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8'));
    assert.is(json.detseg, version);
    assert.is(json.parameters, read.model.parameterCount());
  });
}

test('the heads of masks count towards the bounds of weights and of regions', () => {
  const fail = (change: Partial<ModelDescription>, message: RegExp) =>
    assert.throws(() => createModel({ ...describe('mask-rcnn'), ...change }, createRandom(1)), message);
  // The two convolutions of the mask head alone have 3·10⁸ weights.
  fail({ options: { maskHidden: 4096 } }, /expected at most 134217728 weights in all layers together, got more/);
  const many = Array.from({ length: 10_000 }, (_, k) => `class ${k}`);
  fail(
    { options: { maskHidden: 4096, maskPooled: 64 }, classes: { stuff: [], things: ['one'] } },
    /^createModel: options: expected at most 268435456 numbers in a map of the regions of an image, got 1006632960/,
  );
  fail(
    { options: { detections: { limit: 1000 } }, classes: { stuff: [], things: many } },
    /expected at most 268435456 numbers in a map of the regions/,
  );
  fail(
    { options: { pooled: 64, rpn: { limit: 10_000 } }, classes },
    /expected at most 268435456 numbers in a map of the regions/,
  );
  fail(
    { options: { sampled: 1 } },
    /^createModel: MaskRcnn: expected sampled to be at least 2|^MaskRcnn: expected sampled/,
  );
  const panoptic = describe('panoptic-fpn');
  for (const [change, reason] of [
    [{ stuff: [], things: ['a'] }, 'at least 1 of stuff for panoptic-fpn, got 0'],
    [{ stuff: ['a'], things: [] }, 'at least 1 of things for panoptic-fpn, got 0'],
    [{ stuff: ['a'], things: many.slice(0, 255) }, 'at most 255 for panoptic-fpn, got 256'],
  ] as const) {
    assertThrows(
      () => createModel({ ...panoptic, classes: change }, createRandom(1)),
      `createModel: classes: expected ${reason}`,
    );
  }
  assertThrows(
    () => createModel({ ...panoptic, size: { height: 32, width: 36 } }, createRandom(1)),
    'createModel: size: expected multiples of 8 for panoptic-fpn, got 32×36 (height × width)',
  );
});

test('the version is that of package.json', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  assert.is(version, manifest.version);
});

test('a description is checked, entry by entry', () => {
  const [yolo, uNet] = [describe('yolo'), describe('u-net')];
  const fail = (change: object, reason: string) =>
    assertThrows(
      () => createModel({ ...yolo, ...change } as ModelDescription, createRandom(1)),
      `createModel: ${reason}`,
    );
  const known =
    'faster-rcnn, fcos, retinanet, ssd, yolo, yolo-fpn, mask-rcnn, panoptic-fpn, u-net, fcn, deconv-net, tiramisu';
  fail({ architecture: 'detr' }, `architecture: expected one of ${known}, got "detr"`);
  fail({ options: {} }, 'expected anchors, found none');
  fail({ options: { anchors: [[1, 2, 3]] } }, 'anchors: entry 0: expected a list of 2 entries, got [1,2,3]');
  fail(
    { options: { anchors: [[1, '2']] } },
    'anchors: entry 0: entry 1: expected a number from 0.001 to 16384, got "2"',
  );
  fail(
    { options: { anchors: [[1, 2]], layers: 3 } },
    'expected options among anchors, width, noObjectWeight, detections, got layers',
  );
  fail(
    { options: { anchors: [[1, 2]], detections: { limit: 1.5 } } },
    'detections: limit: expected a whole number from 1 to 10000, got 1.5',
  );
  fail({ options: { anchors: [[1, 2]], width: 1e9 } }, 'width: expected a number from 0.015625 to 16, got 1000000000');
  fail({ size: { height: 30, width: 64 } }, 'size: expected multiples of 8 for yolo, got 30×64 (height × width)');
  fail({ size: 32 }, 'size: expected an object, got 32');
  fail(
    { size: { height: 16384, width: 16384 } },
    'size: expected at most 8388608 pixels, got 16384×16384 (height × width) of 268435456',
  );
  fail({ letterbox: 1 }, 'letterbox: expected true or false, got 1');
  fail({ classes: { stuff: [], things: [] } }, 'classes: expected at least 1 for yolo, got 0');
  fail(
    { classes: { stuff: [], things: [''] } },
    'classes: things: entry 0: expected a text of 1 to 200 characters, got ""',
  );
  assertThrows(
    () => createModel({ ...uNet, classes: { stuff: ['sky'], things: [] } }, createRandom(1)),
    'createModel: classes: expected at least 2 for u-net, got 1',
  );
});

test('damaged folders are told apart', async () => {
  const folder = join(models, 'damaged');
  await saveModel(folder, createModel(describe('u-net'), createRandom(5)));
  const path = join(folder, 'model.json');
  const weights = join(folder, 'weights.safetensors');
  const whole = readFileSync(path, 'utf8');
  const fail = (text: string, reason: string) => {
    writeFileSync(path, text);
    assertThrows(() => loadModel(folder), `loadModel: ${path}: ${reason}`);
  };
  assertThrows(() => loadModel(models), `loadModel: ${join(models, 'model.json')}: no such file`);
  fail('null', 'expected format detseg-model, got undefined');
  fail('{"format":"detseg-model","formatVersion":2}', 'expected formatVersion 1, got 2');
  fail(
    whole.replace(/"height": \d+/, '"height": 16384').replace(/"width": \d+/, '"width": 8192'),
    'size: expected at most 8388608 pixels, got 16384×8192 (height × width) of 134217728',
  );
  fail(
    whole.replace('"u-net"', '"toString"'),
    'architecture: expected one of faster-rcnn, fcos, retinanet, ssd, yolo, yolo-fpn, mask-rcnn, panoptic-fpn, u-net, fcn, deconv-net, tiramisu, got "toString"',
  );
  writeFileSync(path, '{');
  assert.throws(() => loadModel(folder), /model\.json: expected JSON: /);
  writeFileSync(path, whole.replace(/"widths": \[\s+4/, '"widths": [ 5'));
  assert.throws(() => loadModel(folder), /weights\.safetensors: loadStateDict: expected stem\.layers\.0\.weight \[/);
  writeFileSync(path, whole);
  writeSafetensors(weights, { tensors: {}, metadata: {} });
  assert.throws(
    () => loadModel(folder),
    /weights\.safetensors: loadStateDict: expected the module's names, missing \[stem/,
  );
  rmSync(weights);
  assertThrows(() => loadModel(folder), `readSafetensors: ${weights}: no such file`);
});

test('a description of a model far larger than its weights is refused before memory is taken for it', async () => {
  const folder = join(models, 'huge');
  const [yolo, uNet] = [describe('yolo'), describe('u-net')];
  await saveModel(folder, createModel(uNet, createRandom(5)));
  const path = join(folder, 'model.json');
  const content = JSON.parse(readFileSync(path, 'utf8'));
  const names = Array.from({ length: 10_000 }, (_, i) => `class ${i}`);
  const anchors = Array.from({ length: 100 }, () => [8, 8]);
  for (const change of [
    { options: { widths: [4096, 4096, 4096, 4096, 4096, 4096] }, size: { height: 64, width: 64 } },
    { ...yolo, options: { anchors, width: 16 }, classes: { stuff: [], things: names } },
  ]) {
    writeFileSync(path, JSON.stringify({ ...content, ...change }));
    const before = process.memoryUsage().rss;
    assert.throws(
      () => loadModel(folder),
      /huge.model\.json: expected a model of \d+ numbers, as .*weights\.safetensors holds them, got one of more than twice as many$/,
    );
    // The first layer alone would be larger.
    assert.ok(process.memoryUsage().rss - before < 2 ** 28);
  }
});

test('what a model is can be told without making it', async () => {
  const folder = join(models, 'summary');
  const { model } = createModel(descriptions[0], createRandom(5));
  await saveModel(folder, createModel(descriptions[0], createRandom(5)));
  const { task, description, parameters } = readModelSummary(folder);
  assert.equal([task, description, parameters], ['detection', descriptions[0], model.parameterCount()]);
  const path = join(folder, 'model.json');
  const whole = readFileSync(path, 'utf8');
  writeFileSync(path, whole.replace(/"parameters": \d+/, '"parameters": 1e9'));
  assert.throws(() => readModelSummary(folder), /model\.json: expected a whole number from 1 to \d+, got 1000000000$/);
});

test('a model in half precision is half as large, and predicts nearly the same', async () => {
  const described = createModel(descriptions[0], createRandom(5));
  const [single, half] = ['single', 'half'].map((name) => join(models, name));
  await saveModel(single, described);
  await saveModel(half, described, { precision: 'half' });
  const bytes = (folder: string) => statSync(join(folder, 'weights.safetensors')).size;
  assert.ok(bytes(half) < 0.6 * bytes(single), `${bytes(half)} of ${bytes(single)} bytes`);
  const weights = await described.model.stateDict();
  const read = await loadModel(half).model.stateDict();
  for (const [name, { data, shape }] of Object.entries(weights)) {
    assert.equal(read[name].shape, shape);
    for (const [i, value] of data.entries()) {
      assert.ok(Math.abs(read[name].data[i] - value) <= Math.max(Math.abs(value) * 2 ** -11, 2 ** -25), `${name} ${i}`);
    }
  }
});

test.run();
