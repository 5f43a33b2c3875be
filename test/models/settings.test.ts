import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { shown } from '../../src/checks/shown';
import {
  createModel,
  createRandom,
  DeconvNet,
  FasterRcnn,
  FastRcnn,
  Fcn,
  Fcos,
  FeaturePyramid,
  PatchClassifier,
  PyramidHead,
  type Random,
  RCnn,
  RegionHead,
  RegionProposalNetwork,
  RetinaNet,
  SingleObject,
  SlidingWindowDetector,
  SmallBackbone,
  Ssd,
  StagedBackbone,
  Tiramisu,
  UNet,
  Yolo,
} from '../../src/index';
import { assertThrows } from '../support/assertThrows';

const test = suite('settings of models');

const random = createRandom(1);
const proposals = () => ndarray(new Float32Array(0), [0, 4]);
const anchors = [[20, 20]];

/** What makes each model, settings over defaults that are right. */
const makers: Record<string, (settings: any) => unknown> = {
  Fcn: (settings) => new Fcn({ classes: 2, random, ...settings }),
  UNet: (settings) => new UNet({ classes: 2, random, ...settings }),
  DeconvNet: (settings) => new DeconvNet({ classes: 2, random, ...settings }),
  Tiramisu: (settings) => new Tiramisu({ classes: 2, random, ...settings }),
  PatchClassifier: (settings) => new PatchClassifier({ classes: 2, random, ...settings }),
  SingleObject: (settings) => new SingleObject({ classes: 2, random, ...settings }),
  SlidingWindowDetector: (settings) => new SlidingWindowDetector({ classes: 2, random, ...settings }),
  Yolo: (settings) => new Yolo({ classes: 2, random, anchors, ...settings }),
  RCnn: (settings) => new RCnn({ classes: 2, random, propose: proposals, ...settings }),
  FastRcnn: (settings) => new FastRcnn({ classes: 2, random, propose: proposals, limit: 4, ...settings }),
  FasterRcnn: (settings) => new FasterRcnn({ classes: 2, random, ...settings }),
  RegionHead: (settings) => new RegionHead({ classes: 2, inputs: 8, random, ...settings }),
  RegionProposalNetwork: (settings) => new RegionProposalNetwork({ channels: 8, random, ...settings }),
  SmallBackbone: (settings) => new SmallBackbone({ random, ...settings }),
  StagedBackbone: (settings) => new StagedBackbone({ random, ...settings }),
  FeaturePyramid: (settings) => new FeaturePyramid({ inputs: [8], channels: 8, random, ...settings }),
  PyramidHead: (settings) => new PyramidHead({ channels: 8, levels: 2, random, ...settings }),
  Ssd: (settings) => new Ssd({ classes: 2, random, ...settings }),
  RetinaNet: (settings) => new RetinaNet({ classes: 2, random, ...settings }),
  Fcos: (settings) => new Fcos({ classes: 2, random, ...settings }),
};

test('settings that are right are taken', () => {
  for (const make of Object.values(makers)) make({});
  for (const segmenter of ['Fcn', 'UNet', 'DeconvNet', 'Tiramisu'])
    makers[segmenter]({ classes: 1, classWeights: [0] });
  makers.FastRcnn({ sampled: 1, positives: 0, background: 0.5 });
  makers.Ssd({ positive: 1, negatives: 0 });
  for (const detector of ['RetinaNet', 'Fcos']) makers[detector]({ alpha: null, gamma: 0, prior: 0.5, depth: 16 });
  makers.RetinaNet({ alpha: 0, positive: 0.5, negative: 0.5, classWeight: 100, finest: 16, shapes: [[[1, 200]]] });
  makers.Fcos({
    radius: Number.POSITIVE_INFINITY,
    ranges: [
      [0, 1],
      [0, 1],
      [5, 6],
    ],
  });
  makers.RegionProposalNetwork({ leastSide: 0, positive: 0.5, negative: 0.5, iouThreshold: 1 });
});

for (const classes of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '3', undefined]) {
  test(`${classes} classes`, () => {
    for (const name of [
      'SingleObject',
      'SlidingWindowDetector',
      'Yolo',
      'RCnn',
      'FastRcnn',
      'FasterRcnn',
      'RegionHead',
      'Ssd',
      'RetinaNet',
      'Fcos',
    ])
      assertThrows(
        () => makers[name]({ classes }),
        `${name}: expected classes to be a whole number ≥ 1, got ${shown(classes)}`,
      );
    for (const name of ['Fcn', 'UNet', 'DeconvNet', 'Tiramisu', 'PatchClassifier'])
      assertThrows(
        () => makers[name]({ classes }),
        `${name}: expected classes to be a whole number from 1 to 255, got ${shown(classes)}`,
      );
  });
}

