import { join } from 'node:path';
import ndarray, { type NdArray } from 'ndarray';
import * as detseg from '../../src/index';
import * as inputs from '../support/callInputs';
import { numbers } from '../support/numbers';
import { temporaryFolder } from '../support/temporaryFolder';
import type { Call } from '../support/wrongCalls';

const { batch, boxes, image, labels, random, dataset } = inputs;
const images = () => numbers(1, 16, 16, 3);
/** Two images: the features of SingleObject have one cell, and batch norm needs two numbers. */
const two = () => numbers(2, 16, 16, 3);
const single = () => ({ image: image(), boxes: boxes(1), labels: labels(1) });
const propose = () => boxes();
const { masks: ownMasks } = inputs.sample();
const masks = () => ndarray(ownMasks.data.slice(), [...ownMasks.shape]);
const detections = { scoreThreshold: 0.01, iouThreshold: 0.5, limit: 4 };
const array = (...shape: number[]): NdArray<Float32Array> => inputs.numbers(...shape);

/** Calls of a model: its constructor, with losses of what it made, and its methods. */
function model(name: string, options: () => object, methods: Record<string, () => unknown[]>, says: string[] = []) {
  const make = () => new (detseg as any)[name](options());
  const calls: Call[] = [{ name, args: () => [options()], after: (made) => made.losses?.(batch()), says }];
  for (const [method, args] of Object.entries(methods)) {
    // Objects that methods take are no options, unless they stand last.
    const last = String(args().length - 1);
    const hasOptions =
      ['slide', 'fitClassifiers', 'fitBoxes'].includes(method) || `${name}.${method}` === 'RegionHead.detect';
    const records = ['0', '1', '2'].filter((place) => !(hasOptions && place === last));
    calls.push({ name: `${name}.${method}`, on: make, args, records, says });
  }
  return calls;
}

const head = () => new detseg.RegionHead({ inputs: 8, classes: 2, random: random(), hidden: 4 });
const pooled = () => numbers(3, 2, 2, 2);
const sampled = () =>
  detseg.sampleRegions([boxes()], [{ boxes: boxes(2), labels: labels(2) }], {
    code: detseg.boxCode(),
    random: random(),
    size: 3,
  });
const regions = () => ({ boxes: boxes(), images: [0, 0, 0] });
const targets = () => {
  const { codes, labels, weights } = head().targets(sampled());
  return {
    labels: detseg.tensor(labels, [3]),
    codes: detseg.tensor(codes, [3, 2, 4]),
    weights: detseg.tensor(weights, [3, 2, 1]),
  };
};
const rpn = () => new detseg.RegionProposalNetwork({ channels: 2, random: random(), hidden: 2 });
const feature = () => ({ tensor: numbers(1, 2, 2, 2), stride: 4 });
const anchors = () => rpn().anchorsOf(feature());

const classes = { stuff: ['ground'], things: ['cat', 'dog'] };
const description = (): detseg.ModelDescription => ({
  architecture: 'u-net',
  options: { widths: [2, 2], classWeights: [1, 1, 1] },
  classes,
  size: { height: 16, width: 16 },
  letterbox: true,
});
const segmenter = () => detseg.createModel(description(), random()) as detseg.DescribedSegmenter;
const yolo: detseg.ModelDescription = {
  ...description(),
  architecture: 'yolo',
  options: { anchors: [[4, 4]], width: 0.25, noObjectWeight: 0.1, detections },
};
const detector = () => detseg.createModel(yolo, random()) as detseg.DescribedDetector;

const masked = { hidden: 2, pooled: 2, sampled: 4, maskPooled: 2, maskHidden: 2, maskPerClass: true, detections };
const regional = { hidden: 2, sampled: 4, candidates: 6, limit: 3 };
const maskRcnn: detseg.ModelDescription = {
  ...description(),
  architecture: 'mask-rcnn',
  options: { width: 0.25, rpn: { ...regional, shapes: [[4, 4]] }, ...masked },
};
const panopticFpn: detseg.ModelDescription = {
  ...description(),
  architecture: 'panoptic-fpn',
  options: {
    pyramid: { stages: [2, 2], channels: 2, canonicalSide: 4 },
    rpn: { ...regional, levels: [[[4, 4]], [[8, 8]]] },
    ...masked,
    merge: { scoreThreshold: 0.5, visible: 0.5, leastStuff: 4 },
  },
};
const described = (what: detseg.ModelDescription) => detseg.createModel(what, random());

const folders = temporaryFolder('detseg-calls-');
const saved = join(folders, 'model');
const weights = join(folders, 'weights.safetensors');
const linear = () => new detseg.Linear(8, 2, { random: random() });
const own = () => ({ weight: array(8, 2), bias: array(2) });
const theirs = () => ({ weight: array(2, 8), bias: array(2) });

