import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { boxCode } from '../../src/boxes/boxCode';
import { overlapOf } from '../../src/boxes/overlap';
import {
  adam,
  anchors,
  batches,
  clipBoxes,
  collate,
  componentProposals,
  cosineSchedule,
  createRandom,
  evaluateDetection,
  FasterRcnn,
  FastRcnn,
  fit,
  gradients,
  RegionHead,
  RegionProposalNetwork,
  type RegionProposalOptions,
  realize,
  sampleRegions,
  shapes64,
  takeRows,
  tensor,
  zeros,
} from '../../src/index';
import { padRegions } from '../../src/models/detection/padRegions';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';

const test = suite('Fast and Faster R-CNN');

const boxesOf = (...rows: number[][]) => ndarray(Float32Array.from(rows.flat()), [rows.length, 4]);
const network = (options: Partial<RegionProposalOptions> = {}) =>
  new RegionProposalNetwork({ channels: 8, random: createRandom(1), ...options });

test('the slides: 6 anchors a cell on 20×15 cells, a logit and a box code each', () => {
  const rpn = network({ sizes: [64, 128], ratios: [0.5, 1, 2] });
  const feature = { tensor: zeros([2, 15, 20, 8]), stride: 32 };
  const { objectness, deltas } = rpn.forward(feature);
  assert.equal([...objectness.shape], [2, 6 * 20 * 15]);
  assert.equal([...deltas.shape], [2, 6 * 20 * 15, 4]);
  assert.equal(rpn.anchorsOf(feature).shape, [6 * 20 * 15, 4]);
});

test('the slides: of 6·20·15 boxes, those with the 300 best scores', () => {
  const rpn = network({ sizes: [64, 128], ratios: [0.5, 1, 2], candidates: 1800, iouThreshold: 1, limit: 300 });
  const priors = rpn.anchorsOf({ tensor: zeros([1, 15, 20, 8]), stride: 32 });
  const random = createRandom(7);
  const scores = Float32Array.from({ length: 1800 }, () => random.normal());
  const deltas = ndarray(new Float32Array(4 * 1800), [1, 1800, 4]);
  const [{ boxes, scores: kept }] = rpn.propose({ objectness: ndarray(scores, [1, 1800]), deltas }, priors, {
    height: 480,
    width: 640,
  });
  const best = [...scores.keys()].sort((i, j) => scores[j] - scores[i]).slice(0, 300);
  assert.equal(
    [...kept.data],
    best.map((row) => scores[row]),
  );
  assertAllClose(boxes.data, clipBoxes(takeRows(priors, best), { height: 480, width: 640 }).data, { absolute: 1e-3 });
});

/** Predictions for a grid of 4×4 cells with one anchor of 8 px each; only the listed logits are not −10. */
function predictions(logits: Record<number, number>, deltas: Record<number, number[]> = {}) {
  const objectness = ndarray(new Float32Array(16).fill(-10), [1, 16]);
  const changes = ndarray(new Float32Array(64), [1, 16, 4]);
  for (const [row, logit] of Object.entries(logits)) objectness.data[Number(row)] = logit;
  for (const [row, delta] of Object.entries(deltas)) changes.data.set(delta, 4 * Number(row));
  return { objectness, deltas: changes };
}

test('proposals: moved, clipped, without tiny ones and doubles, best first', () => {
  const rpn = network({ sizes: [8], candidates: 4, limit: 3 });
  const priors = rpn.anchorsOf({ tensor: zeros([1, 4, 4, 8]), stride: 8 });
  const [image] = rpn.propose(
    // Anchor 5 covers x and y from 8 to 16. Anchor 6 moves on to it; anchor 0 moves half out of the image; anchor 10 shrinks away.
    predictions({ 0: 3, 5: 5, 6: 4, 10: 9 }, { 6: [-0.9, 0, 0, 0], 0: [-0.5, 0, 0, 0], 10: [0, 0, -9, -9] }),
    priors,
    { height: 32, width: 32 },
  );
  assertAllClose(image.boxes.data, [8, 8, 16, 16, 0, 0, 4, 8], { absolute: 1e-5 });
  assert.equal([...image.scores.data], [5, 3]);
});