test('a label map has no room for more classes and the void', () => {
  for (const name of ['Fcn', 'UNet', 'DeconvNet', 'Tiramisu', 'PatchClassifier'])
    assertThrows(
      () => makers[name]({ classes: 256 }),
      `${name}: expected classes to be a whole number from 1 to 255, got 256`,
    );
});

const counts: Record<string, string[]> = {
  SingleObject: ['features'],
  SlidingWindowDetector: ['stride', 'patch', 'windowsPerImage', 'together'],
  RCnn: ['size', 'features', 'sampled'],
  FastRcnn: ['limit', 'pooled', 'sampled'],
  Tiramisu: ['stem', 'growth'],
  FasterRcnn: ['pooled', 'sampled'],
  RegionHead: ['inputs', 'hidden'],
  RegionProposalNetwork: ['channels', 'hidden', 'sampled', 'candidates', 'limit'],
  StagedBackbone: ['stem'],
  FeaturePyramid: ['channels'],
  PyramidHead: ['channels', 'levels', 'depth'],
  RetinaNet: ['channels', 'depth'],
  Fcos: ['channels', 'depth'],
};

for (const [name, settings] of Object.entries(counts)) {
  test(`${name}: whole numbers`, () => {
    for (const setting of settings) {
      for (const value of [0, 2.5, Number.NaN]) {
        assertThrows(
          () => makers[name]({ [setting]: value }),
          `${name}: expected ${setting} to be a whole number ≥ 1, got ${value}`,
        );
      }
    }
  });
}

const widths: Record<string, number> = { Fcn: 1, UNet: 2, DeconvNet: 2, PatchClassifier: 0, SlidingWindowDetector: 1 };

for (const [name, least] of Object.entries(widths)) {
  test(`${name}: widths`, () => {
    const wrong = [[8, 0], [8, 1.5], [Number.NaN, 8], ...(least > 0 ? [[]] : [])];
    for (const list of wrong)
      assertThrows(
        () => makers[name]({ widths: list }),
        `${name}: expected widths to be a list of ${least} or more whole numbers ≥ 1, got ${shown(list)}`,
      );
  });
}

for (const name of ['Fcn', 'UNet', 'DeconvNet', 'Tiramisu']) {
  test(`${name}: weights of classes`, () => {
    for (const classWeights of [[1], [1, 1, 1], [1, -1], [1, Number.NaN], [1, Number.POSITIVE_INFINITY]])
      assertThrows(
        () => makers[name]({ classWeights }),
        `${name}: expected 2 class weights ≥ 0, got [${classWeights.join(', ')}]`,
      );
  });
}

for (const name of ['SlidingWindowDetector', 'Yolo', 'RCnn', 'FastRcnn', 'FasterRcnn', 'Ssd', 'RetinaNet', 'Fcos']) {
  test(`${name}: which detections are reported`, () => {
    assertThrows(
      () => makers[name]({ detections: { scoreThreshold: 2 } }),
      `${name}: expected scoreThreshold from 0 to 1, got 2`,
    );
    assertThrows(
      () => makers[name]({ detections: { iouThreshold: Number.NaN } }),
      `${name}: expected iouThreshold from 0 to 1, got NaN`,
    );
    assertThrows(
      () => makers[name]({ detections: { limit: 0 } }),
      `${name}: expected limit to be a whole number ≥ 1, got 0`,
    );
  });
}

