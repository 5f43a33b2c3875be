import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { add, gradients, multiply, oneHot, sum, type Tensor, tensor, zeros } from '../../src/index';
import * as reference from '../reference/layout';
import { assertThrows } from '../support/assertThrows';
import { checkReference } from '../support/gradientCheck';
import { createNumbers, randomIntegers } from '../support/randomTensor';

const test = suite('oneHot');

const values = async (x: Tensor) => [...(await x.data())];

test('hand integers', async () => {
  const vectors = oneHot([2, 0], { classes: 3 });
  assert.equal([...vectors.shape], [2, 3]);
  assert.equal(await values(vectors), [0, 0, 1, 1, 0, 0]);
  assert.equal(await values(oneHot(1, { classes: 2 })), [0, 1]);
});

test('agrees with its float64 reference', async () => {
  for (const [seed, [shape, classes]] of (
    [
      [[7], 1],
      [[3, 5], 4],
      [[2, 3, 4], 130],
    ] as [number[], number][]
  ).entries()) {
    await checkReference({
      operation: (labels) => oneHot(labels, { classes }),
      reference: (labels) => reference.oneHot(labels, classes),
      inputs: [randomIntegers(createNumbers(seed), shape, classes)],
      differentiable: [],
      tolerance: { absolute: 0, relative: 0 },
    });
  }
});

test('computed labels; no gradient goes to them', async () => {
  const labels = tensor([1, 0]);
  const vectors = oneHot(add(labels, 0), { classes: 2 });
  assert.equal(await values(vectors), [0, 1, 1, 0]);
  assert.equal(await values(gradients(sum(multiply(vectors, 3)), [labels])[0]), [0, 0]);
  assert.equal(await values(oneHot(add(labels, 4), { classes: 2 })), [0, 0, 0, 0]);
});

test('throws', () => {
  assertThrows(() => oneHot([0, 3], { classes: 3 }), 'oneHot: expected labels from 0 to 2, got 3 at 1');
  assertThrows(() => oneHot([0.5], { classes: 3 }), 'oneHot: expected labels from 0 to 2, got 0.5 at 0');
  assertThrows(() => oneHot([0], { classes: 0 }), 'oneHot: expected classes to be a whole number ≥ 1, got 0');
  assertThrows(
    () => oneHot([0], { classes: 2 ** 25 }),
    'oneHot: expected at most 16777216 positions, beyond which float32 does not tell whole numbers apart, got 33554432',
  );
});

test('no labels', () => {
  assert.equal([...oneHot(zeros([0, 2]), { classes: 3 }).shape], [0, 2, 3]);
});

test.run();
