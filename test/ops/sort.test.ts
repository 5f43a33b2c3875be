import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { add, deviceReport, gradients, multiply, sort, sum, type Tensor, tensor, topK, zeros } from '../../src/index';
import { topKShape } from '../../src/ops/sort';
import type { Array64 } from '../reference/array64';
import * as reference from '../reference/reduce';
import { assertThrows } from '../support/assertThrows';
import { checkReference } from '../support/gradientCheck';
import { createNumbers, randomIntegers, shuffled } from '../support/randomTensor';

const test = suite('sort, topK');
const exact = { absolute: 0, relative: 0 };

const values = async (x: Tensor) => [...(await x.data())];

test('hand integers', async () => {
  const x = tensor([
    [3, 1, 2],
    [4, 6, 5],
  ]);
  const rows = sort(x);
  assert.equal(await values(rows.values), [1, 2, 3, 4, 5, 6]);
  assert.equal(await values(rows.indices), [1, 2, 0, 0, 2, 1]);
  assert.equal(await values(sort(x, { axis: 0, descending: true }).values), [4, 6, 5, 3, 1, 2]);
  const best = topK(x, 2);
  assert.equal([...best.values.shape], [2, 2]);
  assert.equal(await values(best.values), [3, 2, 6, 5]);
  assert.equal(await values(best.indices), [0, 2, 1, 2]);
  assert.equal(await values(topK(x, 1, { largest: false, axis: 0 }).values), [3, 1, 2]);
  // Only what was taken gets a gradient.
  const weighted = multiply(best.values, [10, 20]);
  assert.equal(await values(gradients(sum(weighted), [x])[0]), [10, 0, 20, 0, 10, 20]);
});

const cases: [shape: number[], axis: number][] = [
  [[9], 0],
  [[3, 7], 1],
  [[7, 3], 0],
  [[2, 5, 4], 1],
  [[2, 3, 2, 6], -1],
];

/** Values and indices against selection. */
async function check(x: Array64, axis: number, count: number, descending: boolean, run: (x: Tensor) => Tensor[]) {
  const along = axis < 0 ? axis + x.shape.length : axis;
  const positions = (y: Array64) => reference.rankedPositions(y, along, count, descending);
  await checkReference({
    operation: (y) => run(y)[0],
    // Where the elements go is decided by x itself; the slopes are those of taking them.
    reference: (y) => reference.takeAlong(y, positions(x), along),
    inputs: [x],
    tolerance: exact,
  });
  await checkReference({
    operation: (y) => run(y)[1],
    reference: positions,
    inputs: [x],
    differentiable: [],
    tolerance: exact,
  });
}

test('sort and topK agree with their float64 reference', async () => {
  for (const [seed, [shape, axis]] of cases.entries()) {
    const x = shuffled(createNumbers(seed), shape);
    const length = shape.at(axis)!;
    for (const descending of [false, true]) {
      await check(x, axis, length, descending, (y) => {
        const { values: all, indices } = sort(y, { axis, descending });
        return [all, indices];
      });
      for (const k of [1, length - 1, length]) {
        await check(x, axis, k, descending, (y) => {
          const { values: best, indices } = topK(y, k, { axis, largest: descending });
          return [best, indices];
        });
      }
    }
  }
});

test('equal elements stay in their order', async () => {
  const x = randomIntegers(createNumbers(3), [4, 30], 5);
  for (const descending of [false, true]) {
    await check(x, 1, 30, descending, (y) => {
      const { values: all, indices } = sort(y, { descending });
      return [all, indices];
    });
  }
});

test('of computed numbers, in the middle of a launch', async () => {
  const x = tensor([5, -7, 6]);
  const { values: best, indices } = topK(multiply(x, x), 2);
  assert.equal(await values(add(best, indices)), [49 + 1, 36 + 2]);
  assert.equal(await values(gradients(sum(best), [x])[0]), [0, -14, 12]);
});

test('NaN is more than any number, as in PyTorch', async () => {
  // WebGPU leaves open what becomes of NaN and infinities.
  if ((await deviceReport()).backend === 'webgpu') return;
  const { NaN: none, POSITIVE_INFINITY: infinite } = Number;
  const x = tensor([3, none, infinite, none, -infinite, infinite]);
  assert.equal(await values(sort(x).indices), [4, 0, 2, 5, 1, 3]);
  assert.equal(await values(sort(x, { descending: true }).indices), [1, 3, 2, 5, 0, 4]);
  assert.equal(await values(topK(x, 3).values), [none, none, infinite]);
  assert.equal(await values(topK(x, 2, { largest: false }).values), [-infinite, 3]);
});

test('the shape function checks without a device', () => {
  assert.equal(topKShape('topK', [2, 5], { count: 3 }), { shape: [2, 3], along: 1 });
  const x = zeros([2, 3]);
  assertThrows(() => topK(x, 4), 'topK: expected k to be a whole number from 0 to 3, got 4');
  assertThrows(() => topK(x, 1.5), 'topK: expected k to be a whole number from 0 to 3, got 1.5');
  assertThrows(() => topK(x, 1, { axis: 2 }), 'topK: expected an axis between -2 and 1, got 2');
  assertThrows(() => sort(x, { axis: -3 }), 'sort: expected an axis between -2 and 1, got -3');
  assertThrows(() => topKShape('sort', [2, 2 ** 24]), 'sort: expected at most 16777216 numbers, got [2, 16777216]');
});

test('empty tensors, and none of some', async () => {
  const none = zeros([0, 3]);
  for (const { values: sorted, indices } of [sort(none), sort(none, { axis: 0 }), topK(none, 3)]) {
    assert.equal([...sorted.shape], [0, 3]);
    assert.equal([...indices.shape], [0, 3]);
    assert.is((await gradients(sum(sorted), [none])[0].data()).length, 0);
  }
  const x = tensor([1, 2]);
  const nothing = topK(x, 0).values;
  assert.equal([...nothing.shape], [0]);
  assert.equal(await values(gradients(sum(nothing), [x])[0]), [0, 0]);
});

test.run();