const others: [name: string, settings: object, message: string][] = [
  ['Yolo', { anchors: [[Number.NaN, 1]] }, 'expected sides of anchors to be a number > 0, got NaN'],
  ['Yolo', { anchors: [[8, 8], [8]] }, 'expected anchors [width, height], got [8]'],
  ['RCnn', { context: 16 }, 'expected context from 0 to less than 16 px, got 16'],
  ['RCnn', { propose: [] }, 'expected propose to be a function such as (image) => boxes, got []'],
  ['FastRcnn', { propose: undefined }, 'expected propose to be a function such as (image) => boxes, got undefined'],
  ['FastRcnn', { sampled: 4, positives: 5 }, 'expected at most sampled = 4 positives, got 5'],
  ['FastRcnn', { positives: -1 }, 'expected positives to be a whole number ≥ 0, got -1'],
  ['FastRcnn', { background: 0.6 }, 'expected background from 0 to 0.5, got 0.6'],
  ['RegionProposalNetwork', { positive: 0.2 }, 'expected negative ≤ positive, got 0.3 > 0.2'],
  ['RegionProposalNetwork', { negative: -0.1 }, 'expected negative from 0 to 1, got -0.1'],
  ['RegionProposalNetwork', { iouThreshold: 1.5 }, 'expected iouThreshold from 0 to 1, got 1.5'],
  ['RegionProposalNetwork', { leastSide: -1 }, 'expected leastSide to be a number > 0, got -1'],
  [
    'SlidingWindowDetector',
    { overlaps: { positive: 0.3, negative: 0.4 } },
    'expected negative ≤ positive, got 0.4 > 0.3',
  ],
  ['Ssd', { positive: 1.5 }, 'expected positive from 0 to 1, got 1.5'],
  ['Ssd', { positive: 0 }, 'expected positive to be a number > 0, got 0'],
  ['Ssd', { negatives: -1 }, 'expected negatives to be a number ≥ 0, got -1'],
  ['Ssd', { shapes: [[[8, 8]], [[8, 8]]] }, 'expected shapes for 3 levels, one list each, got 2'],
  ['RetinaNet', { classWeight: 0 }, 'expected classWeight to be a number > 0, got 0'],
  ['RetinaNet', { negative: 0.6 }, 'expected negative ≤ positive, got 0.6 > 0.5'],
  ['RetinaNet', { finest: 8 }, 'expected shapes for 2 levels, one list each, got 3'],
  ['Fcos', { radius: Number.NaN }, 'expected radius above 0, got NaN'],
  ['Fcos', { ranges: [[0, 8]] }, 'expected 3 ranges, one for each level, got 1'],
  ['StagedBackbone', { stages: [0] }, 'expected stages to be a list of 1 or more whole numbers ≥ 1, got [0]'],
  ['FeaturePyramid', { inputs: [] }, 'expected inputs to be a list of 1 or more whole numbers ≥ 1, got []'],
  ['SmallBackbone', { extra: [0] }, 'expected extra to be a list of 0 or more whole numbers ≥ 1, got [0]'],
];

for (const name of ['RetinaNet', 'Fcos']) {
  others.push([name, { alpha: 1.5 }, 'expected alpha from 0 to 1, got 1.5']);
  others.push([name, { gamma: -1 }, 'expected gamma to be a number ≥ 0, got -1']);
  others.push([name, { prior: 0 }, 'expected prior between 0 and 1, got 0']);
  others.push([name, { finest: 2 }, 'expected finest to be one of the strides 4, 8, 16, got 2']);
  others.push([name, { depth: 17 }, 'expected depth to be at most 16, got 17']);
  others.push([name, { width: 0 }, 'expected width to be a number > 0, got 0']);
  others.push([name, { stages: [] }, 'expected stages to be a list of 1 or more whole numbers ≥ 1, got []']);
}

