import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import * as detseg from '../../src/index';
import { deviceReport, gradients, sum, type Tensor, tensor, zeros } from '../../src/index';
import { preluShape } from '../../src/ops/activations';
import { erf, map, map2 } from '../reference/elementwise';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { checkReference } from '../support/gradientCheck';
import { createNumbers, randomArray } from '../support/randomTensor';

const test = suite('activations');

const values = async (x: Tensor) => [...(await x.data())];
const slopes = async (f: (x: Tensor) => Tensor, x: Tensor) => values(gradients(sum(f(x)), [x])[0]);
const tight = { absolute: 1e-5, relative: 1e-5 };

const geluTanh = (x: Tensor) => detseg.gelu(x, { approximate: 'tanh' });
const tanhArgument = (x: number) => Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3);
const unary: [string, (x: Tensor) => Tensor, (value: number) => number][] = [
  ['relu6', detseg.relu6, (x) => Math.min(Math.max(0, x), 6)],
  ['elu', detseg.elu, (x) => (x > 0 ? x : Math.exp(x) - 1)],
  ['elu 0.3', (x) => detseg.elu(x, { alpha: 0.3 }), (x) => (x > 0 ? x : 0.3 * (Math.exp(x) - 1))],
  ['hardSigmoid', detseg.hardSigmoid, (x) => Math.min(Math.max(0, x + 3), 6) / 6],
  ['hardSwish', detseg.hardSwish, (x) => (x * Math.min(Math.max(0, x + 3), 6)) / 6],
  ['silu', detseg.silu, (x) => x / (1 + Math.exp(-x))],
  ['gelu', detseg.gelu, (x) => (x * (1 + erf(x / Math.SQRT2))) / 2],
  ['gelu tanh', geluTanh, (x) => (x * (1 + Math.tanh(tanhArgument(x)))) / 2],
];

test('hand integers', async () => {
  const x = tensor([-6, -3, 0, 3, 6, 9]);
  assert.equal(await values(detseg.relu6(x)), [0, 0, 0, 3, 6, 6]);
  assert.equal(await values(detseg.hardSigmoid(x)), [0, 0, 0.5, 1, 1, 1]);
  assert.equal((await values(detseg.hardSwish(x))).map(Math.abs), [0, 0, 0, 3, 6, 9]);
  assert.equal(await values(detseg.elu(tensor([0, 2]))), [0, 2]);
  const pairs = tensor([
    [-2, -2],
    [4, 4],
  ]);
  assert.equal(await values(detseg.prelu(pairs, tensor([0.5, -1]))), [-1, 2, 4, 4]);
  assert.equal(await values(detseg.prelu(pairs, tensor([0.25]))), [-0.5, -0.5, 4, 4]);
});

for (const [name, operation, f] of unary) {
  test(`${name} agrees with its float64 reference`, async () => {
    for (const [seed, shape] of [[7], [3, 5], [2, 3, 1, 7]].entries()) {
      const inputs = [randomArray(createNumbers(seed + 1), shape, -7, 7)];
      await checkReference({
        operation,
        reference: (x) => map(x, f),
        inputs,
        tolerance: tight,
        gradientTolerance: tight,
      });
    }
  });
}

test('prelu agrees with its float64 reference, slopes of each channel and one for all', async () => {
  const f = (x: number, slope: number) => (x > 0 ? x : slope * x);
  const cases: [number[], number][] = [
    [[5], 5],
    [[3, 4], 1],
    [[2, 3, 2, 5], 5],
    [[1, 2, 3, 2, 3], 3],
  ];
  for (const [seed, [shape, channels]] of cases.entries()) {
    const next = createNumbers(seed);
    await checkReference({
      operation: detseg.prelu,
      reference: (x, slope) => map2(x, slope, f),
      inputs: [randomArray(next, shape, -3, 3), randomArray(next, [channels])],
      tolerance: tight,
      gradientTolerance: tight,
    });
  }
});

