import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  BatchNorm2d,
  batchNorm2d,
  batchNorm2dEvaluate,
  deviceReport,
  full,
  gradients,
  groupNorm,
  InstanceNorm,
  instanceNorm,
  LayerNorm,
  layerNorm,
  ones,
  sum,
  tensor,
  zeros,
} from '../../src/index';
import { instanceNormShape } from '../../src/ops/instanceNorm';
import { layerNormAxes } from '../../src/ops/layerNorm';
import * as reference from '../reference/normalize';
import { mean } from '../reference/reduce';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { checkReference, toTensor } from '../support/gradientCheck';
import { createNumbers, randomArray } from '../support/randomTensor';

const test = suite('normalize');

test('hand integers', async () => {
  const x = tensor([1, 10, 3, 10], [2, 1, 1, 2]);
  const { output, mean: average, variance } = batchNorm2d(x, tensor([2, 1]), tensor([5, 7]), { epsilon: 0.0001 });
  assertAllClose(await average.data(), [2, 10], { name: 'mean', relative: 1e-4 });
  assertAllClose(await variance.data(), [1, 0], { name: 'variance', relative: 1e-4 });
  assertAllClose(await output.data(), [3, 7, 7, 7], { name: 'output', relative: 1e-4, absolute: 1e-3 });
  const evaluated = batchNorm2dEvaluate(x, tensor([2, 1]), tensor([5, 7]), {
    mean: tensor([1, 8]),
    variance: tensor([4, 1]),
    epsilon: 1e-9,
  });
  assertAllClose(await evaluated.data(), [5, 9, 7, 9], { name: 'evaluated', relative: 1e-4 });
  const grouped = groupNorm(tensor([1, 3, 10, 30], [1, 1, 1, 4]), tensor([1, 1, 1, 1]), zeros([4]), { groups: 2 });
  assertAllClose(await grouped.data(), [-1, 1, -1, 1], { name: 'grouped', relative: 1e-4, absolute: 1e-4 });
  const layered = layerNorm(
    tensor([
      [1, 3],
      [10, 30],
    ]),
    tensor([2, 1]),
    tensor([5, 7]),
  );
  assertAllClose(await layered.data(), [3, 8, 3, 8], { name: 'layered', absolute: 1e-4 });
  const pixels = tensor([1, 10, 3, 30], [1, 1, 2, 2]);
  const single = instanceNorm(pixels, tensor([2, 1]), tensor([5, 7]));
  assertAllClose(await single.data(), [3, 6, 7, 8], { name: 'instance', absolute: 1e-4 });
});

const shapes = [
  [2, 3, 3, 1],
  [1, 3, 5, 3],
  [3, 2, 1, 5],
  [2, 7, 11, 2],
];

for (const [seed, shape] of shapes.entries()) {
  const epsilon = 1e-3;
  const channels = shape[3];
  const next = createNumbers(seed);
  const inputs = [
    randomArray(next, shape, -2, 3),
    randomArray(next, [channels], 0.5, 2),
    randomArray(next, [channels]),
  ];

  test(`batchNorm2d agrees with its float64 reference: x [${shape}]`, async () => {
    await checkReference({
      operation: (x, scale, shift) => batchNorm2d(x, scale, shift, { epsilon }).output,
      reference: (x, scale, shift) => reference.batchNorm2d(x, scale, shift, epsilon),
      inputs,
    });
    const { mean: average, variance } = batchNorm2d(...(inputs.map(toTensor) as [any, any, any]));
    assertAllClose(await average.data(), mean(inputs[0], [0, 1, 2]).data, { name: 'mean', relative: 1e-4 });
    assertAllClose(await variance.data(), reference.variance(inputs[0], [0, 1, 2]).data, {
      name: 'variance',
      relative: 1e-4,
    });
  });

  test(`batchNorm2dEvaluate agrees with its float64 reference: x [${shape}]`, async () => {
    const [average, spread] = [randomArray(next, [channels]), randomArray(next, [channels], 0.1, 2)];
    await checkReference({
      operation: (x, scale, shift) =>
        batchNorm2dEvaluate(x, scale, shift, { mean: toTensor(average), variance: toTensor(spread), epsilon }),
      reference: (x, scale, shift) => reference.batchNorm2dEvaluate(x, scale, shift, { average, spread, epsilon }),
      inputs,
    });
  });

  test(`layerNorm and instanceNorm agree with their float64 references: x [${shape}]`, async () => {
    const tight = { absolute: 1e-5, relative: 1e-5 };
    if (channels > 2) {
      await checkReference({
        operation: (x, scale, shift) => layerNorm(x, scale, shift, { epsilon }),
        reference: (x, scale, shift) => reference.layerNorm(x, scale, shift, epsilon),
        inputs,
        tolerance: tight,
        gradientTolerance: { absolute: 3e-5, relative: 3e-5 },
      });
    }
    const image = shape.slice(1);
    await checkReference({
      operation: (x, scale, shift) => layerNorm(x, scale, shift, { epsilon }),
      reference: (x, scale, shift) => reference.layerNorm(x, scale, shift, epsilon),
      inputs: [inputs[0], randomArray(next, image, 0.5, 2), randomArray(next, image)],
      tolerance: tight,
      gradientTolerance: { absolute: 3e-5, relative: 3e-5 },
    });
    if (shape[1] * shape[2] < 3) return;
    await checkReference({
      operation: (x, scale, shift) => instanceNorm(x, scale, shift, { epsilon }),
      reference: (x, scale, shift) => reference.groupNorm(x, scale, shift, channels, epsilon),
      inputs,
      tolerance: tight,
      gradientTolerance: { absolute: 3e-5, relative: 3e-5 },
    });
  });

  test(`groupNorm agrees with its float64 reference: x [${shape}]`, async () => {
    for (const groups of new Set([1, channels])) {
      // One pixel and one channel a group have no variance to divide by.
      if (shape[1] * shape[2] * (channels / groups) < 3) continue;
      await checkReference({
        operation: (x, scale, shift) => groupNorm(x, scale, shift, { groups, epsilon }),
        reference: (x, scale, shift) => reference.groupNorm(x, scale, shift, groups, epsilon),
        inputs,
      });
    }
  });
}