test('the losses of the proposals: by hand, and 0 gradient for what was not sampled', async () => {
  const rpn = network({ sizes: [8], sampled: 2 });
  const priors = rpn.anchorsOf({ tensor: zeros([1, 4, 4, 8]), stride: 8 });
  const logits = tensor(
    Float32Array.from({ length: 16 }, (_, i) => i / 4 - 2),
    [1, 16],
  );
  const deltas = tensor(new Float32Array(64).fill(0.5), [1, 16, 4]);
  // A truth that is anchor 5: one positive; one of the 15 others is drawn as background.
  const truths = [boxesOf([8, 8, 16, 16])];
  const { objectness, rpnBox } = rpn.losses({ objectness: logits, deltas }, priors, truths, createRandom(3));
  const softplus = (x: number) => Math.log(1 + Math.exp(x));
  const positive = softplus(-(5 / 4 - 2));
  const possible = Array.from({ length: 16 }, (_, i) => (positive + softplus(i / 4 - 2)) / 2).filter((_, i) => i !== 5);
  const loss = await objectness.item();
  assert.ok(
    possible.some((value) => Math.abs(value - loss) < 1e-5),
    `${loss} of ${possible}`,
  );
  // All four numbers are 0.5 away from 0, in the linear part: 4 · (0.5 − 1/18), over two sampled.
  assert.ok(Math.abs((await rpnBox.item()) - (4 * (0.5 - 1 / 18)) / 2) < 1e-5);
});

test('sampled regions: truths are proposals, objects first, always the same number', () => {
  const code = boxCode({ weights: [10, 10, 5, 5] });
  const samples = [
    { boxes: boxesOf([10, 10, 30, 30], [40, 40, 50, 60]), labels: ndarray(Int32Array.from([2, 0]), [2]) },
    { boxes: boxesOf(), labels: ndarray(new Int32Array(0), [0]) },
  ];
  const proposals = [boxesOf([11, 10, 30, 30], [0, 0, 8, 8], [12, 30, 40, 41]), boxesOf([1, 2, 3, 4])];
  const regions = sampleRegions(proposals, samples, { code, random: createRandom(1), size: 6, positives: 3 });
  assert.equal(regions.boxes.shape, [12, 4]);
  assert.equal(regions.images, [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]);
  assert.equal(regions.classes, [3, 3, 1, 0, 0, null, 0, null, null, null, null, null]);
  assert.equal(regions.truths.slice(0, 4), [0, 0, 1, null]);
  // The true boxes need no change; the other object's code leads back to its truth.
  assert.equal([...regions.codes.data.subarray(4, 12)].map(Math.abs), Array(8).fill(0));
  const [back] = [code.decode(boxesOf([...regions.codes.data.subarray(0, 4)]), boxesOf([11, 10, 30, 30]))];
  assertAllClose(back.data, [10, 10, 30, 30], { absolute: 1e-4 });
  for (let r = 0; r < 3; r++) {
    const truth = samples[0].boxes.data as Float32Array;
    assert.ok(overlapOf(regions.boxes.data, r, truth, regions.truths[r]!) >= 0.5);
  }
});

test('the paper: a quarter objects, background that touches them, and never the rest', () => {
  const code = boxCode();
  // IoU with the truth [0, 0, 10, 10] of a proposal [0, 0, 10, h] is h / 10: 0.05, 0.1 … 1.
  const heights = Array.from({ length: 20 }, (_, i) => (i + 1) / 2);
  const proposals = boxesOf(...heights.map((height) => [0, 0, 10, height]));
  const samples = [{ boxes: boxesOf([0, 0, 10, 10]), labels: ndarray(Int32Array.from([1]), [1]) }];
  const draw = (background: number, size: number) => {
    const settings = { code, random: createRandom(1), size, positives: size / 4, background };
    const { boxes, classes } = sampleRegions([proposals], samples, settings);
    return classes.map((kind, r) => ({ kind, overlap: boxes.get(r, 3) / 10 }));
  };
  const drawn = draw(0.1, 8);
  assert.equal(drawn.filter(({ kind }) => kind === 2).length, 2);
  assert.equal(drawn.filter(({ kind }) => kind === 0).length, 6);
  for (const { kind, overlap } of drawn) assert.ok(kind === 2 ? overlap >= 0.5 : overlap >= 0.1 && overlap < 0.5);
  // Of the 9 with less than 0.5, one has 0.05.
  assert.is(draw(0.1, 40).filter(({ kind }) => kind === 0).length, 8);
  assert.is(draw(0, 40).filter(({ kind }) => kind === 0).length, 9);
  assertThrows(
    () => sampleRegions([proposals], samples, { code, random: createRandom(1), background: 0.6 }),
    'sampleRegions: expected background from 0 to overlap = 0.5, got 0.6',
  );
});

