import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { deviceReport, gradients, greater, log, sum, type Tensor, tensor, where, zeros } from '../../src/index';
import { map2 } from '../reference/elementwise';
import { assertThrows } from '../support/assertThrows';
import { checkReference } from '../support/gradientCheck';
import { createNumbers, randomArray, randomIntegers } from '../support/randomTensor';

const test = suite('where');

const values = async (x: Tensor) => [...(await x.data())];

test('hand integers', async () => {
  assert.equal(await values(where([1, 0, 2], [10, 20, 30], [-1, -2, -3])), [10, -2, 30]);
  const x = tensor([-2, 0, 3]);
  assert.equal(await values(where(greater(x, 0), x, 0)), [0, 0, 3]);
});

const shapes: [condition: number[], a: number[], b: number[]][] = [
  [[7], [7], [7]],
  [[], [3], [2, 1]],
  [[2, 1], [3], [1]],
  [
    [2, 3, 4],
    [3, 1],
    [2, 1, 4],
  ],
  [
    [2, 1, 3, 1, 2],
    [1, 3, 1, 2, 1],
    [2, 3, 1, 1, 1],
  ],
];

test('broadcasts and hands gradients on as its float64 reference', async () => {
  for (const [seed, [condition, a, b]] of shapes.entries()) {
    const next = createNumbers(seed);
    await checkReference({
      operation: where,
      reference: (c, left, right) => {
        const chosen = map2(
          map2(c, left, (flag, value) => (flag === 0 ? 0 : value)),
          right,
          (value) => value,
        );
        const rest = map2(
          map2(c, right, (flag, value) => (flag === 0 ? value : 0)),
          left,
          (value) => value,
        );
        return map2(chosen, rest, (one, other) => one + other);
      },
      inputs: [randomIntegers(next, condition, 2), randomArray(next, a), randomArray(next, b)],
      differentiable: [1, 2],
      tolerance: { absolute: 0, relative: 0 },
    });
  }
});

test('what is not chosen does not matter', async () => {
  const x = tensor([2, 0]);
  const { NaN: none, POSITIVE_INFINITY: infinite } = Number;
  const [slope] = gradients(sum(where([1, 0], x, log(tensor([-1, 1])))), [x]);
  assert.equal(await values(slope), [1, 0]);
  // WebGPU leaves open what becomes of NaN and infinities.
  if ((await deviceReport()).backend === 'webgpu') return;
  assert.equal(await values(where([1, 0], [1, none], [infinite, 2])), [1, 2]);
  // Only 0 is false.
  assert.equal(await values(where([none, -0, 0], [1, 1, 1], [2, 2, 2])), [1, 2, 2]);
});

test('no gradient goes to the condition', async () => {
  const condition = tensor([1, 0]);
  assert.equal(await values(gradients(sum(where(condition, [1, 2], [3, 4])), [condition])[0]), [0, 0]);
});

test('shapes that do not broadcast are refused', () => {
  assertThrows(
    () => where(zeros([2]), zeros([3]), zeros([1])),
    'where: expected shapes that broadcast, got [2] and [3]',
  );
  assertThrows(
    () => where(zeros([2, 1]), zeros([3]), zeros([4])),
    'where: expected shapes that broadcast, got [2, 3] and [4]',
  );
});

test('empty tensors', async () => {
  const [a, b] = [zeros([0, 3]), tensor([1, 2, 3])];
  const y = where(zeros([0, 1]), a, b);
  assert.equal([...y.shape], [0, 3]);
  const [left, right] = gradients(sum(y), [a, b]);
  assert.equal([...left.shape], [0, 3]);
  assert.equal(await values(right), [0, 0, 0]);
});

test.run();
