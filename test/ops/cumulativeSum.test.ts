import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { cumulativeSum, deviceReport, gradients, ones, sum, type Tensor, tensor, zeros } from '../../src/index';
import * as reference from '../reference/reduce';
import { assertThrows } from '../support/assertThrows';
import { checkReference } from '../support/gradientCheck';
import { createNumbers, randomArray } from '../support/randomTensor';

const test = suite('cumulativeSum');

const values = async (x: Tensor) => [...(await x.data())];

test('hand integers', async () => {
  const x = tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  assert.equal(await values(cumulativeSum(x)), [1, 3, 6, 4, 9, 15]);
  assert.equal(await values(cumulativeSum(x, { axis: 0 })), [1, 2, 3, 5, 7, 9]);
  assert.equal(await values(cumulativeSum(x, { reverse: true })), [6, 5, 3, 15, 11, 6]);
  const [slope] = gradients(sum(cumulativeSum(x)), [x]);
  assert.equal(await values(slope), [3, 2, 1, 3, 2, 1]);
});

test('agrees with its float64 reference', async () => {
  const tight = { absolute: 1e-5, relative: 1e-5 };
  for (const [seed, shape] of [[1], [9], [3, 8], [2, 5, 3], [2, 3, 17, 5]].entries()) {
    for (const axis of shape.keys()) {
      for (const reverse of [false, true]) {
        await checkReference({
          operation: (x) => cumulativeSum(x, { axis, reverse }),
          reference: (x) => reference.cumulativeSum(x, axis, reverse),
          inputs: [randomArray(createNumbers(seed), shape)],
          tolerance: tight,
          gradientTolerance: tight,
        });
      }
    }
  }
});

test('a long row keeps its digits: a hundred thousand tenths', async () => {
  const row = await cumulativeSum(tensor(new Float32Array(100_000).fill(0.1))).data();
  const tenth = Math.fround(0.1);
  for (const i of [0, 999, 31_415, 99_999]) {
    assert.ok(Math.abs(row[i] / (tenth * (i + 1)) - 1) < 1e-6, `${i}: ${row[i]}`);
  }
});

test('NaN and infinities reach what comes after them, and nothing before', async () => {
  // WebGPU leaves open what becomes of them.
  if ((await deviceReport()).backend === 'webgpu') return;
  const { NaN: none, POSITIVE_INFINITY: infinite } = Number;
  assert.equal(await values(cumulativeSum(tensor([1, none, 2]))), [1, none, none]);
  assert.equal(await values(cumulativeSum(tensor([1, infinite, 2, -infinite, 3]))), [
    1,
    infinite,
    infinite,
    none,
    none,
  ]);
});

test('throws', () => {
  assertThrows(
    () => cumulativeSum(zeros([2, 3]), { axis: 2 }),
    'cumulativeSum: expected an axis between -2 and 1, got 2',
  );
});

test('empty tensors and a single element', async () => {
  const none = zeros([0, 3]);
  assert.equal([...cumulativeSum(none).shape], [0, 3]);
  assert.is((await gradients(sum(cumulativeSum(none, { axis: 0 })), [none])[0].data()).length, 0);
  assert.equal(await values(cumulativeSum(ones([3, 1]))), [1, 1, 1]);
});

test.run();
