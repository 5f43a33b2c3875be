import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  adam,
  bceWithLogits,
  boxGiou,
  collate,
  concat,
  createRandom,
  type Dataset,
  evaluateDetection,
  Fcos,
  type FcosOutputs,
  fcosTargets,
  fit,
  gradients,
  reshape,
  scale,
  sum,
  tensor,
  zeros,
} from '../../src/index';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { checkGolden, type DifferentiatedCase } from '../support/checkGolden';
import { loadGolden } from '../support/golden';
import { blank, goldenSamples, noise, ofBackbone, ofBlock, ofConv } from '../support/oneStage';
import { squares } from '../support/squares';

const test = suite('Fcos');
const random = () => createRandom(1);
const size = { height: 16, width: 16 };
/** Two levels, of 4 × 4 and 2 × 2 cells on an image of 16 px. */
const small = (options: object = {}) =>
  new Fcos({ classes: 2, random: random(), stages: [8, 16], channels: 16, ...options });
const outputsOf = (images: number): FcosOutputs => ({
  logits: zeros([images, 20, 2]),
  distances: zeros([images, 20, 4]),
  centerness: zeros([images, 20, 1]),
});

test('shapes, and the number of parameters', () => {
  const model = new Fcos({ classes: 3, random: random() });
  const stages = [16, 32, 64];
  const pyramid = stages.reduce((total, channels) => total + ofConv(1, channels, 32) + ofBlock(3, 32, 32), 0);
  const tower = ofConv(3, 32, 32, false) + 3 * 64;
  const outputs = ofConv(1, 32, 3) + ofConv(1, 32, 4) + ofConv(1, 32, 1);
  // A scale for each level.
  assert.is(model.parameterCount(), ofBackbone(8, stages) + pyramid + 2 * tower + outputs + 3);
  const { logits, distances, centerness } = model.forward(zeros([2, 64, 32, 3]));
  const places = 16 * 8 + 8 * 4 + 4 * 2;
  assert.equal(
    [logits, distances, centerness].map(({ shape }) => [...shape]),
    [3, 4, 1].map((columns) => [2, places, columns]),
  );
});

test('levels: sizes, strides, and ranges of 3 to 6 strides', () => {
  const model = new Fcos({ classes: 1, random: random() });
  assert.equal(model.levels({ height: 64, width: 32 }), [
    { height: 16, width: 8, stride: 4, range: [0, 24] },
    { height: 8, width: 4, stride: 8, range: [24, 48] },
    { height: 4, width: 2, stride: 16, range: [48, Number.POSITIVE_INFINITY] },
  ]);
  const one = new Fcos({ classes: 1, random: random(), finest: 16 });
  assert.equal(one.levels({ height: 32, width: 16 }), [
    { height: 2, width: 1, stride: 16, range: [0, Number.POSITIVE_INFINITY] },
  ]);
});

test('deeper towers, the first stage left out', () => {
  const model = small({ stages: [4, 4, 4], finest: 8, depth: 3, width: 0.5 });
  assert.equal([...model.forward(zeros([2, 32, 32, 3])).logits.shape], [2, 20, 2]);
});

test('the prior: every class of every location starts with a score of π', async () => {
  for (const prior of [0.05, 0.01]) {
    const model = small({ prior });
    model.logits.weight.assign(zeros([...model.logits.weight.shape]));
    for (const logit of await model.forward(noise(3, 2, 16, 16, 3)).logits.data()) {
      assertAllClose([1 / (1 + Math.exp(-logit))], [prior], { relative: 1e-6 });
    }
  }
});

test('each level scales its logarithms of distances with a factor of its own', async () => {
  const model = small();
  const images = noise(3, 2, 16, 16, 3);
  model.evaluate();
  const before = await model.forward(images).distances.data();
  model.scales[1].assign(tensor([3]));
  const after = await model.forward(images).distances.data();
  const expected = before.map((value, i) => (Math.floor(i / 4) % 20 < 16 ? value : 3 * value));
  assertAllClose(after, expected, { absolute: 1e-6 });
});

