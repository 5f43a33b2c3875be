import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  argMax,
  argMin,
  deviceReport,
  gradients,
  logSoftmax,
  max,
  mean,
  min,
  softmax,
  sum,
  tensor,
  zeros,
} from '../../src/index';
import type { Array64 } from '../reference/array64';
import * as reference from '../reference/reduce';
import * as softmaxReference from '../reference/softmax';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { checkReference, gradientCheck, toTensor } from '../support/gradientCheck';
import { createNumbers, randomArray, shuffled } from '../support/randomTensor';

const test = suite('reduce');

test('hand integers', async () => {
  const x = tensor([
    [1, 5, 3],
    [4, 5, 6],
  ]);
  const values = async (y: ReturnType<typeof sum>) => [...y.shape, ':', ...(await y.data())];
  assert.equal(await values(sum(x)), [':', 24]);
  assert.equal(await values(sum(x, { axes: 0 })), [3, ':', 5, 10, 9]);
  assert.equal(await values(sum(x, { axes: -1, keepDims: true })), [2, 1, ':', 9, 15]);
  assert.equal(await values(sum(x, { axes: [] })), [2, 3, ':', 1, 5, 3, 4, 5, 6]);
  assert.equal(await values(mean(x, { axes: [0, 1] })), [':', 4]);
  assert.equal(await values(max(x, { axes: 1 })), [2, ':', 5, 6]);
  assert.equal(await values(min(x, { axes: 1 })), [2, ':', 1, 4]);
  assert.equal(await values(argMax(x)), [2, ':', 1, 2]);
  assert.equal(await values(argMin(x)), [2, ':', 0, 0]);
  assert.equal(await values(argMax(x, { axis: 0, keepDims: true })), [1, 3, ':', 1, 0, 1]);
});

const cases: [shape: number[], axes: number[]][] = [
  [[7], [0]],
  [[3, 5], [0]],
  [[3, 5], [1]],
  [[2, 3, 5], [1]],
  [
    [2, 3, 1, 5],
    [0, 2],
  ],
  [
    [2, 3, 2, 3, 2],
    [1, 3],
  ],
  [
    [2, 1, 3, 2, 1, 2],
    [0, 1, 2, 3, 4, 5],
  ],
  // Past 128 elements a reduction works in blocks of 64.
  [[129], [0]],
  [[2, 131, 3], [1]],
];

for (const [name, operation, expected] of [
  ['sum', sum, reference.sum],
  ['mean', mean, reference.mean],
  ['max', max, reference.max],
  ['min', min, reference.min],
] as const) {
  test(`${name} agrees with its float64 reference`, async () => {
    for (const [seed, [shape, axes]] of cases.entries()) {
      const inputs = [(name === 'max' || name === 'min' ? shuffled : randomArray)(createNumbers(seed), shape)];
      for (const keepDims of [true, false]) {
        await checkReference({
          operation: (x) => operation(x, { axes, keepDims }),
          reference: (x) => (keepDims ? expected(x, axes) : reference.drop(expected(x, axes), axes)),
          inputs,
        });
      }
    }
  });
}

test('NaN is the largest, the first of several', async () => {
  // WebGPU leaves open what becomes of NaN.
  if ((await deviceReport()).backend === 'webgpu') return;
  const { NaN: none, NEGATIVE_INFINITY: least } = Number;
  const x = tensor([
    [1, none, 3, 4],
    [5, 2, none, none],
    [none, 9, 9, 9],
    [least, least, least, least],
  ]);
  assert.equal([...(await argMax(x).data())], [1, 2, 0, 0]);
  assert.equal([...(await max(x, { axes: [1] }).data())].map(String), ['NaN', 'NaN', 'NaN', '-Infinity']);
  assert.equal([...(await argMin(x).data())], [1, 2, 0, 0]);
  assert.equal([...(await min(x, { axes: [1] }).data())].map(String), ['NaN', 'NaN', 'NaN', '-Infinity']);
});

test('argMax and softmax agree with their float64 references along every axis', async () => {
  for (const [seed, shape] of [[5], [3, 7], [2, 3, 5], [3, 1, 2, 5]].entries()) {
    for (const axis of shape.keys()) {
      const next = createNumbers(seed + 20);
      await checkReference({
        operation: (x) => argMax(x, { axis }),
        reference: (x) => reference.argMax(x, axis),
        inputs: [shuffled(next, shape)],
        differentiable: [],
      });
      await checkReference({
        operation: (x) => argMin(x, { axis }),
        reference: (x) => reference.argMax({ shape: x.shape, data: x.data.map((value) => -value) }, axis),
        inputs: [shuffled(next, shape)],
        differentiable: [],
      });
      const inputs = [randomArray(next, shape, -3, 3)];
      await checkReference({
        operation: (x) => softmax(x, { axis }),
        reference: (x) => softmaxReference.softmax(x, axis),
        inputs,
      });
      await checkReference({
        operation: (x) => logSoftmax(x, { axis: axis - shape.length }),
        reference: (x) => softmaxReference.logSoftmax(x, axis),
        inputs,
      });
    }
  }
});