test('the loss of a region, by hand: −log p and λ [u ≥ 1] smooth L1', async () => {
  const head = new RegionHead({ inputs: 1, classes: 2, random: createRandom(1) });
  // An object of class 2 and a background; probabilities ½, ¼, ¼ and ¼, ¼, ½.
  const scores = tensor([
    [Math.log(2), 0, 0],
    [0, 0, Math.log(2)],
  ]);
  const deltas = tensor([
    [
      [9, 9, 9, 9],
      [0.5, -2, 0, 1],
    ],
    [
      [9, 9, 9, 9],
      [9, 9, 9, 9],
    ],
  ]);
  const regions = {
    boxes: boxesOf([0, 0, 1, 1], [0, 0, 1, 1]),
    images: [0, 0],
    classes: [2, 0],
    truths: [0, null],
    codes: boxesOf([0, 0, 0, 0], [0, 0, 0, 0]),
  };
  const { classifier, box } = head.losses({ scores, deltas }, regions);
  assert.ok(Math.abs((await classifier.item()) - (Math.log(4) + Math.log(4)) / 2) < 1e-6);
  // ½ · 0.5² + (2 − ½) + 0 + ½ · 1², over two regions: the background's box and the other class's cost nothing.
  assert.ok(Math.abs((await box.item()) - (0.125 + 1.5 + 0 + 0.5) / 2) < 1e-6);
});

test('Fast R-CNN: proposals that take their time, and settings of the paper', async () => {
  const model = new FastRcnn({
    classes: 3,
    random: createRandom(2),
    propose: componentProposals,
    limit: 64,
    sampled: 32,
    positives: 8,
    background: 0.1,
  });
  const batch = collate([scenes.sample(0), scenes.sample(1)]);
  const { classifier } = await model.losses(batch);
  // Who knows nothing says ¼ for each of background and three classes.
  assert.ok(Math.abs((await classifier.item()) - Math.log(4)) < 0.05);
  const found = await model.detect(batch.images);
  assert.is(found.length, 2);
});

test('Fast R-CNN looks at the first proposals, as many as its limit', async () => {
  const things = boxesOf([8, 8, 40, 32], [0, 0, 20, 60], [30, 30, 60, 60]);
  const make = (proposals: () => typeof things, limit: number) =>
    new FastRcnn({ classes: 3, random: createRandom(2), propose: proposals, limit, detections: { scoreThreshold: 0 } });
  const { images } = collate([scenes.sample(0)]);
  const [limited] = await make(() => things, 2).detect(images);
  const [few] = await make(() => takeRows(things, [0, 1]), 2).detect(images);
  assert.equal([...limited.boxes.data], [...few.boxes.data]);
  const [all] = await make(() => things, 3).detect(images);
  assert.not.equal([...all.boxes.data], [...few.boxes.data]);
});

test('no class is taken for an empty row, however many there are', async () => {
  const classes = 300;
  const head = new RegionHead({ inputs: 1, classes, random: createRandom(1) });
  const output = head.forward(zeros([2, 1, 1, 1]));
  const codes = boxesOf([0, 0, 0, 0], [0, 0, 0, 0]);
  const { classifier } = head.losses(output, { classes: [255, null], codes });
  // Who knows nothing gives each of them the same probability.
  assert.ok(Math.abs((await classifier.item()) - Math.log(classes + 1)) < 1e-4);
});

test('padded regions keep their order, and say how many are real', () => {
  const { regions, counts } = padRegions([boxesOf([1, 2, 3, 4]), boxesOf()], 2);
  assert.equal([...regions.boxes.data], [1, 2, 3, 4, ...Array(12).fill(0)]);
  assert.equal([...Array.from(regions.images)], [0, 0, 1, 1]);
  assert.equal(counts, [1, 0]);
  assertThrows(() => padRegions([boxesOf([0, 0, 1, 1])], 0), 'padRegions: expected at most 0 boxes, got 1 at 0');
});