test('targets: as fcosTargets assigns, with class, box, centerness and weight', async () => {
  const model = small();
  const sample = blank(
    size,
    [
      [0, 0, 7, 6],
      [4, 4, 16, 16],
    ],
    [1, 0],
  );
  const targets = model.targets([sample, blank(size)]);
  const expected = fcosTargets(model.levels(size), sample.boxes);
  const [classes, boxes, centerness, weights] = await Promise.all(
    [targets.classes, targets.boxes, targets.centerness, targets.weights].map((values) => values.data()),
  );
  let positives = 0;
  for (let row = 0; row < 40; row++) {
    const truth = row < 20 ? expected.truths[row] : null;
    const label = truth === null ? -1 : sample.labels.get(truth);
    assert.equal([...classes.subarray(2 * row, 2 * row + 2)], [Number(label === 0), Number(label === 1)]);
    assertAllClose([weights[row]], [truth === null ? 0 : 1 / targets.positives]);
    if (truth === null) continue;
    positives++;
    assert.equal(
      [...boxes.subarray(4 * row, 4 * row + 4)],
      [0, 1, 2, 3].map((corner) => sample.boxes.get(truth, corner)),
    );
    assert.is(centerness[row], expected.centerness.get(row));
  }
  assert.is(targets.positives, positives);
  assert.ok(positives > 3);
  assertAllClose([await targets.share.item()], [1 / positives]);
});

for (const golden of loadGolden('oneStage').cases) {
  if (golden.op !== 'fcos') continue;
  test(`torchvision's losses and their gradients: ${golden.name}`, async () => {
    const { classes, height, width } = golden.options;
    const ranges = golden.options.ranges.map(([least, most]: any) => [least, most ?? Number.POSITIVE_INFINITY]);
    const model = new Fcos({ classes, ranges, stages: [2, 2, 2], random: random() });
    const targets = model.targets(goldenSamples(golden, { height, width }));
    const matches = (golden as unknown as { matches: { data: number[] } }).matches.data;
    assert.equal(
      [...(await targets.weights.data())].map((weight) => weight > 0),
      matches.map((g) => g >= 0),
    );
    await checkGolden((inputs) => {
      const losses = model.lossesOf(inputs as unknown as FcosOutputs, targets, { height, width });
      return concat([losses.class, losses.box, losses.centerness].map((loss) => reshape(loss, [1])));
    }, golden as DifferentiatedCase);
  });
}

test('by hand: outputs of 0 are boxes of two cells around each location, with scores of ½', async () => {
  const model = small();
  const sample = blank(size, [[1, 1, 11, 10]], [1]);
  const targets = model.targets([sample]);
  const losses = model.lossesOf(outputsOf(1), targets, size);
  const { truths, centerness } = fcosTargets(model.levels(size), sample.boxes);
  const own = truths.flatMap((truth, place) => (truth === null ? [] : [place]));
  assert.ok(own.length > 1 && own.every((place) => place < 16));
  const boxes = own.map((place) => {
    const [x, y] = [4 * (place % 4) + 2, 4 * Math.floor(place / 4) + 2];
    return [x - 4, y - 4, x + 4, y + 4];
  });
  const giou = await boxGiou(boxes, sample.boxes).data();
  const mean = giou.reduce((total, value) => total + 1 - value, 0) / own.length;
  assertAllClose([await losses.box.item()], [mean], { relative: 1e-5 });
  assertAllClose([await losses.centerness.item()], [Math.log(2)], { relative: 1e-5 });
  const cross = ((0.25 * own.length + 0.75 * (40 - own.length)) * Math.log(2)) / 4 / own.length;
  assertAllClose([await losses.class.item()], [cross], { relative: 1e-5 });
  // The best that centerness can do is the entropy of its targets.
  const logits = new Float32Array(20);
  let entropy = 0;
  for (const place of own) {
    const c = Math.min(centerness.get(place), 1 - 1e-6);
    logits[place] = Math.log(c / (1 - c));
    entropy -= (c * Math.log(c) + (1 - c) * Math.log(1 - c)) / own.length;
  }
  const best = model.lossesOf({ ...outputsOf(1), centerness: tensor(logits, [1, 20, 1]) }, targets, size);
  assertAllClose([await best.centerness.item()], [entropy], { relative: 1e-4, absolute: 1e-4 });
});

test('γ = 0 without α: the binary cross-entropy of all locations', async () => {
  const model = small({ gamma: 0, alpha: null });
  const targets = model.targets([blank(size, [[2, 3, 10, 9]], [1])]);
  const logits = noise(2, 1, 20, 2);
  const { class: loss } = model.lossesOf({ ...outputsOf(1), logits }, targets, size);
  const cross = scale(
    sum(bceWithLogits(reshape(logits, [20, 2]), targets.classes, { reduction: 'none' })),
    1 / targets.positives,
  );
  assertAllClose([await loss.item()], [await cross.item()], { relative: 1e-5 });
});

