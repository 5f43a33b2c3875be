import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import * as detseg from '../../src/index';
import { gradients, type Tensor, tensor } from '../../src/index';
import { map, map2 } from '../reference/elementwise';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { checkReference, gradientCheck } from '../support/gradientCheck';
import { createNumbers, randomArray } from '../support/randomTensor';

const test = suite('elementwise');
const seeds = [1, 2, 3];
const sizes = [[7], [3, 5], [1, 3, 1, 7]];

const values = async (x: Tensor) => [...(await x.data())];

test('hand integers', async () => {
  const column = tensor([[1], [2]]);
  const row = tensor([10, 20, 30]);
  const sums = detseg.add(column, row);
  assert.equal([...sums.shape], [2, 3]);
  assert.equal(await values(sums), [11, 21, 31, 12, 22, 32]);
  assert.equal(await values(detseg.subtract([5, 7], [2, 10])), [3, -3]);
  assert.equal(
    await values(
      detseg.multiply(
        [
          [1, 2],
          [3, 4],
        ],
        2,
      ),
    ),
    [2, 4, 6, 8],
  );
  assert.equal(await values(detseg.divide(8, [2, 4])), [4, 2]);
  assert.equal(await values(detseg.maximum([1, 5], [3, 2])), [3, 5]);
  assert.equal(await values(detseg.minimum([1, 5], [3, 2])), [1, 2]);
  assert.equal(await values(detseg.equal([1, 2, 3], [1, 3, 3])), [1, 0, 1]);
  assert.equal(await values(detseg.notEqual([1, 2, 3], [1, 3, 3])), [0, 1, 0]);
  assert.equal(await values(detseg.less([1, 2, 3], 2)), [1, 0, 0]);
  assert.equal(await values(detseg.lessEqual([1, 2, 3], 2)), [1, 1, 0]);
  assert.equal(await values(detseg.greater([1, 2, 3], 2)), [0, 0, 1]);
  assert.equal(await values(detseg.greaterEqual([1, 2, 3], 2)), [0, 1, 1]);
  assert.equal(await values(detseg.relu(tensor([-2, 0, 3]))), [0, 0, 3]);
  assert.equal(await values(detseg.abs(tensor([-2, 0, 3]))), [2, 0, 3]);
  assert.equal(await values(detseg.clamp(tensor([-2, 0, 3]), { min: -1, max: 1 })), [-1, 0, 1]);
  assert.equal(await values(detseg.scale(tensor([1, 2]), 3, -1)), [2, 5]);
  assert.equal(await values(detseg.pow(tensor([-2, 3]), 3)), [-8, 27]);
  const scalar = detseg.add(1, 2);
  assert.equal([...scalar.shape], []);
  assert.is(await scalar.item(), 3);
});

const unary: [string, (x: Tensor) => Tensor, (value: number) => number, [number, number]?][] = [
  ['exp', detseg.exp, Math.exp],
  ['log', detseg.log, Math.log, [0.3, 3]],
  ['log1p', detseg.log1p, Math.log1p, [-0.7, 3]],
  ['sqrt', detseg.sqrt, Math.sqrt, [0.3, 3]],
  ['abs', detseg.abs, Math.abs],
  ['negate', detseg.negate, (x) => -x],
  ['scale', (x) => detseg.scale(x, -1.5, 0.25), (x) => -1.5 * x + 0.25],
  ['relu', detseg.relu, (x) => Math.max(0, x)],
  ['leakyRelu', (x) => detseg.leakyRelu(x, { slope: 0.2 }), (x) => (x > 0 ? x : 0.2 * x)],
  ['sigmoid', detseg.sigmoid, (x) => 1 / (1 + Math.exp(-x)), [-6, 6]],
  ['softplus', detseg.softplus, (x) => Math.log1p(Math.exp(x)), [-6, 6]],
  ['tanh', detseg.tanh, Math.tanh, [-3, 3]],
  ['clamp', (x) => detseg.clamp(x, { min: -0.5, max: 0.25 }), (x) => Math.min(0.25, Math.max(-0.5, x))],
  ['clamp below only', (x) => detseg.clamp(x, { min: -0.5 }), (x) => Math.max(-0.5, x)],
  ...[0, 1, 2, 3, -1, -2].map(
    (exponent) =>
      [`pow ${exponent}`, (x: Tensor) => detseg.pow(x, exponent), (x: number) => x ** exponent, [0.4, 2]] as any,
  ),
  ['pow 3 of negative bases', (x) => detseg.pow(x, 3), (x) => x ** 3],
  ['pow 2.5', (x) => detseg.pow(x, 2.5), (x) => x ** 2.5, [0.4, 2]],
  ['pow −0.5', (x) => detseg.pow(x, -0.5), (x) => x ** -0.5, [0.4, 2]],
];