test('groups of several channels', async () => {
  const next = createNumbers(9);
  await checkReference({
    operation: (x, scale, shift) => groupNorm(x, scale, shift, { groups: 2, epsilon: 1e-3 }),
    reference: (x, scale, shift) => reference.groupNorm(x, scale, shift, 2, 1e-3),
    inputs: [randomArray(next, [2, 3, 1, 6]), randomArray(next, [6]), randomArray(next, [6])],
  });
});

test('a large mean does not swallow a small variance', async () => {
  const next = createNumbers(2);
  const x = randomArray(next, [2, 8, 8, 3], 1000, 1001);
  const { variance } = batchNorm2d(toTensor(x), tensor([1, 1, 1]), zeros([3]));
  assertAllClose(await variance.data(), reference.variance(x, [0, 1, 2]).data, { name: 'variance', relative: 1e-3 });
});

test('a NaN spoils its own position, or its own channel, and no other', async () => {
  // WebGPU leaves open what becomes of NaN.
  if ((await deviceReport()).backend === 'webgpu') return;
  const numbers = Float32Array.from({ length: 16 }, (_, i) => (i === 5 ? Number.NaN : i % 5));
  const [x, scale, shift] = [tensor(numbers, [1, 4, 2, 2]), tensor([1, 1]), tensor([0, 0])];
  const spoilt = async (y: typeof x) => [...(await y.data())].flatMap((value, i) => (Number.isNaN(value) ? [i] : []));
  assert.equal(await spoilt(layerNorm(x, scale, shift)), [4, 5]);
  assert.equal(await spoilt(instanceNorm(x, scale, shift)), [1, 3, 5, 7, 9, 11, 13, 15]);
});

test('the layers start as the operation with scale 1 and shift 0', async () => {
  const x = toTensor(randomArray(createNumbers(8), [2, 3, 4, 5]));
  const [ones, none] = [tensor([1, 1, 1, 1, 1]), zeros([5])];
  const epsilon = 0.01;
  const layer = new LayerNorm(5, { epsilon });
  assert.equal([...layer.namedParameters().keys()], ['scale', 'shift']);
  assert.equal([...(await layer.forward(x).data())], [...(await layerNorm(x, ones, none, { epsilon }).data())]);
  assert.equal([...new LayerNorm([4, 5]).scale.shape], [4, 5]);
  const instance = new InstanceNorm(5, { epsilon });
  assert.equal([...(await instance.forward(x).data())], [...(await instanceNorm(x, ones, none, { epsilon }).data())]);
  assertThrows(() => new LayerNorm(2.5), 'LayerNorm: expected a shape of whole numbers ≥ 0, got [2.5]');
});

