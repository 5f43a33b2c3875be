import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { add, embedding, gradients, matmul, oneHot, sum, type Tensor, tensor, zeros } from '../../src/index';
import { gather } from '../reference/layout';
import { assertThrows } from '../support/assertThrows';
import { checkReference } from '../support/gradientCheck';
import { createNumbers, randomArray } from '../support/randomTensor';

const test = suite('embedding');

const values = async (x: Tensor) => [...(await x.data())];
const table = tensor([
  [1, 2],
  [3, 4],
  [5, 6],
]);

test('hand integers', async () => {
  const vectors = embedding(table, [
    [2, 0],
    [1, 2],
  ]);
  assert.equal([...vectors.shape], [2, 2, 2]);
  assert.equal(await values(vectors), [5, 6, 1, 2, 3, 4, 5, 6]);
  assert.equal(await values(embedding(table, 1)), [3, 4]);
  // The row that was looked up twice gets both gradients.
  assert.equal(await values(gradients(sum(vectors), [table])[0]), [1, 1, 1, 1, 2, 2]);
});

test('agrees with its float64 reference and with the product by one-hot numbers', async () => {
  const indices = [3, 0, 3, 6, 1, 1];
  const shaped = tensor(indices, [2, 3]);
  for (const list of [shaped, add(shaped, 0)]) {
    await checkReference({
      operation: (x) => embedding(x, list),
      reference: (x) => ({ ...gather(x, indices, 0), shape: [2, 3, 5] }),
      inputs: [randomArray(createNumbers(1), [7, 5])],
      tolerance: { absolute: 0, relative: 0 },
    });
  }
  assert.equal(
    await values(matmul(oneHot([2, 0, 1], { classes: 3 }), table)),
    await values(embedding(table, [2, 0, 1])),
  );
});

test('throws', () => {
  assertThrows(() => embedding(table, [0, 3]), 'embedding: expected indices from 0 to 2, got 3 at 1');
  assertThrows(() => embedding(zeros([3]), [0]), 'embedding: expected table [V, D], got [3]');
});

test('no indices', async () => {
  const nothing = embedding(table, zeros([0, 4]));
  assert.equal([...nothing.shape], [0, 4, 2]);
  assert.equal(await values(gradients(sum(nothing), [table])[0]), [0, 0, 0, 0, 0, 0]);
});

test.run();