test('a batch without objects: all locations are trained as background, no box and no centerness is', async () => {
  const losses = small().losses(collate([blank(size), blank(size)]));
  assertAllClose([await losses.class.item()], [80 * 0.75 * 0.05 ** 2 * -Math.log(0.95)], { relative: 0.1 });
  assert.equal([await losses.box.item(), await losses.centerness.item()], [0, 0]);
});

test('wild distances stay finite, and so do their gradients', async () => {
  const model = small();
  const targets = model.targets([blank(size, [[2, 3, 10, 9]], [1])]);
  for (const wild of [1e4, -1e4]) {
    const distances = tensor(new Float32Array(80).fill(wild), [1, 20, 4]);
    const { box } = model.lossesOf({ ...outputsOf(1), distances }, targets, size);
    const [slopes] = gradients(box, [distances]);
    assert.ok(Number.isFinite(await box.item()), `${wild}`);
    assert.ok((await slopes.data()).every(Number.isFinite), `${wild}`);
  }
});

/** Two images, over and over. */
const two: Dataset = { ...squares(2), length: 2 };

test('overfits two images; detections are alike alone, in a list and in a batch', async () => {
  const model = small();
  const batch = collate([0, 1].map((index) => two.sample(index)));
  const source = { size: 2, seed: 0, perEpoch: 1, batch: () => batch };
  const before = await evaluateDetection(model, two);
  const optimizer = adam(model, { learningRate: 1e-2 });
  const { losses } = await fit({ model, optimizer, batches: source, steps: 200, progress: false });
  assert.equal(Object.keys(losses), ['class', 'box', 'centerness', 'total']);
  const after = await evaluateDetection(model, two);
  assert.ok(losses.class[199] < 0.05 && losses.box[199] < 0.15, `losses ${losses.class[199]}, ${losses.box[199]}`);
  assert.ok(before.AP50! < 0.3, `before ${before.AP50}`);
  assert.is(after.AP50, 1);
  assert.ok(after.mAP! > 0.6, `mAP ${after.mAP}`);
  const [list, alone] = [
    await model.detect([0, 1].map((i) => two.sample(i).image)),
    await model.detect(two.sample(1).image),
  ];
  assert.equal([list.length, alone.length], [2, 1]);
  for (const found of [list[1], alone[0], (await model.detect(batch.images))[1]]) {
    assertAllClose(found.scores.data, after.detections[1].scores.data, { absolute: 1e-5 });
    assertAllClose(found.boxes.data, after.detections[1].boxes.data, { absolute: 1e-3 });
  }
  for (const { boxes, scores } of after.detections) {
    assert.ok(scores.size <= 30 && scores.data.every((score, i) => score > 0.01 && score <= (scores.data[i - 1] ?? 1)));
    assert.ok(boxes.data.every((corner) => corner >= 0 && corner <= 16));
  }
});

test('a score is √(σ(class) · σ(centerness))', async () => {
  const model = small({ detections: { scoreThreshold: 0, iouThreshold: 1, limit: 1000 } });
  const image = squares(1).sample(0).image;
  const [{ scores }] = await model.detect(image);
  model.evaluate();
  const { logits, centerness } = model.forward(collate([squares(1).sample(0)]).images);
  const [own, middle] = [await logits.data(), await centerness.data()];
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
  const expected = [...own].map((x, i) => Math.sqrt(sigmoid(x) * sigmoid(middle[Math.floor(i / 2)])));
  assertAllClose(
    scores.data,
    expected.sort((a, b) => b - a),
    { absolute: 1e-5 },
  );
  assert.is(scores.size, 40);
});

test('throws', () => {
  assertThrows(() => small({ ranges: [[0, 8]] }), 'Fcos: expected 2 ranges, one for each level, got 1');
  assertThrows(
    () =>
      small({
        ranges: [
          [0, 8],
          [8, 4],
        ],
      }),
    'Fcos: expected range of level 1 [least, most], 0 ≤ least < most, got [8, 4]',
  );
  assertThrows(() => small({ radius: 0 }), 'Fcos: expected radius above 0, got 0');
  assertThrows(() => small({ prior: 1 }), 'Fcos: expected prior between 0 and 1, got 1');
  assertThrows(
    () => small().levels({ height: 16, width: 20 }),
    'Fcos: expected an image with sides that are multiples of 8, got 16×20',
  );
  assertThrows(() => small().targets([]), 'Fcos: expected at least one sample, got none');
  assertThrows(
    () => small().losses(collate([blank(size, [[0, 0, 4, 4]], [2])])),
    'Fcos: image 0 of the batch: expected labels from 0 to 1, got 2 at 0',
  );
});

test.run();