for (const [name, operation, f, [low, high] = [-2, 2]] of unary) {
  test(`${name} agrees with its float64 reference`, async () => {
    for (const [i, seed] of seeds.entries()) {
      const inputs = [randomArray(createNumbers(seed), sizes[i], low, high)];
      await checkReference({ operation, reference: (x) => map(x, f), inputs });
    }
  });
}

const shapes: [readonly number[], readonly number[]][] = [
  [
    [3, 5],
    [3, 5],
  ],
  [[], [7]],
  [[1], [1]],
  [
    [2, 1, 3],
    [5, 1],
  ],
  [
    [3, 1, 5, 1],
    [1, 7, 1, 2],
  ],
  [[2, 3, 3, 5], [5]],
  // Five axes that alternate between the two operands need `expand` first.
  [
    [2, 1, 3, 1, 2],
    [1, 3, 1, 2, 1],
  ],
  [
    [2, 1, 2, 1, 2, 1],
    [3, 1, 2, 1, 2],
  ],
];
const binary: [string, (a: Tensor, b: Tensor) => Tensor, (a: number, b: number) => number, boolean?][] = [
  ['add', detseg.add, (a, b) => a + b],
  ['subtract', detseg.subtract, (a, b) => a - b],
  ['multiply', detseg.multiply, (a, b) => a * b],
  ['divide', detseg.divide, (a, b) => a / b],
  ['maximum', detseg.maximum, Math.max],
  ['minimum', detseg.minimum, Math.min],
  ['equal', detseg.equal, (a, b) => (a === b ? 1 : 0), true],
  ['notEqual', detseg.notEqual, (a, b) => (a === b ? 0 : 1), true],
  ['less', detseg.less, (a, b) => (a < b ? 1 : 0), true],
  ['lessEqual', detseg.lessEqual, (a, b) => (a <= b ? 1 : 0), true],
  ['greater', detseg.greater, (a, b) => (a > b ? 1 : 0), true],
  ['greaterEqual', detseg.greaterEqual, (a, b) => (a >= b ? 1 : 0), true],
];

for (const [name, operation, f, constant = false] of binary) {
  test(`${name} broadcasts as its float64 reference`, async () => {
    for (const [i, [left, right]] of shapes.entries()) {
      const next = createNumbers(i + 10);
      const inputs = [randomArray(next, left), randomArray(next, right, 0.4, 2)];
      await checkReference({
        operation,
        reference: (a, b) => map2(a, b, f),
        inputs,
        differentiable: constant ? [] : [0, 1],
      });
    }
  });
}