test('on the kinks the slopes are those of PyTorch', async () => {
  const x = tensor([-3, 0, 3, 6]);
  assert.equal(await slopes(detseg.relu6, x), [0, 0, 1, 0]);
  assertAllClose(await slopes(detseg.hardSigmoid, x), [0, 1 / 6, 0, 0]);
  assert.equal(await slopes(detseg.hardSwish, x), [0, 0.5, 1, 1]);
  assert.equal((await slopes(detseg.elu, x)).slice(1), [1, 1, 1]);
  assert.equal(await slopes((y) => detseg.prelu(y, tensor([0.25])), x), [0.25, 0.25, 1, 1]);
  const slope = tensor([0.25]);
  assert.equal(await values(gradients(sum(detseg.prelu(x, slope)), [slope])[0]), [-3]);
});

/** Values and slopes of float64 PyTorch, of Φ's tail by SciPy: what float32 gives may be 1e-5 of them off, however small they are. */
const tails: [(x: Tensor) => Tensor, x: number[], y: number[], slope: number[]][] = [
  [detseg.elu, [-12, -0.001, -1e-6], [-0.9999938557876467, -0.0009995, -9.999995e-7], [6.14421235e-6, 0.9990005, 1]],
  [detseg.silu, [-12, -8, 20], [-7.3730095e-5, -0.0026828, 20], [-6.758547e-5, -0.0023466, 1]],
  [detseg.gelu, [-8, -5, -1e-6], [-4.976768e-15, -1.4332579e-6, -5e-7], [-4.04137e-14, -7.1468e-6, 0.5]],
];

test('small results keep their digits', async () => {
  // WebGPU promises its exponentials to fewer digits.
  const loose = (await deviceReport()).backend === 'webgpu';
  const digits = loose ? { absolute: 1e-7, relative: 1e-3 } : { absolute: 0, relative: 2e-5 };
  for (const [operation, x, y, slope] of tails) {
    assertAllClose(await values(operation(tensor(x))), y, { name: operation.name, ...digits });
    assertAllClose(await slopes(operation, tensor(x)), slope, { absolute: 1e-9, relative: 1e-4 });
  }
});

test('NaN passes, large numbers do not overflow', async () => {
  if ((await deviceReport()).backend !== 'webgpu') {
    for (const [name, operation] of unary)
      assert.equal(await values(operation(tensor([Number.NaN]))), [Number.NaN], name);
    assert.equal(await values(detseg.prelu(tensor([Number.NaN]), tensor([0.25]))), [Number.NaN]);
  }
  for (const [name, operation] of unary) {
    const large = await values(operation(tensor([-1000, 1000])));
    assert.ok(large.every(Number.isFinite), `${name}: ${large}`);
    const steep = await slopes(operation, tensor([-1000, 1000]));
    assert.ok(steep.every(Number.isFinite), `${name}: slopes ${steep}`);
  }
});

test('what does not fit is refused', () => {
  assert.equal(preluShape([2, 3], [3]), [2, 3]);
  assertThrows(() => detseg.prelu(zeros([2, 3]), zeros([2])), 'prelu: expected slope [3] or [1] for x [2, 3], got [2]');
  assertThrows(() => preluShape([2, 3], [1, 3]), 'prelu: expected slope [3] or [1] for x [2, 3], got [1, 3]');
  assertThrows(() => preluShape([], [1]), 'prelu: expected x […, C], got []');
  assertThrows(
    () => detseg.elu(zeros([2]), { alpha: Number.NaN }),
    'elu: expected alpha to be a finite number, got NaN',
  );
  assertThrows(
    () => detseg.gelu(zeros([2]), { approximate: 'erf' as 'none' }),
    'gelu: expected approximate none or tanh, got erf',
  );
});

test('empty tensors pass through with empty gradients', async () => {
  const x = zeros([0, 3]);
  for (const [name, operation] of [...unary, ['prelu', (y: Tensor) => detseg.prelu(y, zeros([3]))] as const]) {
    const y = operation(x);
    assert.equal([...y.shape], [0, 3], name);
    assert.is((await gradients(sum(y), [x])[0].data()).length, 0, name);
  }
  const slope = tensor([1, 2, 3]);
  assert.equal(await values(gradients(sum(detseg.prelu(x, slope)), [slope])[0]), [0, 0, 0]);
});

test.run();
