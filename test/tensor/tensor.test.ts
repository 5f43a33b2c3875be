import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  add,
  applyKernel,
  conv2d,
  detach,
  deviceReport,
  exp,
  full,
  gradients,
  maxPool2d,
  mse,
  multiply,
  ones,
  realize,
  sum,
  type Tensor,
  tensor,
  withGradient,
  withoutGradients,
  zeros,
} from '../../src/index';
import {
  broadcastShapes,
  broadcastStrides,
  checkShape,
  mergeAxes,
  resolvePair,
  sizeOf,
  stridesOf,
} from '../../src/shape/shape';
import { assertRejects, assertThrows } from '../support/assertThrows';

const test = suite('tensor');
const values = async (x: Tensor) => [...(await x.data())];

test('nested arrays, ndarrays of any layout, and flat arrays with a shape', async () => {
  const nested = tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  assert.equal([...nested.shape], [2, 3]);
  assert.is(nested.rank, 2);
  assert.is(nested.size, 6);
  assert.equal([...tensor(5).shape], []);
  assert.equal([...tensor([]).shape], [0]);
  assert.equal([...tensor([[], []]).shape], [2, 0]);
  assert.equal(await values(tensor([1, 2, 3, 4], [2, 2])), [1, 2, 3, 4]);
  assert.equal([...tensor(new Float64Array(3)).shape], [3]);
  const array = ndarray(new Float64Array([1, 2, 3, 4, 5, 6]), [2, 3]);
  assert.equal(await values(tensor(array)), [1, 2, 3, 4, 5, 6]);
  assert.equal(await values(tensor(array.transpose(1, 0))), [1, 4, 2, 5, 3, 6]);
  assert.equal(await values(tensor(array.step(1, -1).hi(2, 2))), [3, 2, 6, 5]);
  assert.equal(await values(tensor(array.lo(1, 1))), [5, 6]);
  assert.is(tensor(nested), nested);
});

test('numbers are copied in and out', async () => {
  const source = new Float32Array([1, 2]);
  const x = tensor(source);
  source[0] = 9;
  assert.equal(await values(x), [1, 2]);
  const copy = await x.toNdarray();
  copy.set(0, 7);
  assert.equal(await values(x), [1, 2]);
  assert.equal(copy.shape, [2]);
});

test('what is no tensor is refused', async () => {
  assertThrows(() => tensor([[1, 2], [3]]), 'tensor: expected rows of equal length 2, got 1');
  assertThrows(() => tensor([1, [2]] as any), 'tensor: expected numbers nested 1 deep, got [2] at depth 1');
  assertThrows(() => tensor([1, 'two'] as any), 'tensor: expected numbers nested 1 deep, got "two" at depth 1');
  assertThrows(() => tensor([1, 2, 3], [2, 2]), 'tensor: expected 4 numbers for shape [2, 2], got 3');
  assertThrows(() => tensor([1], [1.5]), 'tensor: expected a shape of whole numbers ≥ 0, got [1.5]');
  assertThrows(() => full([-1], 0), 'full: expected a shape of whole numbers ≥ 0, got [-1]');
  assertThrows(() => checkShape('zeros', 3 as any), 'zeros: expected a shape of whole numbers ≥ 0, got 3');
  await assertRejects(() => ones([2]).item(), 'item: expected a tensor of size 1, got [2]');
});

test('shapes: sizes, strides, broadcasting, merged axes', () => {
  assert.is(sizeOf([]), 1);
  assert.equal(stridesOf([2, 3, 5]), [15, 5, 1]);
  assert.equal(broadcastShapes('add', [3, 1], [2, 1, 5]), [2, 3, 5]);
  assert.equal(broadcastShapes('add', [0, 3], [1, 3]), [0, 3]);
  assert.equal(broadcastStrides([3, 1], [2, 3, 5]), [0, 1, 0]);
  // A matrix plus itself is one long row; plus a column it is two axes.
  assert.equal(mergeAxes([4, 5], [stridesOf([4, 5]), stridesOf([4, 5])]).shape, [20]);
  assert.equal(mergeAxes([4, 5], [stridesOf([4, 5]), broadcastStrides([4, 1], [4, 5])]), {
    shape: [4, 5],
    strides: [
      [5, 1],
      [1, 0],
    ],
  });
  assert.equal(
    mergeAxes([2, 3, 4, 5], [stridesOf([2, 3, 4, 5]), broadcastStrides([4, 5], [2, 3, 4, 5])]).shape,
    [6, 20],
  );
  assert.equal(resolvePair('pool', 'size', 3, 1), [3, 3]);
  assert.equal(resolvePair('pool', 'size', [2, 3], 1), [2, 3]);
  assertThrows(
    () => resolvePair('pool', 'size', [1, 2, 3] as any, 1),
    'pool: expected size to be one or two whole numbers ≥ 1, got [1, 2, 3]',
  );
});

