import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import type { NdArray } from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  adam,
  add,
  createRandom,
  decide,
  deviceReport,
  gather,
  gradients,
  Linear,
  multiply,
  realize,
  relu,
  scale,
  sum,
  type Tensor,
  tensor,
  useDevice,
} from '../../src/index';
import { assertAllClose } from '../support/allClose';
import { assertRejects, assertThrows } from '../support/assertThrows';

const test = suite('decide');

const numbers = async (x: Tensor) => [...(await x.data())];
/** The row numbers in the order of their values, largest first. */
const ranking = ([x]: NdArray<Float32Array>[]) => [[...x.data.keys()].sort((i, j) => x.data[j] - x.data[i])];

test('a decision in the middle: computed numbers in, numbers out, and on with both', async () => {
  const squares = multiply(tensor([1, -3, 2]), tensor([1, -3, 2]));
  const [order] = decide([squares], [[3]], ranking);
  assert.equal(await numbers(add(gather(squares, order), order)), [10, 6, 1]);
});

test('the inputs have their shapes and are copies', async () => {
  const x = tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  const [corner] = decide([x, scale(x, 2)], [[]], ([known, computed]) => {
    assert.equal(
      [known.shape, computed.shape],
      [
        [2, 3],
        [2, 3],
      ],
    );
    known.set(0, 0, 99);
    return [[known.get(1, 2) + computed.get(1, 2)]];
  });
  assert.is(await corner.item(), 18);
  assert.equal(await numbers(x), [1, 2, 3, 4, 5, 6]);
});

test('it is taken once, by whoever needs one of its results first', async () => {
  let taken = 0;
  const [one, two] = decide([scale(tensor([1, 2]), 3)], [[2], [1]], ([x]) => {
    taken++;
    return [x.data, [taken]];
  });
  assert.is(taken, 0);
  assert.equal(await numbers(scale(one, 2)), [6, 12]);
  assert.equal(await numbers(scale(one, 3)), [9, 18]);
  assert.equal(await numbers(two), [1]);
  await realize(one, two);
  assert.is(taken, 1);
});

test('decisions on decisions, on known numbers alone, and on nothing', async () => {
  const [first] = decide([tensor([3, 4])], [[2]], ([x]) => [x.data.map((value) => value + 1)]);
  const [second] = decide([scale(first, 10), first], [[2]], ([tenfold, x]) => [
    tenfold.data.map((v, i) => v + x.data[i]),
  ]);
  const [constant] = decide([], [[1]], () => [[7]]);
  assert.equal(await numbers(add(second, constant)), [51, 62]);
  const [alone] = decide([], [[0]], () => [[]]);
  assert.equal(await numbers(alone), []);
});

test('no gradient goes through, and none is lost around', async () => {
  const x = tensor([1, 2, 3]);
  const y = multiply(x, x);
  const [order] = decide([y], [[3]], ranking);
  const [slope] = gradients(sum(multiply(gather(y, order), tensor([10, 20, 30]))), [x]);
  // Σ wᵢ · x² of the ranks: largest first, so that x = 3 has weight 10.
  assertAllClose(await slope.data(), [2 * 1 * 30, 2 * 2 * 20, 2 * 3 * 10]);
  const [none] = gradients(sum(order), [x]);
  assert.equal(await numbers(none), [0, 0, 0]);
});

test('where the device cannot pause, what the decision looks at is computed beforehand', () => {
  const library = resolve(__dirname, '..', '..', 'src', 'index.js');
  const program = `const d = require(${JSON.stringify(library)}); (async () => {
    await d.useDevice('webasm');
    const squares = d.multiply(d.tensor([1, -3, 2]), d.tensor([1, -3, 2]));
    let taken = 0;
    const [order] = d.decide([squares], [[3]], ([x]) => (taken++, [[...x.data.keys()].sort((i, j) => x.data[j] - x.data[i])]));
    const [twice] = d.decide([d.scale(order, 2)], [[3]], ([x]) => [x.data]);
    console.log([...(await d.add(d.gather(squares, order), twice).data())].join(), taken, (await d.deviceReport()).compiledPlans);
    process.exit(0);
  })()`;
  const env = { ...process.env, DETSEG_SIMD: 'off' };
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8', env });
  assert.is(stdout.trim(), '11,8,1 1 1', stderr);
});

test('what a decision throws reaches the caller, and the device goes on', async () => {
  const squares = multiply(tensor([1, 2]), tensor([1, 2]));
  const [bad] = decide([squares], [[2]], () => {
    throw new Error('nothing to choose from');
  });
  await assertRejects(() => scale(bad, 2).data(), 'nothing to choose from');
  const [good] = decide([squares], [[2]], ([x]) => [x.data]);
  assert.equal(await numbers(scale(good, 2)), [2, 8]);
});

test('throws', async () => {
  const x = scale(tensor([1, 2]), 2);
  const deciding = (results: number[][]) => decide([x], [[2]], () => results)[0].data();
  await assertRejects(() => deciding([]), 'decide: expected 1 results, got 0');
  await assertRejects(() => deciding([[1, 2], [3]]), 'decide: expected 1 results, got 2');
  await assertRejects(() => deciding([[1, 2, 3]]), 'decide: expected 2 numbers for shape [2], got 3');
  assertThrows(() => decide([x], [[-1]], () => [[]]), 'decide: expected a shape of whole numbers ≥ 0, got [-1]');
});

/** Two steps of training in which a decision, taken from the first layer, says which row counts. */
async function train(): Promise<number[]> {
  const random = createRandom(1);
  const [first, second] = [new Linear(3, 512, { random }), new Linear(512, 1, { random })];
  const optimizer = adam([...first.parameters(), ...second.parameters()], { learningRate: 1e-2 });
  const losses: number[] = [];
  for (let step = 0; step < 3; step++) {
    const x = tensor(
      Array.from({ length: 96 }, (_, i) => Math.sin(i + step)),
      [32, 3],
    );
    const hidden = relu(first.forward(x));
    const [weights] = decide([hidden], [[32, 1]], ([h]) => [
      Array.from({ length: 32 }, (_, row) => (h.get(row, 0) > h.get(row, 1) ? 1 : 0)),
    ]);
    const error = add(second.forward(hidden), tensor([-1]));
    losses.push(await optimizer.step(sum(multiply(multiply(error, error), weights))));
  }
  return losses;
}

test('every way of running a plan takes the same decisions', async () => {
  try {
    await useDevice('webasm');
    const expected = await train();
    assert.ok(new Set(expected).size === 3 && expected.every(Number.isFinite), `${expected}`);
    const { executor, compiledPlans } = await deviceReport();
    assert.match(executor!, /^fused-/);
    assert.is(compiledPlans, 1);
    await useDevice('webasm', { threads: 1 });
    assertAllClose(await train(), expected, { relative: 1e-5 });
    assert.is((await deviceReport()).executor, 'fused-sync');
    await useDevice('cpu');
    assertAllClose(await train(), expected, { relative: 1e-4 });
    assert.is((await deviceReport()).executor, 'stepwise');
  } finally {
    await useDevice();
  }
});

test.run();