const pyramid = { stages: [2], finest: 4, channels: 2, depth: 1, width: 0.5 };
const ssd = () => new detseg.Ssd({ classes: 2, random: random(), stages: [2], shapes: [[[4, 4]]] });
const retinaNet = () =>
  new detseg.RetinaNet({ classes: 2, random: random(), stages: [2], channels: 2, shapes: [[[4, 4]]] });
const fcos = () => new detseg.Fcos({ classes: 2, random: random(), stages: [2], channels: 2 });

/** What a wrong call of the layers and operations inside of a model says. */
const inside = ['SmallBackbone', 'conv2d', 'roiAlign', 'collate'];
const oneStage = ['StagedBackbone', 'collate', 'anchors'];

export const calls: readonly Call[] = [
  { name: 'centerColors', args: () => [images()] },
  {
    name: 'convBlock',
    args: () => [3, 2, { random: random(), size: 3, stride: 1 }],
    after: (made) => made.forward(images()),
    says: ['conv2d'],
  },
  {
    name: 'convBlocks',
    args: () => [[3, 2, 2], { random: random(), size: 3, stride: 1 }],
    after: (made) => made.forward(images()),
    says: ['convBlock', 'conv2d', 'batchNorm2d'],
  },
  ...model('SmallBackbone', () => ({ random: random(), stride: 4, extra: [2], width: 0.25 }), {
    forward: () => [images()],
  }),
  ...model(
    'StagedBackbone',
    () => ({ random: random(), stages: [2, 2], stem: 2, width: 0.5 }),
    { forward: () => [two()] },
    ['conv2d', 'checkWidths'],
  ),
  ...model(
    'FeaturePyramid',
    () => ({ inputs: [2, 2], channels: 2, random: random(), normalized: true }),
    { forward: () => [[numbers(1, 4, 4, 2), numbers(1, 2, 2, 2)]] },
    ['add'],
  ),
  ...model('PyramidHead', () => ({ channels: 2, levels: 2, random: random(), depth: 1 }), {
    forward: () => [[numbers(1, 4, 4, 2), numbers(1, 2, 2, 2)]],
  }),
  { name: 'outputLayer', args: () => [2, 4, random(), -2], says: ['Conv2d'] },
  { name: 'joinLevels', args: () => [[numbers(1, 2, 2, 8), numbers(1, 1, 1, 4)], 4] },
  ...model(
    'Ssd',
    () => ({
      classes: 2,
      random: random(),
      shapes: [[[4, 4]]],
      stages: [2],
      finest: 4,
      width: 0.5,
      positive: 0.5,
      negatives: 3,
      detections,
    }),
    {
      forward: () => [images()],
      priors: () => [{ height: 16, width: 16 }],
      targets: () => [batch().samples],
      losses: () => [batch()],
      detect: () => [images()],
    },
    oneStage,
  ),
  {
    name: 'Ssd.lossesOf',
    on: ssd,
    args: () => [{ logits: numbers(2, 16, 3), codes: numbers(2, 16, 4) }, ssd().targets(batch().samples)],
    records: ['0', '1'],
    says: ['hardNegatives'],
  },
  ...model(
    'RetinaNet',
    () => ({
      classes: 2,
      random: random(),
      shapes: [[[4, 4]]],
      positive: 0.5,
      negative: 0.4,
      alpha: 0.25,
      gamma: 2,
      prior: 0.05,
      classWeight: 1,
      detections,
      ...pyramid,
    }),
    {
      forward: () => [images()],
      priors: () => [{ height: 16, width: 16 }],
      targets: () => [batch().samples],
      losses: () => [batch()],
      detect: () => [images()],
    },
    oneStage,
  ),
  {
    name: 'RetinaNet.lossesOf',
    on: retinaNet,
    args: () => [{ logits: numbers(2, 16, 2), codes: numbers(2, 16, 4) }, retinaNet().targets(batch().samples)],
    records: ['0', '1'],
  },
  ...model(
    'Fcos',
    () => ({
      classes: 2,
      random: random(),
      ranges: [[0, 64]],
      radius: 1.5,
      alpha: 0.25,
      gamma: 2,
      prior: 0.05,
      detections,
      ...pyramid,
    }),
    {
      forward: () => [images()],
      levels: () => [{ height: 16, width: 16 }],
      targets: () => [batch().samples],
      losses: () => [batch()],
      detect: () => [images()],
    },
    oneStage,
  ),
  {
    name: 'Fcos.lossesOf',
    on: fcos,
    args: () => [
      { logits: numbers(2, 16, 2), distances: numbers(2, 16, 4), centerness: numbers(2, 16, 1) },
      fcos().targets(batch().samples),
      { height: 16, width: 16 },
    ],
    records: ['0', '1', '2'],
  },
  { name: 'evaluating', args: () => [linear(), () => 1] },
  ...model(
    'Fcn',
    () => ({
      classes: 3,
      random: random(),
      widths: [2, 2],
      stage: (inChannels: number, outChannels: number) =>
        detseg.convBlock(inChannels, outChannels, { random: random() }),
      stride: 2,
      doubling: 'learned',
      classWeights: [1, 1, 1],
    }),
    { forward: () => [images()], losses: () => [batch()], predict: () => [images()] },
  ),
  ...model('UNet', () => ({ classes: 3, random: random(), widths: [2, 2], classWeights: [1, 1, 1] }), {
    forward: () => [images()],
    losses: () => [batch()],
    predict: () => [[image(), image()]],
  }),
  ...model(
    'DeconvNet',
    () => ({ classes: 3, random: random(), widths: [2, 2], unpooling: 'nearest', classWeights: [1, 1, 1] }),
    { forward: () => [images()], losses: () => [batch()], predict: () => [images()] },
  ),
  ...model(
    'Tiramisu',
    () => ({ classes: 3, random: random(), stem: 2, growth: 2, layers: [1, 1], classWeights: [1, 1, 1] }),
    { forward: () => [images()], losses: () => [batch()], predict: () => [images()] },
    ['DenseBlock'],
  ),
  ...model('DenseBlock', () => ({ inputs: 3, layers: 2, growth: 2, random: random() }), {
    forward: () => [images()],
  }),
  ...model(
    'PatchClassifier',
    () => ({ classes: 3, random: random(), widths: [2], size: [3], dilation: 1, patchesPerImage: 4 }),
    {
      forward: () => [images()],
      forwardAll: () => [images()],
      losses: () => [batch()],
      predict: () => [image()],
      slide: () => [image(), { together: 64 }],
      multiplyAdds: () => [8, 8],
    },
  ),
  ...model(
    'PatchClassifier',
    () => ({ classes: 3, random: random(), widths: [2], size: 3, dilation: [1], patchesPerImage: 'all' }),
    { losses: () => [batch()] },
  ),
  ...model(
    'Yolo',
    () => ({ classes: 2, random: random(), anchors: [[4, 4]], width: 0.25, noObjectWeight: 0.1, detections }),
    {
      forward: () => [images()],
      grid: () => [{ height: 16, width: 16 }],
      targets: () => [batch().samples],
      losses: () => [batch()],
      detect: () => [images()],
    },
    [...inside, 'yoloGrid'],
  ),
  ...model('ConcatPyramid', () => ({ inputs: [2, 3], channels: 4, random: random() }), {
    forward: () => [[numbers(1, 4, 4, 2), numbers(1, 2, 2, 3)]],
  }),
  ...model(
    'YoloFpn',
    () => ({
      classes: 2,
      random: random(),
      shapes: [[[4, 4]], [[8, 8]]],
      stages: [2, 2],
      finest: 4,
      channels: 2,
      width: 1,
      noObjectWeight: 0.1,
      ignore: 0.5,
      detections,
    }),
    {
      forward: () => [images()],
      priors: () => [{ height: 16, width: 16 }],
      targets: () => [batch().samples],
      losses: () => [batch()],
      detect: () => [images()],
    },
    [...inside, 'StagedBackbone', 'ConcatPyramid', 'joinLevels', 'anchors'],
  ),
  ...model(
    'SingleObject',
    () => ({ classes: 2, random: random(), side: 16, features: 4, boxWeight: 10 }),
    { forward: () => [two()], locate: () => [two()] },
    inside,
  ).map((call) => (call.on ? call : { ...call, after: (made: detseg.SingleObject) => made.forward(two()) })),
  {
    name: 'SingleObject.losses',
    on: () => new detseg.SingleObject({ classes: 2, random: random(), side: 16, features: 4 }),
    args: () => [detseg.collate<detseg.DetectionSample>([single(), single()])],
    records: ['0'],
  },
  { name: 'countBoxes', args: () => [6, 8] },
  ...model(
    'SlidingWindowDetector',
    () => ({
      classes: 2,
      random: random(),
      sizes: [8],
      stride: 8,
      patch: 4,
      widths: [2],
      windowsPerImage: 4,
      overlaps: { positive: 0.6, negative: 0.4 },
      together: 4,
      detections,
    }),
    {
      forward: () => [numbers(2, 4, 4, 3)],
      windows: () => [16, 16],
      warp: () => [images(), boxes(), [0, 0, 0]],
      losses: () => [batch()],
      slide: () => [image()],
      detect: () => [images()],
    },
    inside,
  ),
  ...model(
    'RCnn',
    () => ({ classes: 2, random: random(), propose, size: 8, context: 1, features: 2, sampled: 4, detections }),
    {
      forward: () => [numbers(2, 8, 8, 3)],
      losses: () => [batch()],
      describeRegions: () => [image(), boxes()],
      fitClassifiers: () => [dataset(1), { images: 1, seed: 1, cost: 0.01, negative: 0.3, rounds: 1 }],
      fitBoxes: () => [dataset(1), { images: 1, overlap: 0.1, penalty: 1 }],
      judge: () => [array(3, 2)],
      detect: () => [images()],
    },
    inside,
  ),
  ...model(
    'FastRcnn',
    () => ({
      classes: 2,
      random: random(),
      propose,
      limit: 3,
      width: 0.25,
      hidden: 2,
      pooled: 2,
      sampled: 4,
      positives: 2,
      background: 0.1,
      detections,
    }),
    { forward: () => [images(), regions()], losses: () => [batch()], detect: () => [images()] },
    inside,
  ),
  ...model(
    'FasterRcnn',
    () => ({
      classes: 2,
      random: random(),
      rpn: {
        hidden: 2,
        sizes: [4],
        ratios: [1],
        positive: 0.7,
        negative: 0.3,
        sampled: 4,
        candidates: 6,
        iouThreshold: 0.7,
        limit: 3,
        leastSide: 1,
      },
      width: 0.25,
      hidden: 2,
      pooled: 2,
      sampled: 4,
      detections,
    }),
    { forward: () => [images()], propose: () => [images()], losses: () => [batch()], detect: () => [images()] },
    [...inside, 'RegionProposalNetwork', 'anchors'],
  ),
  ...model(
    'MaskRcnn',
    () => ({
      classes: 2,
      random: random(),
      rpn: { hidden: 2, levels: [[[4, 4]], [[8, 8]]], sampled: 4, candidates: 6, limit: 3 },
      width: 0.25,
      hidden: 2,
      pooled: 2,
      sampled: 4,
      pyramid: { stages: [2, 2], channels: 2, canonicalSide: 4 },
      detections,
      maskPooled: 2,
      maskHidden: 2,
      maskPerClass: true,
    }),
    {
      forward: () => [images()],
      propose: () => [images()],
      losses: () => [batch()],
      detect: () => [images()],
      segment: () => [images()],
    },
    [...inside, 'StagedBackbone', 'FasterRcnn', 'FasterRcnn.detect', 'RegionProposalNetwork', 'MaskHead', 'anchors'],
  ),
  ...model(
    'PanopticFpn',
    () => ({
      classes: 2,
      random: random(),
      stuff: 1,
      rpn: { hidden: 2, levels: [[[4, 4]], [[8, 8]]], sampled: 4, candidates: 6, limit: 3 },
      hidden: 2,
      pooled: 2,
      sampled: 4,
      pyramid: { stages: [2, 2], channels: 2, canonicalSide: 4 },
      detections,
      maskPooled: 2,
      maskHidden: 2,
      maskPerClass: true,
      merge: { scoreThreshold: 0.5, visible: 0.5, leastStuff: 4 },
    }),
    { losses: () => [batch()], panoptic: () => [images()] },
    [
      ...inside,
      'StagedBackbone',
      'FasterRcnn',
      'MaskRcnn',
      'RegionProposalNetwork',
      'MaskHead',
      'mergePanoptic',
      'anchors',
    ],
  ),
  ...model('MaskHead', () => ({ channels: 2, masks: 2, random: random(), hidden: 2 }), {
    forward: () => [numbers(2, 3, 3, 2)],
  }),
  ...model('SemanticHead', () => ({ channels: 2, levels: 2, classes: 2, random: random() }), {
    forward: () => [[numbers(1, 4, 4, 2), numbers(1, 2, 2, 2)]],
  }),
  {
    name: 'maskTargets',
    args: () => [masks(), boxes(), [0, 1, 1], { size: 4, threshold: 0.5, samples: 2, aligned: true }],
  },
  { name: 'pasteMasks', args: () => [array(3, 4, 4), boxes(), { image: { height: 8, width: 8 }, threshold: 0.5 }] },
  {
    name: 'mergePanoptic',
    args: () => [
      { masks: masks(), labels: labels(2), scores: inputs.scores(2) },
      array(16, 16, 2),
      { stuff: 2, scoreThreshold: 0.5, visible: 0.5, leastStuff: 4 },
    ],
    records: ['0'],
  },
  ...model('RegionHead', () => ({ inputs: 8, classes: 2, random: random(), hidden: 4 }), {
    forward: () => [pooled()],
    targets: () => [sampled()],
    targetShapes: () => [3],
    lossesOf: () => [head().forward(pooled()), targets()],
    detect: () => [
      head().forward(pooled()),
      regions(),
      { rows: 3, counts: [3], image: { height: 16, width: 16 }, ...detections },
    ],
  }).map((call) =>
    call.name === 'RegionHead' ? { ...call, after: (made: detseg.RegionHead) => made.forward(pooled()) } : call,
  ),
  {
    name: 'RegionHead.losses',
    on: head,
    args: () => [head().forward(pooled()), sampled()],
    records: ['0', '1'],
  },
  ...model(
    'RegionProposalNetwork',
    () => ({
      channels: 2,
      random: random(),
      hidden: 2,
      shapes: [[4, 4]],
      positive: 0.7,
      negative: 0.3,
      sampled: 4,
      candidates: 6,
      iouThreshold: 0.7,
      limit: 3,
      leastSide: 1,
    }),
    {
      forward: () => [feature()],
      anchorsOf: () => [feature()],
      propose: () => [{ objectness: array(1, 4), deltas: array(1, 4, 4) }, boxes4(), { height: 16, width: 16 }],
    },
    ['anchors', 'Conv2d', 'conv2d', 'propose'],
  ).map((call) =>
    call.on ? call : { ...call, after: (made: detseg.RegionProposalNetwork) => made.forward(feature()) },
  ),
  {
    name: 'RegionProposalNetwork.losses',
    on: rpn,
    args: () => [rpn().forward(feature()), anchors(), [boxes(2)], random()],
    records: ['0'],
  },
  {
    name: 'sampleRegions',
    args: () => [
      [boxes()],
      [{ boxes: boxes(2), labels: labels(2) }],
      { code: detseg.boxCode(), random: random(), size: 4, positives: 2, overlap: 0.5, background: 0.1 },
    ],
    says: ['boxCode.encode'],
  },
  { name: 'createModel', args: () => [description(), random()], records: ['0'], says: ['UNet'] },
  { name: 'createModel', args: () => [yolo, random()], records: ['0'], says: ['Yolo'] },
  { name: 'detectImage', args: () => [detector(), image()], records: ['0'], says: ['Yolo'] },
  { name: 'segmentImage', args: () => [segmenter(), image()], records: ['0'], says: ['UNet'] },
  { name: 'createModel', args: () => [maskRcnn, random()], records: ['0'], says: ['MaskRcnn', 'FasterRcnn'] },
  { name: 'createModel', args: () => [panopticFpn, random()], records: ['0'], says: ['PanopticFpn', 'FasterRcnn'] },
  { name: 'segmentInstances', args: () => [described(maskRcnn), image()], records: ['0'], says: ['MaskRcnn'] },
  { name: 'panopticImage', args: () => [described(panopticFpn), image()], records: ['0'], says: ['PanopticFpn'] },
  {
    name: 'saveModel',
    args: () => [join(folders, 'written'), segmenter(), { precision: 'half' }],
    records: ['1', '2'],
  },
  { name: 'loadModel', before: () => detseg.saveModel(saved, segmenter()), args: () => [saved] },
  {
    name: 'fromPyTorch',
    args: () => [theirs(), own(), { rename: (name: string) => name, flattened: {} }],
    records: ['0', '1'],
  },
  { name: 'toPyTorch', args: () => [own(), { flattened: {} }], records: ['0'] },
  {
    name: 'fromPyTorch',
    args: () => [{ 'a.weight': array(2, 8) }, { 'a.weight': array(8, 2) }, { flattened: { a: [2, 2, 2] } }],
    records: ['0', '1'],
  },
  {
    name: 'loadPyTorchStateDict',
    before: () => detseg.savePyTorchStateDict(linear(), weights),
    args: () => [linear(), weights, { rename: (name: string) => name, flattened: {}, maxBytes: 1e6 }],
    says: ['readSafetensors'],
  },
  {
    name: 'savePyTorchStateDict',
    args: () => [linear(), weights, { flattened: {} }],
    says: ['toPyTorch', 'writeSafetensors'],
  },
];

/** Four anchors of a map of 2 × 2 cells. */
function boxes4() {
  return ndarray(Float32Array.of(0, 0, 4, 4, 4, 0, 8, 4, 0, 4, 4, 8, 4, 4, 8, 8), [4, 4]);
}