/** Settings that no memory has room for. */
const absurd: [name: string, settings: object, message: string][] = [
  ['UNet', { widths: [8, 1e9] }, 'expected widths to be at most 16384, got 1000000000'],
  ['PatchClassifier', { widths: [8], dilation: 1e9 }, 'expected dilation to be at most 1024, got 1000000000'],
  ['SmallBackbone', { width: 1e9 }, 'expected a width above 0, at most 64, got 1000000000'],
  ['Yolo', { width: 1e6 }, 'expected a width above 0, at most 64, got 1000000'],
  ['SingleObject', { side: 16e6 }, 'expected side to be at most 2048, got 16000000'],
  ['RCnn', { size: 8e8, context: 0 }, 'expected size to be at most 1024, got 800000000'],
  ['FastRcnn', { pooled: 1e5 }, 'expected pooled to be at most 256, got 100000'],
  ['FasterRcnn', { classes: 1e9 }, 'expected classes to be at most 131072, got 1000000000'],
  ['SlidingWindowDetector', { patch: 8e6 }, 'expected patch to be at most 1024, got 8000000'],
  [
    'RegionHead',
    { inputs: 1e6, hidden: 1e5 },
    'expected an array of at most 536870912 numbers, got 100000000000 in [1000000, 100000]',
  ],
  ['RegionProposalNetwork', { channels: 1e9 }, 'expected channels to be at most 16384, got 1000000000'],
  ['StagedBackbone', { stem: 1e9 }, 'expected stem to be at most 16384, got 1000000000'],
  ['StagedBackbone', { width: 1e9 }, 'expected a width above 0, at most 64, got 1000000000'],
  ['StagedBackbone', { stages: Array(7).fill(1) }, 'expected at most 6 stages, got 7'],
  ['FeaturePyramid', { channels: 1e9 }, 'expected channels to be at most 16384, got 1000000000'],
  ['PyramidHead', { levels: 1e9 }, 'expected levels to be at most 16, got 1000000000'],
  ['Ssd', { classes: 1e9 }, 'expected classes to be at most 131072, got 1000000000'],
  ['RetinaNet', { channels: 1e9 }, 'expected channels to be at most 16384, got 1000000000'],
  ['Fcos', { classes: 1e9 }, 'expected classes to be at most 131072, got 1000000000'],
];
others.push(...absurd);

for (const [name, settings, message] of others) {
  test(`${name}: ${message}`, () => assertThrows(() => makers[name](settings), `${name}: ${message}`));
}

test('Faster R-CNN: settings of its region proposal network', () => {
  assertThrows(
    () => makers.FasterRcnn({ rpn: { limit: 0 } }),
    'RegionProposalNetwork: expected limit to be a whole number ≥ 1, got 0',
  );
  assertThrows(
    () => makers.FasterRcnn({ rpn: { sizes: [14, 0] } }),
    'anchors: expected sizes to be a number > 0, got 0',
  );
  assertThrows(
    () => makers.FasterRcnn({ rpn: { sizes: [14], shapes: [[14, 14]] } }),
    'anchors: expected either shapes, or sizes and ratios, got both',
  );
});

test('settings that are each allowed but too large together are refused before memory is taken for them', () => {
  let drawn = 0;
  const source = createRandom(2);
  const counting: Random = {
    normal: () => ++drawn && source.normal(),
    uniform: () => ++drawn && source.uniform(),
    integer: (n) => source.integer(n),
    shuffle: (items) => source.shuffle(items),
    state: () => source.state(),
  };
  const cases: [string, any, string][] = [
    ['SingleObject', { features: 2 ** 17 }, '[1024, 131072] of Linear'],
    ['FastRcnn', { hidden: 2 ** 13, pooled: 32 }, '[32768, 8192] of Linear'],
    ['FasterRcnn', { hidden: 2 ** 13, pooled: 32 }, '[32768, 8192] of Linear'],
  ];
  for (const [name, settings, layer] of cases) {
    drawn = 0;
    assertThrows(
      () => makers[name]({ ...settings, random: counting }),
      `${name}: expected at most 134217728 weights in all layers together, got more with ${layer}; choose fewer classes, channels or inputs`,
    );
    assert.ok(drawn < 2 ** 27, `${drawn}`);
  }
});

test('a model of many channels sees images of fewer pixels', () => {
  const classes = { stuff: ['sky'], things: ['cat'] };
  const made = (architecture: any, options: any, height: number, width: number) =>
    createModel({ architecture, options, classes, size: { height, width } } as any, random);
  made('yolo', { anchors: [[9, 9]] }, 2880, 2904);
  const got = 'got 2880×2904 (height × width) of 8363520';
  assertThrows(
    () => made('yolo', { anchors: [[9, 9]], width: 7 }, 2880, 2904),
    `createModel: size: expected at most 1198372 pixels of a yolo of so many channels, ${got}`,
  );
  assertThrows(
    () => made('u-net', { widths: [8, 64, 64] }, 2880, 2904),
    `createModel: size: expected at most 4194304 pixels of a u-net of so many channels, ${got}`,
  );
  made('deconv-net', {}, 2880, 2904);
  // At the finest level 16 + 8 · 3 kept, 24 doubled and 24 added: 88 channels, where 24 are counted as 1.
  assertThrows(
    () => made('tiramisu', { layers: [3, 3] }, 2880, 2904),
    `createModel: size: expected at most 2287802 pixels of a tiramisu of so many channels, ${got}`,
  );
});

test.run();
