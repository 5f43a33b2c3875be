import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  adam,
  collate,
  cosineSchedule,
  createRandom,
  type Dataset,
  evaluateSingleObject,
  fit,
  gradients,
  type Located,
  realize,
  type Sample,
  SingleObject,
  type Tensor,
  tensor,
  zeros,
} from '../../src/index';
import { assertAllClose } from '../support/allClose';
import { assertRejects, assertThrows } from '../support/assertThrows';
import { squares } from '../support/squares';

const test = suite('SingleObject');

const random = () => createRandom(1);
const small = (boxWeight?: number) =>
  new SingleObject({ classes: 2, random: random(), side: 16, features: 32, boxWeight });

/** Images of exactly one square. */
const alone: Dataset = (() => {
  const all = squares(100);
  const single = Array.from({ length: 100 }, (_, i) => i).filter((i) => all.sample(i).labels.size === 1);
  return { ...all, length: single.length, sample: (index: number) => all.sample(single[index]) };
})();
const first = (count: number) => collate(Array.from({ length: count }, (_, i) => alone.sample(i)));

/** Fills a parameter with larger numbers than N(0, 0.01) gives. */
function enlarge(parameter: Tensor & { assign(next: Tensor): void }, seed: number): void {
  const next = createRandom(seed);
  const numbers = Float32Array.from({ length: parameter.size }, () => 0.3 * next.normal());
  parameter.assign(tensor(numbers, parameter.shape));
}

test('shapes, and the number of parameters', () => {
  const model = new SingleObject({ classes: 3, random: random() });
  const { scores, boxes } = model.forward(zeros([2, 64, 64, 3]));
  assert.equal([...scores.shape], [2, 3]);
  assert.equal([...boxes.shape], [2, 4]);
  const filters = 600 + 576 + 1152 + 2304 + 4608 + 9216 + 18_432 + 36_864;
  const norms = 2 * (8 + 8 + 16 + 16 + 32 + 32 + 64 + 64);
  const vector = 4 * 4 * 64 * 128 + 128;
  assert.is(model.parameterCount(), filters + norms + vector + (128 * 3 + 3) + (128 * 4 + 4));
  const wide = new SingleObject({ classes: 5, random: random(), side: [32, 48] });
  assert.equal([...wide.forward(zeros([1, 32, 48, 3])).scores.shape], [1, 5]);
});

test('the losses equal loops in double precision', async () => {
  const model = small(7);
  enlarge(model.classHead.weight, 2);
  enlarge(model.boxHead.weight, 3);
  const batch = first(3);
  const losses = model.losses(batch);
  const output = model.forward(batch.images);
  const [scores, boxes] = await Promise.all([output.scores.data(), output.boxes.data()]);
  let [classification, box] = [0, 0];
  for (const [n, { labels, boxes: truth }] of batch.samples.entries()) {
    const logits = [scores[2 * n], scores[2 * n + 1]];
    classification += Math.log(Math.exp(logits[0]) + Math.exp(logits[1])) - logits[labels.get(0)];
    const [x1, y1, x2, y2] = truth.data;
    const target = [(x1 + x2) / 32, (y1 + y2) / 32, (x2 - x1) / 16, (y2 - y1) / 16];
    box += target.reduce((sum, value, k) => sum + (boxes[4 * n + k] - value) ** 2, 0);
  }
  assert.equal(Object.keys(losses), ['classification', 'box']);
  assertAllClose([await losses.classification.item()], [classification / 3], { relative: 1e-5 });
  assertAllClose([await losses.box.item()], [(7 * box) / 3], { relative: 1e-5 });
});

test('λ weighs the box alone; the backbone gets the sum of both gradients', async () => {
  const batch = first(4);
  const of = async (boxWeight: number) => {
    const model = small(boxWeight);
    enlarge(model.boxHead.weight, 3);
    const { classification, box } = model.losses(batch);
    const shared = model.vector.weight;
    const [byClass] = gradients(classification, [shared]);
    const [byBox, ofHead] = gradients(box, [shared, model.boxHead.weight]);
    await realize(classification, box, byClass, byBox, ofHead);
    return {
      classification: await classification.item(),
      box: await box.item(),
      byClass: await byClass.data(),
      byBox: await byBox.data(),
      ofHead: await ofHead.data(),
    };
  };
  const [none, one, ten] = [await of(0), await of(1), await of(10)];
  assert.is(ten.classification, one.classification);
  assertAllClose([ten.box], [10 * one.box]);
  assertAllClose(
    ten.byBox,
    one.byBox.map((value) => 10 * value),
    { absolute: 1e-6, relative: 1e-3 },
  );
  assert.equal([...ten.byClass], [...one.byClass]);
  assert.ok(one.byClass.some((value) => value !== 0) && one.byBox.some((value) => value !== 0));
  assert.is(none.box, 0);
  assert.ok(none.ofHead.every((value) => value === 0) && none.byBox.every((value) => value === 0));
});

test('the box head begins near 0: its first loss is the squared length of the truths', async () => {
  const batch = first(4);
  const { box } = small(1).losses(batch);
  const length = batch.samples.reduce((sum, { boxes }) => {
    const [x1, y1, x2, y2] = boxes.data;
    return sum + ((x1 + x2) / 32) ** 2 + ((y1 + y2) / 32) ** 2 + ((x2 - x1) / 16) ** 2 + ((y2 - y1) / 16) ** 2;
  }, 0);
  assertAllClose([await box.item()], [length / 4], { relative: 0.25 });
});

