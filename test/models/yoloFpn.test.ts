import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  adam,
  bestAnchors,
  collate,
  createRandom,
  type DetectionSample,
  evaluateDetection,
  fit,
  match,
  type Tensor,
  tensor,
  YoloFpn,
  zeros,
} from '../../src/index';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { squares } from '../support/squares';

const test = suite('YoloFpn');

const random = () => createRandom(1);
const shapes = [[[6, 6]], [[8, 8]]] as const;
const small = () => new YoloFpn({ classes: 2, random: random(), shapes, stages: [8, 12], channels: 12 });

test('shapes, and the number of parameters', () => {
  const model = small();
  const { objectness, codes, classes } = model.forward(zeros([2, 16, 32, 3]));
  // 4×8 and 2×4 cells, an anchor each.
  assert.equal([...objectness.shape], [2, 40, 1]);
  assert.equal([...codes.shape], [2, 40, 4]);
  assert.equal([...classes.shape], [2, 40, 2]);
  assert.equal(model.priors({ height: 16, width: 32 }).shape, [40, 4]);
  const block = (size: number, from: number, to: number) => size * size * from * to + 2 * to;
  const backbone =
    block(5, 3, 8) + block(3, 8, 8) + block(3, 8, 8) + block(3, 8, 8) + block(3, 8, 12) + block(3, 12, 12);
  const neck = block(3, 12, 12) + block(3, 8 + 12, 12);
  const heads = 2 * (block(3, 12, 12) + 12 * 7 + 7);
  assert.is(model.parameterCount(), backbone + neck + heads);
});

test('targets: one anchor an object; those that overlap one by half without being its own count nowhere', async () => {
  const sample = squares(1).sample(0);
  const model = small();
  const image = { height: 16, width: 16 };
  const priors = model.priors(image);
  const own = bestAnchors(
    [
      { height: 4, width: 4, stride: 4, shapes: [[6, 6]] },
      { height: 2, width: 2, stride: 8, shapes: [[8, 8]] },
    ],
    sample.boxes,
  );
  const { overlaps } = match(priors, sample.boxes, { positive: 0.5, negative: 0.5, bestForEachTruth: 'none' });
  const target = model.targets([sample]);
  const [present, weights, codeWeights, labels] = await Promise.all(
    [target.objectness, target.objectnessWeights, target.codeWeights, target.labels].map((part) => part.data()),
  );
  const objects = own.length;
  let ignored = 0;
  for (let row = 0; row < 20; row++) {
    const g = own.indexOf(row);
    assert.is(present[row], g < 0 ? 0 : 1);
    assertAllClose([codeWeights[row]], [g < 0 ? 0 : 1 / objects]);
    assert.is(labels[row], g < 0 ? 2 : sample.labels.get(g));
    const near = overlaps.get(row) >= 0.5;
    if (g < 0 && near) ignored++;
    assertAllClose([weights[row]], [g >= 0 ? 1 / objects : near ? 0 : 0.1 / objects]);
  }
  assert.ok(ignored > 0, 'some anchor is ignored');
});

test('the losses equal loops in double precision', async () => {
  const model = small();
  const batch = collate([0, 1, 2].map((index) => squares(3).sample(index)));
  const next = createRandom(7);
  const normal = (...shape: number[]) =>
    tensor(
      Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => next.normal()),
      shape,
    );
  const outputs = { objectness: normal(3, 20, 1), codes: normal(3, 20, 4), classes: normal(3, 20, 2) };
  const target = model.targets(batch.samples);
  const losses = model.lossesOf(outputs, target);
  const read = (part: Tensor) => part.data();
  const [logits, codes, classes] = await Promise.all(Object.values(outputs).map(read));
  const [present, weights, wanted, codeWeights, labels] = await Promise.all(
    [target.objectness, target.objectnessWeights, target.codes, target.codeWeights, target.labels].map(read),
  );
  const log1pExp = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  let [objectness, box, entropy, objects] = [0, 0, 0, 0];
  for (let row = 0; row < 60; row++) {
    objectness += weights[row] * log1pExp(present[row] ? -logits[row] : logits[row]);
    if (!present[row]) continue;
    objects++;
    for (let i = 4 * row; i < 4 * row + 4; i++) {
      const d = Math.abs(codes[i] - wanted[i]);
      box += codeWeights[row] * (d < 1 ? (d * d) / 2 : d - 0.5);
    }
    const own = classes.subarray(2 * row, 2 * row + 2);
    entropy += Math.log(Math.exp(own[0]) + Math.exp(own[1])) - own[labels[row]];
  }
  const expected = { objectness, box, class: entropy / objects };
  for (const [name, value] of Object.entries(expected)) {
    assertAllClose([await losses[name].item()], [value], { absolute: 1e-5, relative: 1e-5, name });
  }
});

test('a batch without objects: only p_c is trained', async () => {
  const { image, boxes, labels } = squares(1).sample(0);
  const empty: DetectionSample = { image, boxes: boxes.hi(0, 4), labels: labels.hi(0) };
  const losses = small().losses(collate([empty]));
  assert.ok((await losses.objectness.item()) > 0);
  assert.is(await losses.box.item(), 0);
  assert.is(await losses.class.item(), 0);
});

test('learns two images by heart', async () => {
  const model = small();
  const two = { ...squares(2), length: 2 };
  const batch = collate([0, 1].map((index) => two.sample(index)));
  const batches = { size: 2, seed: 0, perEpoch: 1, batch: () => batch };
  const optimizer = adam(model, { learningRate: 1e-2 });
  const { losses } = await fit({ model, optimizer, batches, steps: 150, progress: false });
  assert.ok(losses.total[149] < 0.1, `loss ${losses.total[149]}`);
  const { AP50, detections } = await evaluateDetection(model, two);
  assert.is(AP50, 1);
  const [alone] = await model.detect(ndarray(two.sample(1).image.data, [16, 16, 3]));
  assertAllClose(alone.scores.data, detections[1].scores.data, { absolute: 1e-5 });
});

test('throws', () => {
  assertThrows(
    () => new YoloFpn({ classes: 2, random: random(), shapes, stages: [8] }),
    'YoloFpn: expected shapes for 1 levels, one list each, got 2',
  );
  assertThrows(
    () => new YoloFpn({ classes: 2, random: random(), shapes, stages: [8, 8, 8], finest: 5 }),
    'YoloFpn: expected finest to be one of the strides 4, 8, 16, got 5',
  );
  assert.throws(
    () => new YoloFpn({ classes: 2, random: random(), shapes: [[[0.3, 0.4]], [[0.2, 0.5]]], stages: [8, 8] }),
    /^YoloFpn: expected shapes of level 0 in px/,
  );
  assertThrows(
    () => small().forward(zeros([1, 16, 12, 3])),
    'StagedBackbone: expected images [N, H, W, 3] with H and W multiples of 8, got [1, 16, 12, 3]',
  );
});

test.run();