test('blocks of blocks: 10 007 and 2 × 8 300 × 3 elements', async () => {
  const next = createNumbers(3);
  const check = async (x: Array64, axes: number[]) => {
    const source = toTensor(x);
    assertAllClose(await sum(source, { axes }).data(), reference.sum(x, axes).data, {
      name: 'sum',
      absolute: 1e-2,
      relative: 1e-5,
    });
    assertAllClose(await max(source, { axes }).data(), reference.max(x, axes).data, {
      name: 'max',
      absolute: 0,
      relative: 0,
    });
    const [slope] = gradients(sum(mean(source, { axes })), [source]);
    const count = axes.reduce((product, axis) => product * x.shape[axis], 1);
    assertAllClose(await slope.data(), new Float64Array(x.data.length).fill(1 / count), {
      name: 'gradient of mean',
      relative: 1e-4,
      absolute: 1e-9,
    });
  };
  await check(randomArray(next, [10007]), [0]);
  await check(randomArray(next, [2, 8300, 3]), [1]);
});

test('equal maxima share the gradient, the first of them is the position', async () => {
  const x = tensor([
    [2, 2, 1],
    [0, 3, 3],
  ]);
  const [slope] = gradients(sum(max(x, { axes: 1 })), [x]);
  assert.equal([...(await slope.data())], [0.5, 0.5, 0, 0, 0.5, 0.5]);
  assert.equal([...(await argMax(x).data())], [0, 1]);
  assert.equal([...(await gradients(sum(min(x, { axes: 0 })), [x])[0].data())], [0, 1, 1, 1, 0, 0]);
  assert.equal([...(await argMin(tensor([2, 1, 1])).data())], [1]);
});

test('softmax survives large scores and sums to 1', async () => {
  assertAllClose(await softmax(tensor([1000, 1001, -1000])).data(), [0.26894142, 0.73105858, 0], {
    name: 'softmax',
    relative: 1e-4,
  });
  assertAllClose(await logSoftmax(tensor([1000, 1001, -1000])).data(), [-1.3132617, -0.3132617, -2001.3132], {
    name: 'logSoftmax',
    relative: 1e-4,
  });
  await gradientCheck((x) => sum(logSoftmax(x), { axes: [0, 1] }), [randomArray(createNumbers(1), [3, 5])]);
});

test('what cannot be reduced is refused', () => {
  const x = zeros([2, 3]);
  assertThrows(() => sum(x, { axes: 2 }), 'sum: expected an axis between -2 and 1, got 2');
  assertThrows(() => sum(x, { axes: [0, -2] }), 'sum: expected distinct axes, got [0,-2]');
  assertThrows(() => mean(zeros([0, 3])), 'mean: expected at least one element to average, got [0, 3]');
  assertThrows(() => max(zeros([2, 0]), { axes: 1 }), 'max: expected at least one element, got [2, 0]');
  assertThrows(() => min(zeros([2, 0]), { axes: 1 }), 'min: expected at least one element, got [2, 0]');
  assertThrows(() => argMax(zeros([0])), 'argMax: expected at least one element, got [0]');
  assertThrows(() => argMin(zeros([0])), 'argMin: expected at least one element, got [0]');
  assertThrows(() => argMax(x, { axis: 0.5 }), 'argMax: expected an axis between -2 and 1, got 0.5');
  assertThrows(() => softmax(x, { axis: -3 }), 'softmax: expected an axis between -2 and 1, got -3');
});

test('empty tensors: no rows give no rows, and an empty sum is 0', async () => {
  const x = zeros([0, 3]);
  for (const operation of [sum, mean, max, min]) {
    const rows = operation(x, { axes: 1 });
    assert.equal([...rows.shape], [0], operation.name);
    assert.is((await gradients(sum(rows), [x])[0].data()).length, 0, operation.name);
  }
  assert.equal([...(await sum(x, { axes: 0 }).data())], [0, 0, 0]);
  assert.equal([...argMax(x).shape], [0]);
  assert.equal([...argMin(x).shape], [0]);
  assert.is((await softmax(x).data()).length, 0);
  assert.is((await gradients(sum(logSoftmax(x)), [x])[0].data()).length, 0);
});

test.run();
