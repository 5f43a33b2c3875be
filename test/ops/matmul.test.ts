import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { gradients, matmul, sum, tensor, zeros } from '../../src/index';
import { matmulShape } from '../../src/ops/matmul';
import * as reference from '../reference/matmul';
import { assertThrows } from '../support/assertThrows';
import { checkReference } from '../support/gradientCheck';
import { createNumbers, randomArray } from '../support/randomTensor';

const test = suite('matmul');

test('hand integers', async () => {
  const product = matmul(
    tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]),
    tensor([
      [1, 0],
      [0, 1],
      [2, -1],
    ]),
  );
  assert.equal([...product.shape], [2, 2]);
  assert.equal([...(await product.data())], [7, -1, 16, -1]);
});

test('agrees with its float64 reference: transposed, batched, broadcast', async () => {
  const shapes: [number[], number[]][] = [
    [
      [1, 1],
      [1, 1],
    ],
    [
      [3, 5],
      [5, 7],
    ],
    [
      [7, 1],
      [1, 3],
    ],
    [
      [2, 3, 5],
      [2, 5, 3],
    ],
    [
      [2, 3, 5],
      [5, 7],
    ],
    [
      [3, 5],
      [2, 5, 3],
    ],
    [
      [2, 1, 3, 5],
      [3, 5, 1],
    ],
    [
      [1, 3, 5],
      [2, 5, 3],
    ],
  ];
  const swapped = (shape: number[]) => [...shape.slice(0, -2), shape.at(-1)!, shape.at(-2)!];
  for (const [seed, [left, right]] of shapes.entries()) {
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        const next = createNumbers(seed);
        await checkReference({
          operation: (a, b) => matmul(a, b, { transposeA, transposeB }),
          reference: (a, b) =>
            reference.matmul(transposeA ? reference.transpose(a) : a, transposeB ? reference.transpose(b) : b),
          inputs: [
            randomArray(next, transposeA ? swapped(left) : left),
            randomArray(next, transposeB ? swapped(right) : right),
          ],
        });
      }
    }
  }
});

test('the shape function checks without a device', () => {
  assert.equal(matmulShape([4, 2, 3], [3, 5]).shape, [4, 2, 5]);
  assert.equal(matmulShape([3, 2], [5, 3], { transposeA: true, transposeB: true }).shape, [2, 5]);
  assertThrows(() => matmulShape([3], [3, 2]), 'matmul: expected two matrices, got [3] and [3, 2]');
  assertThrows(
    () => matmulShape([2, 3], [4, 5]),
    'matmul: expected inner sizes to agree, got 3 and 4 of [2, 3] and [4, 5]',
  );
  assertThrows(() => matmulShape([2, 1, 3], [3, 3, 1]), 'matmul: expected shapes that broadcast, got [2] and [3]');
});

test('no rows, no columns, and a sum over nothing', async () => {
  const [a, b] = [zeros([0, 3]), tensor([[1], [2], [3]])];
  const none = matmul(a, b);
  assert.equal([...none.shape], [0, 1]);
  assert.equal([...(await gradients(sum(none), [b])[0].data())], [0, 0, 0]);
  assert.equal([...matmul(tensor([[1, 2]]), zeros([2, 0])).shape], [1, 0]);
  assert.equal([...(await matmul(zeros([2, 0]), zeros([0, 3])).data())], [0, 0, 0, 0, 0, 0]);
});

test.run();