test('operations run only when their data is wanted, once, and in one launch', async () => {
  const x = tensor([1, 2]);
  const y = exp(x);
  const z = add(y, y);
  assert.is(z.value.data, null);
  const { compiledPlans } = await deviceReport();
  await realize(z, multiply(z, z));
  assert.is((await deviceReport()).compiledPlans, compiledPlans + 1);
  assert.ok(z.value.data);
  assert.is(await z.data(), await z.data());
  // The same structure again compiles nothing.
  const again = add(exp(tensor([3, 4])), 0);
  await again.data();
  const { compiledPlans: between } = await deviceReport();
  await add(exp(tensor([5, 6])), 0).data();
  assert.is((await deviceReport()).compiledPlans, between);
});

test('plans of equal kernels and different wiring are told apart', async () => {
  const [a, b] = [tensor([1, 2]), tensor([10, 20])];
  assert.equal(await values(add(exp(zeros([2])), multiply(a, b))), [11, 41]);
  assert.equal(await values(add(multiply(a, a), multiply(a, b))), [11, 44]);
  assert.equal(await values(add(multiply(a, a), multiply(b, a))), [11, 44]);
  assert.equal(await values(add(multiply(a, b), multiply(b, b))), [110, 440]);
});

test('two computations at the same time do not disturb each other', async () => {
  const results = await Promise.all(Array.from({ length: 20 }, (_, i) => add(full([3], i), [1, 2, 3]).data()));
  for (const [i, result] of results.entries()) assert.equal([...result], [i + 1, i + 2, i + 3]);
});

test('gradients: dependence, independence, histories cut', async () => {
  const [x, y] = [tensor([2, 3]), tensor([5, 7])];
  const loss = sum(multiply(x, detach(multiply(x, y))));
  const [dx, dy] = gradients(loss, [x, y]);
  assert.equal(await values(dx), [10, 21]);
  assert.equal(await values(dy), [0, 0]);
  const constant = withoutGradients(() => multiply(x, x));
  assert.is(constant.derivation, null);
  assert.equal(await values(gradients(sum(constant), [x])[0]), [0, 0]);
  const hidden = multiply(x, x);
  const [dHidden, dSource] = gradients(sum(multiply(hidden, hidden)), [hidden, x]);
  assert.equal(await values(dHidden), [8, 18]);
  assert.equal(await values(dSource), [32, 108]);
  assert.equal(await values(gradients(sum(x), [x, x])[1]), [1, 1]);
  assertThrows(() => gradients(x, [x]), 'gradients: expected a loss of size 1, got [2]');
  assertThrows(
    () =>
      withoutGradients(() => {
        throw new Error('thrown inside');
      }),
    'thrown inside',
  );
  assert.ok(multiply(x, x).derivation, 'recording goes on after an error inside withoutGradients');
});

test('a chain of 3000 operations neither overflows the stack nor loses the gradient', async () => {
  const x = tensor([1]);
  let y: Tensor = x;
  for (let i = 0; i < 3000; i++) y = withGradient(y, 'identity', [y], [(g) => g]);
  assert.equal(await values(gradients(sum(y), [x])[0]), [1]);
  let z: Tensor = x;
  for (let i = 0; i < 300; i++) z = add(z, x);
  assert.equal(await values(z), [301]);
});

test('applyKernel: a kernel of one’s own', async () => {
  function fillWithIndex(this: any): number {
    return this.thread.y * this.constants.width + this.thread.x * this.constants.slope;
  }
  const options = { inputs: [], shape: [2, 3], constants: { width: 10 }, scalars: { slope: 0.5 } };
  assert.equal(await values(applyKernel(fillWithIndex, options)), [0, 0.5, 1, 10, 10.5, 11]);
  assertThrows(
    () => applyKernel(fillWithIndex, { ...options, grid: [4] }),
    'fillWithIndex: expected a grid of 6 threads in at most 3 axes, got [4]',
  );
  assertThrows(
    () => applyKernel(fillWithIndex, { ...options, constants: { width: 0.5 } }),
    'fillWithIndex: expected constant width to be a whole number, got 0.5',
  );
});

test('a list in the place of a tensor', () => {
  const list = [1, 2, 3, 4] as any;
  assertThrows(
    () => maxPool2d(list, { size: 2 }),
    'maxPool2d: expected x to be a tensor, got [1, 2, 3, 4]; tensor(…) makes one',
  );
  assertThrows(
    () => conv2d(list, tensor([1])),
    'conv2d: expected x to be a tensor, got [1, 2, 3, 4]; tensor(…) makes one',
  );
  assertThrows(
    () => mse(tensor([1, 2]), list),
    'mse: expected target to be a tensor, got [1, 2, 3, 4]; tensor(…) makes one',
  );
});

test.run();
