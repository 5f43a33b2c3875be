import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { deviceReport, gradients, logSumExp, softmax, sum, tensor, zeros } from '../../src/index';
import * as reference from '../reference/reduce';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { checkReference, toTensor } from '../support/gradientCheck';
import { createNumbers, randomArray } from '../support/randomTensor';

const test = suite('logSumExp');

test('by hand: the logarithm of a sum of n equal terms', async () => {
  assertAllClose(await logSumExp(tensor([0, 0, 0, 0])).data(), [Math.log(4)]);
  assertAllClose(await logSumExp(tensor([[1, 1]]), { axes: 1 }).data(), [1 + Math.LN2]);
  assert.equal([...logSumExp(zeros([2, 3, 4]), { axes: [0, 2], keepDims: true }).shape], [1, 3, 1]);
});

const cases: [shape: number[], axes: number[]][] = [
  [[7], [0]],
  [[3, 5], [1]],
  [
    [2, 3, 4],
    [0, 2],
  ],
  [[2, 131, 3], [1]],
  [
    [2, 3, 4, 5],
    [0, 1, 2, 3],
  ],
];

test('agrees with its float64 reference', async () => {
  const tight = { absolute: 1e-5, relative: 1e-5 };
  for (const [seed, [shape, axes]] of cases.entries()) {
    await checkReference({
      operation: (x) => logSumExp(x, { axes }),
      reference: (x) => reference.drop(reference.logSumExp(x, axes), axes),
      inputs: [randomArray(createNumbers(seed), shape, -4, 4)],
      tolerance: tight,
      gradientTolerance: tight,
    });
  }
});

test('its gradient is the softmax', async () => {
  const x = toTensor(randomArray(createNumbers(4), [3, 6], -4, 4));
  const [slope] = gradients(sum(logSumExp(x, { axes: 1 })), [x]);
  assertAllClose(await slope.data(), await softmax(x).data());
});

test('large numbers do not overflow', async () => {
  assertAllClose(await logSumExp(tensor([1000, 1000])).data(), [1000 + Math.LN2]);
  assertAllClose(await logSumExp(tensor([-1000, -1000])).data(), [-1000 + Math.LN2]);
  const x = tensor([1000, -1000]);
  assert.equal([...(await gradients(logSumExp(x), [x])[0].data())], [1, 0]);
});

test('infinities and NaN, as in PyTorch', async () => {
  // WebGPU leaves open what becomes of them.
  if ((await deviceReport()).backend === 'webgpu') return;
  const { NaN: none, POSITIVE_INFINITY: infinite } = Number;
  const x = tensor([
    [-infinite, -infinite],
    [infinite, 1],
    [none, 1],
    [1, -infinite],
  ]);
  const rows = logSumExp(x, { axes: 1 });
  assert.equal([...(await rows.data())], [-infinite, infinite, none, 1]);
  const slopes = [...(await gradients(sum(rows), [x])[0].data())];
  assert.equal(slopes.slice(0, 2), [0, 0]);
  assert.equal(slopes.slice(6), [1, 0]);
});

test('throws', () => {
  assertThrows(() => logSumExp(zeros([2]), { axes: 1 }), 'logSumExp: expected an axis between -1 and 0, got 1');
  assertThrows(() => logSumExp(zeros([2]), { axes: [0, -1] }), 'logSumExp: expected distinct axes, got [0,-1]');
});

test('no rows, and rows of nothing', async () => {
  const none = zeros([0, 3]);
  const rows = logSumExp(none, { axes: 1 });
  assert.equal([...rows.shape], [0]);
  assert.is((await gradients(sum(rows), [none])[0].data()).length, 0);
  if ((await deviceReport()).backend === 'webgpu') return;
  const nothing = zeros([2, 0]);
  assert.equal([...(await logSumExp(nothing, { axes: 1 }).data())], [-1 / 0, -1 / 0]);
  assert.equal([...gradients(sum(logSumExp(nothing, { axes: 1 })), [nothing])[0].shape], [2, 0]);
});

test.run();