test('locate: shares to px, held in the image; what is inside out has no width', async () => {
  const model = new SingleObject({ classes: 2, random: random(), side: [16, 32], features: 8 });
  // The bias is all that is left: the same answer for every image.
  for (const head of [model.boxHead, model.classHead]) head.weight.assign(zeros(head.weight.shape));
  model.classHead.bias!.assign(tensor([0, Math.log(3)]));
  const say = async (shares: number[]) => {
    model.boxHead.bias!.assign(tensor(shares));
    return model.locate(zeros([2, 16, 32, 3]));
  };
  const { labels, boxes, scores } = await say([0.5, 0.25, 0.25, 0.5]);
  assert.equal([...labels.data], [1, 1]);
  assertAllClose(scores.data, [0.75, 0.75]);
  assertAllClose(boxes.data, [12, 0, 20, 8, 12, 0, 20, 8]);
  assert.equal([labels.shape, boxes.shape, scores.shape], [[2], [2, 4], [2]]);
  assertAllClose((await say([1, 0.5, 0.5, -0.25])).boxes.data.subarray(0, 4), [24, 8, 32, 8]);
});

test('learns images by heart, and stays in its mode', async () => {
  const count = 24;
  const few = { ...alone, length: count };
  const model = small(10);
  const batch = first(count);
  const source = { size: count, seed: 0, perEpoch: 1, batch: () => batch };
  const before = await evaluateSingleObject(model, few);
  const steps = 120;
  const optimizer = adam(model, { learningRate: cosineSchedule(3e-3, { steps, final: 3e-5 }) });
  const { losses } = await fit({ model, optimizer, batches: source, steps, progress: false });
  assert.equal(Object.keys(losses), ['classification', 'box', 'total']);
  const after = await evaluateSingleObject(model, few);
  assert.ok(before.meanBoxIou < 0.6 && before.localised < 0.6, JSON.stringify(before));
  assert.is(after.accuracy, 1);
  assert.ok(after.localised > 0.9 && after.meanBoxIou > 0.7, JSON.stringify(after));
  assert.ok(model.training);
  // Running statistics in evaluation: an image's answer does not depend on its neighbors.
  const [one, together] = [await model.locate(first(1).images), await model.locate(batch.images)];
  assertAllClose(one.boxes.data, together.boxes.data.subarray(0, 4), { absolute: 1e-3 });
});

test('evaluation by hand', async () => {
  const sample = (box: number[], label: number): Sample => ({
    ...alone.sample(0),
    boxes: ndarray(Float32Array.from(box), [1, 4]),
    labels: ndarray(Int32Array.of(label), [1]),
  });
  const samples = [sample([0, 0, 4, 4], 0), sample([0, 0, 4, 4], 1), sample([0, 0, 4, 4], 1)];
  const data: Dataset = { ...alone, length: 3, sample: (index) => samples[index] };
  const said: Located[] = [];
  const say = (boxes: number[][], labels: number[]) =>
    said.push({
      boxes: ndarray(Float32Array.from(boxes.flat()), [boxes.length, 4]),
      labels: ndarray(Int32Array.from(labels), [labels.length]),
      scores: ndarray(new Float32Array(labels.length), [labels.length]),
    });
  // Right with IoU 1/2; wrong with IoU 1; right with IoU 1/3.
  say(
    [
      [0, 0, 2, 4],
      [0, 0, 4, 4],
    ],
    [0, 0],
  );
  say([[0, 2, 4, 6]], [1]);
  const model = { locate: async () => said.shift()! };
  const { accuracy, meanBoxIou, localised } = await evaluateSingleObject(model, data, { batchSize: 2 });
  assertAllClose([accuracy, meanBoxIou, localised], [2 / 3, (1 / 2 + 1 + 1 / 3) / 3, 1 / 3], { absolute: 1e-12 });
});

test('throws', async () => {
  const make = (options: object) => () => new SingleObject({ classes: 2, random: random(), ...options });
  assertThrows(make({ side: 40 }), 'SingleObject: expected sides that are multiples of 16, got [40, 40]');
  for (const boxWeight of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
    assertThrows(make({ boxWeight }), `SingleObject: expected boxWeight to be a number ≥ 0, got ${boxWeight}`);
  }
  assertThrows(
    () => small().forward(zeros([1, 32, 16, 3])),
    'SingleObject: expected images [N, 16, 16, 3], got [1, 32, 16, 3]',
  );
  const two = Array.from({ length: 9 }, (_, i) => squares(9).sample(i)).find(({ labels }) => labels.size === 2)!;
  assertThrows(
    () => small().losses(collate([alone.sample(0), two])),
    'SingleObject: expected one thing in each image, got 2 at 1',
  );
  await assertRejects(
    () => evaluateSingleObject(small(), { ...alone, length: 2, sample: (i) => (i === 0 ? alone.sample(0) : two) }),
    'evaluateSingleObject: expected one thing in an image, got 2 at 1',
  );
  await assertRejects(
    () => evaluateSingleObject(small(), { ...alone, length: 0 }),
    'evaluateSingleObject: expected at least one image, got none',
  );
});

test.run();