const scenes = shapes64({ split: 'train', length: 4 });

/** Trains on four images until they are known by heart. */
async function overfit(model: FasterRcnn | FastRcnn, steps: number) {
  const optimizer = adam(model, { learningRate: cosineSchedule(5e-3, { steps, final: 5e-5 }) });
  const { losses } = await fit({ model, optimizer, batches: batches(scenes, { size: 4 }), steps, progress: false });
  return { losses, result: await evaluateDetection(model, scenes, { batchSize: 4 }) };
}

test('Faster R-CNN: four losses, trained together, find the things of four images', async () => {
  const model = new FasterRcnn({ classes: 3, random: createRandom(2), rpn: { positive: 0.6 } });
  // The number of an independent implementation of the same network.
  assert.is(model.parameterCount(), 94_167);
  const { losses, result } = await overfit(model, 120);
  assert.equal(Object.keys(losses), ['objectness', 'rpnBox', 'classifier', 'box', 'total']);
  for (const [name, curve] of Object.entries(losses)) {
    const last = curve.slice(-10).reduce((sum, value) => sum + value, 0) / 10;
    assert.ok(last < 0.7 * curve[0], `${name} from ${curve[0]} to ${last}`);
  }
  assert.ok(result.AP50! > 0.8, `AP50 ${result.AP50}`);
  const [first] = await model.propose(collate([scenes.sample(0)]).images);
  assert.ok(first.boxes.shape[0] > 0 && first.boxes.shape[0] <= 30);
});

test('an image is detected alike alone and in a batch, and every parameter is trained', async () => {
  const model = new FasterRcnn({ classes: 3, random: createRandom(2), detections: { scoreThreshold: 0.2 } });
  const both = collate([scenes.sample(0), scenes.sample(1)]);
  const [alone] = await model.detect(collate([scenes.sample(0)]).images);
  const [first] = await model.detect(both.images);
  assertAllClose(first.boxes.data, alone.boxes.data, { absolute: 1e-3 });
  const before = await model.stateDict();
  const optimizer = adam(model, { learningRate: 1e-2 });
  const losses = Object.values(await model.losses(both));
  for (const loss of losses) await optimizer.step(loss);
  const after = await model.stateDict();
  const still = Object.keys(before).filter((name) =>
    before[name].data.every((value, i) => value === after[name].data[i]),
  );
  assert.equal(still, []);
});

test('Fast R-CNN: windows as proposals', async () => {
  const windows = clipBoxes(anchors({ height: 16, width: 16, stride: 4, sizes: [14, 20, 28] }), {
    height: 64,
    width: 64,
  });
  const model = new FastRcnn({
    classes: 3,
    random: createRandom(2),
    propose: () => windows,
    limit: windows.shape[0],
  });
  const { losses, result } = await overfit(model, 100);
  assert.equal(Object.keys(losses), ['classifier', 'box', 'total']);
  assert.ok(result.AP50! > 0.7, `AP50 ${result.AP50}`);
});

test('all four losses train the backbone, and each the parts of its own stage alone', async () => {
  const model = new FasterRcnn({ classes: 3, random: createRandom(2) });
  const { objectness, rpnBox, classifier, box } = await model.losses(collate([scenes.sample(0)]));
  const [stem] = model.backbone.parameters();
  for (const [loss, own, other] of [
    [objectness, model.rpn.objectness, model.head.first],
    [rpnBox, model.rpn.deltas, model.head.first],
    [classifier, model.head.scores, model.rpn.hidden],
    [box, model.head.deltas, model.rpn.hidden],
  ] as const) {
    const slopes = gradients(loss, [stem, own.weight, other.weight]);
    await realize(...slopes);
    const reached: boolean[] = [];
    for (const slope of slopes) reached.push((await slope.data()).some((value) => value !== 0));
    // A proposal is a number: the second stage cannot tell the first where its boxes should have been.
    assert.equal(reached, [true, true, false]);
  }
});

test.run();
