import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { batchNorm2d, batchNorm2dEvaluate, gradients, groupNorm, sum, tensor, zeros } from '../../src/index';
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
});

test('no images: nothing to average in training, nothing to do in evaluation', async () => {
  const [x, scale, shift] = [zeros([0, 2, 2, 4]), zeros([4]), zeros([4])];
  assertThrows(
    () => batchNorm2d(x, scale, shift),
    'batchNorm2d: expected at least one pixel to average, got [0, 2, 2, 4]',
  );
  const evaluated = batchNorm2dEvaluate(x, scale, shift, { mean: zeros([4]), variance: zeros([4]) });
  const grouped = groupNorm(x, scale, shift, { groups: 2 });
  for (const y of [evaluated, grouped]) {
    assert.equal([...y.shape], [0, 2, 2, 4]);
    const [dx, dscale] = gradients(sum(y), [x, scale]);
    assert.is((await dx.data()).length, 0);
    assert.equal([...(await dscale.data())], [0, 0, 0, 0]);
  }
});

test.run();