test('where two arguments tie, or a kink is hit exactly, the gradient is the documented one', async () => {
  const gradient = async (f: (x: Tensor) => Tensor, x: number[]) => {
    const source = tensor(x);
    return values(gradients(detseg.sum(f(source)), [source])[0]);
  };
  assert.equal(await gradient(detseg.relu, [0]), [0]);
  assert.equal(await gradient((x) => detseg.leakyRelu(x, { slope: 0.5 }), [0]), [0.5]);
  assert.equal(await gradient(detseg.abs, [0, -1]), [0, -1]);
  assert.equal(await gradient((x) => detseg.maximum(x, [2, 1]), [2, 2]), [0.5, 1]);
  assert.equal(await gradient((x) => detseg.minimum(x, [2, 1]), [2, 2]), [0.5, 0]);
  assert.equal(await gradient((x) => detseg.maximum(x, x), [2]), [1]);
  assert.equal(await gradient((x) => detseg.clamp(x, { min: 0, max: 1 }), [0, 1, -0.1, 1.1]), [1, 1, 0, 0]);
  assert.equal(await gradient((x) => detseg.pow(x, 2), [0, -3]), [0, -6]);
  assert.equal(await gradient((x) => detseg.pow(x, 1), [0]), [1]);
  assert.equal(await gradient((x) => detseg.pow(x, 0), [0, 2]), [0, 0]);
});

test('sigmoid, softplus and tanh do not overflow', async () => {
  const x = tensor([-1000, -100, 100, 1000]);
  assertAllClose(await values(detseg.sigmoid(x)), [0, 0, 1, 1], { name: 'sigmoid', relative: 1e-4 });
  assertAllClose(await values(detseg.softplus(x)), [0, 0, 100, 1000], { name: 'softplus', relative: 1e-4 });
  assertAllClose(await values(detseg.tanh(x)), [-1, -1, 1, 1], { name: 'tanh', relative: 1e-4 });
  for (const f of [detseg.sigmoid, detseg.softplus, detseg.tanh]) {
    const slope = await values(gradients(detseg.sum(f(x)), [x])[0]);
    assert.ok(slope.every(Number.isFinite), `${f.name}: slopes ${slope}`);
  }
});

test('NaN differs from everything and is neither less nor more', async () => {
  // WebGPU leaves open what becomes of NaN.
  if ((await detseg.deviceReport()).backend === 'webgpu') return;
  const pairs = [
    [Number.NaN, 1, Number.NaN],
    [1, Number.NaN, Number.NaN],
  ] as const;
  assert.equal(await values(detseg.notEqual(...pairs)), [1, 1, 1]);
  for (const compare of [detseg.equal, detseg.less, detseg.lessEqual, detseg.greater, detseg.greaterEqual])
    assert.equal(await values(compare(...pairs)), [0, 0, 0], compare.name);
});

test('float32 differences agree with the gradients of a longer expression', async () => {
  const next = createNumbers(5);
  await gradientCheck(
    (a, b) => detseg.mean(detseg.tanh(detseg.multiply(detseg.exp(a), detseg.sigmoid(detseg.subtract(a, b))))),
    [randomArray(next, [3, 5]), randomArray(next, [5])],
  );
});

test('a tensor used twice collects both gradients', async () => {
  const x = tensor([3]);
  const y = detseg.add(detseg.multiply(x, x), x);
  assert.equal(await values(gradients(detseg.sum(y), [x])[0]), [7]);
});

test('shapes that do not broadcast are refused by name', () => {
  const [a, b] = [detseg.zeros([2, 3]), detseg.zeros([2, 4])];
  for (const [name, operation] of binary) {
    assertThrows(() => operation(a, b), `${name}: expected shapes that broadcast, got [2, 3] and [2, 4]`);
  }
  assertThrows(() => detseg.clamp(a, { min: 1, max: 0 }), 'clamp: expected min ≤ max, got 1 and 0');
  assertThrows(() => detseg.clamp(a, { min: Number.NaN }), 'clamp: expected min ≤ max, got NaN and 3e+38');
});

test('empty tensors pass through with empty gradients', async () => {
  const x = detseg.zeros([0, 3]);
  for (const [name, operation] of unary) {
    const y = operation(x);
    assert.equal([...y.shape], [0, 3], name);
    assert.is((await gradients(detseg.sum(y), [x])[0].data()).length, 0, name);
  }
  const row = tensor([1, 2, 3]);
  for (const [name, operation, , constant] of binary) {
    const y = operation(x, row);
    assert.equal([...y.shape], [0, 3], name);
    if (!constant) assert.equal(await values(gradients(detseg.sum(y), [row])[0]), [0, 0, 0], name);
  }
});

test.run();