test('validation names operation, expectation and culprit', () => {
  const [x, scale, shift] = [zeros([1, 2, 2, 4]), zeros([4]), zeros([4])];
  assertThrows(() => batchNorm2d(zeros([2, 4]), scale, shift), 'batchNorm2d: expected x [N, H, W, C], got [2, 4]');
  assertThrows(() => batchNorm2d(x, zeros([3]), shift), 'batchNorm2d: expected scale [4], got [3]');
  assertThrows(() => batchNorm2d(x, scale, zeros([1, 4])), 'batchNorm2d: expected shift [4], got [1, 4]');
  assertThrows(
    () => batchNorm2dEvaluate(x, scale, shift, { mean: zeros([4]), variance: zeros([2]) }),
    'batchNorm2dEvaluate: expected variance [4], got [2]',
  );
  assertThrows(
    () => groupNorm(x, scale, shift, { groups: 3 }),
    'groupNorm: expected groups to divide 4 channels, got 3',
  );
  assertThrows(() => groupNorm(x, zeros([2]), shift, { groups: 2 }), 'groupNorm: expected scale [4], got [2]');
  const none = { epsilon: Number.NaN };
  const above = (name: string) => `${name}: expected epsilon to be a number > 0, got NaN`;
  assertThrows(() => groupNorm(x, scale, shift, { groups: 2, ...none }), above('groupNorm'));
  assertThrows(() => layerNorm(x, scale, shift, none), above('layerNorm'));
  assertThrows(() => instanceNorm(x, scale, shift, none), above('instanceNorm'));
  assert.equal(layerNormAxes([2, 3, 4], [3, 4], [3, 4]), [1, 2]);
  const last = 'layerNorm: expected scale to have the last sizes of x';
  assertThrows(() => layerNorm(x, zeros([3]), shift), `${last} [1, 2, 2, 4], got [3]`);
  assertThrows(() => layerNorm(zeros([4]), zeros([2, 4]), shift), `${last} [4], got [2, 4]`);
  assertThrows(() => layerNorm(x, zeros([]), zeros([])), `${last} [1, 2, 2, 4], got []`);
  assertThrows(() => layerNorm(x, scale, zeros([2, 4])), 'layerNorm: expected shift [4], got [2, 4]');
  assert.equal(instanceNormShape([1, 2, 2, 4], [4], [4]), [1, 2, 2, 4]);
  assertThrows(() => instanceNorm(zeros([2, 4]), scale, shift), 'instanceNorm: expected x [N, H, W, C], got [2, 4]');
  assertThrows(() => instanceNorm(x, zeros([2]), shift), 'instanceNorm: expected scale [4], got [2]');
  assertThrows(
    () => instanceNorm(zeros([3, 1, 1, 4]), scale, shift),
    'instanceNorm: expected more than one pixel to compare, got [3, 1, 1, 4]',
  );
});

test('one value per channel has no spread: training refuses it, evaluation does not need it', async () => {
  const layer = new BatchNorm2d(3);
  const x = full([1, 1, 1, 3], 7);
  assertThrows(
    () => layer.forward(x),
    'batchNorm2d: expected more than one value per channel to average, got [1, 1, 1, 3]',
  );
  assert.equal([...(await layer.variance.data())], [1, 1, 1]);
  layer.evaluate();
  assert.equal([...(await layer.forward(x).shape)], [1, 1, 1, 3]);
  assert.equal([...batchNorm2d(full([2, 1, 1, 3], 7), ones([3]), zeros([3])).output.shape], [2, 1, 1, 3]);
});

test('no images: nothing to average in training, nothing to do in evaluation', async () => {
  const [x, scale, shift] = [zeros([0, 2, 2, 4]), zeros([4]), zeros([4])];
  assertThrows(
    () => batchNorm2d(x, scale, shift),
    'batchNorm2d: expected more than one value per channel to average, got [0, 2, 2, 4]',
  );
  const evaluated = batchNorm2dEvaluate(x, scale, shift, { mean: zeros([4]), variance: zeros([4]) });
  const grouped = groupNorm(x, scale, shift, { groups: 2 });
  for (const y of [evaluated, grouped, layerNorm(x, scale, shift), instanceNorm(x, scale, shift)]) {
    assert.equal([...y.shape], [0, 2, 2, 4]);
    const [dx, dscale] = gradients(sum(y), [x, scale]);
    assert.is((await dx.data()).length, 0);
    assert.equal([...(await dscale.data())], [0, 0, 0, 0]);
  }
});

test('vectors without numbers', async () => {
  const [x, none] = [zeros([2, 0]), zeros([0])];
  const y = layerNorm(x, none, none);
  assert.equal([...y.shape], [2, 0]);
  assert.is((await gradients(sum(y), [x])[0].data()).length, 0);
});

test.run();
