import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  adam,
  BatchNorm2d,
  Conv2d,
  createRandom,
  crossEntropy,
  freeze,
  GroupNorm,
  mean,
  multiply,
  Parameter,
  relu,
  Sequential,
  sgd,
  slice,
  sum,
  type Tensor,
  tensor,
} from '../../src/index';
import { assertAllClose } from '../support/allClose';
import { assertRejects, assertThrows } from '../support/assertThrows';
import { toTensor } from '../support/gradientCheck';
import { createNumbers, randomArray, randomIntegers } from '../support/randomTensor';

const test = suite('accumulate');
const parameterOf = (numbers: number[]) => new Parameter(Float32Array.from(numbers), [numbers.length]);

test('by hand: the step goes by the mean of the slopes', async () => {
  const x = parameterOf([0]);
  const optimizer = sgd([x], { learningRate: 1 });
  assert.is(await optimizer.accumulate(sum(multiply(x, 3))), 0);
  assert.is(await optimizer.accumulate(sum(multiply(x, 5))), 0);
  assert.is(optimizer.steps, 0);
  assert.equal([...(await x.data())], [0]);
  await optimizer.step(sum(multiply(x, 10)));
  assert.equal([...(await x.data())], [-6]);
  assert.is(optimizer.steps, 1);
  // Nothing waits any more.
  await optimizer.step(sum(multiply(x, 1)));
  assert.equal([...(await x.data())], [-7]);
});

function network() {
  const random = createRandom(2);
  const norm = new GroupNorm(6, { groups: 3 });
  return new Sequential(new Conv2d(2, 6, { size: 3, random }), norm, relu, new Conv2d(6, 3, { size: 3, random }));
}

const lossOf = (model: Sequential, images: Tensor, labels: Tensor) =>
  crossEntropy(mean(model.forward(images), { axes: [1, 2] }), labels);
const part = (x: Tensor, from: number, to: number) => slice(x, { start: [from], end: [to] });

test('four batches of two train as one batch of eight, up to rounding', async () => {
  const next = createNumbers(5);
  const images = Array.from({ length: 4 }, () => toTensor(randomArray(next, [8, 6, 6, 2])));
  const labels = images.map(() => toTensor(randomIntegers(next, [8], 3)));
  for (const make of [sgd, adam]) {
    const [small, large] = [network(), network()];
    const momentum = make === sgd ? { momentum: 0.9 } : {};
    const options = { learningRate: 0.05, clipNorm: 0.5, weightDecay: 0.01, ...momentum };
    const [inParts, atOnce] = [make(small, options), make(large, options)];
    for (const [step, batch] of images.entries()) {
      const whole = await atOnce.step(lossOf(large, batch, labels[step]));
      let total = 0;
      for (let i = 0; i < 4; i++) {
        const loss = lossOf(small, part(batch, 2 * i, 2 * i + 2), part(labels[step], 2 * i, 2 * i + 2));
        total += await (i < 3 ? inParts.accumulate(loss) : inParts.step(loss));
      }
      assertAllClose([total / 4], [whole], { absolute: 0, relative: 2e-6 });
    }
    const [a, b] = [await small.stateDict(), await large.stateDict()];
    // Adam divides small slopes by their own size.
    const relative = make === sgd ? 1e-5 : 1e-3;
    for (const name in b) assertAllClose(a[name].data, b[name].data, { name, absolute: 1e-6, relative });
  }
});

test('what is watched and the running values are computed with each batch', async () => {
  const norm = new BatchNorm2d(1);
  const optimizer = sgd(norm, { learningRate: 0 });
  const means = [];
  for (const value of [1, 3]) {
    const y = norm.forward(tensor([value, value + 1], [2, 1, 1, 1]));
    const watched = sum(y);
    await optimizer.accumulate(sum(multiply(y, y)), { watch: [watched] });
    assert.ok(watched.value.data);
    means.push(norm.mean.value.data![0]);
  }
  assertAllClose(means, [0.15, 0.9 * 0.15 + 0.1 * 3.5]);
});

test('a parameter that is frozen or unfrozen between two batches', async () => {
  const random = createRandom(1);
  const [first, second] = [1, 2].map(() => new Conv2d(1, 1, { size: 1, random, bias: false }));
  for (const { weight } of [first, second]) weight.assign(tensor([0], [1, 1, 1, 1]));
  const optimizer = sgd([first.weight, second.weight], { learningRate: 1 });
  const loss = (slope: number) => multiply(sum(multiply(first.weight, slope)), 1);
  const both = (slope: number) => sum(multiply(multiply(second.weight, 1), slope));
  freeze(first);
  await optimizer.accumulate(both(2));
  first.weight.frozen = false;
  await optimizer.step(loss(4));
  // The mean over both losses, of which each parameter is in one.
  assert.equal([...(await first.weight.data()), ...(await second.weight.data())], [-2, -1]);
});

test('a state is not saved in the middle of a step, and loading one drops what waits', async () => {
  const x = parameterOf([0]);
  const optimizer = sgd([x], { learningRate: 1 });
  const empty = optimizer.stateDict();
  await optimizer.accumulate(sum(multiply(x, 3)));
  await optimizer.accumulate(sum(multiply(x, 3)));
  assertThrows(
    () => optimizer.stateDict(),
    'stateDict: expected no gradients that wait for a step, got those of 2 losses; call step first',
  );
  optimizer.loadStateDict(empty);
  await optimizer.step(sum(x));
  assert.equal([...(await x.data())], [-1]);
});

test('a loss that is not finite changes nothing: what waited before still does', async () => {
  const norm = new BatchNorm2d(1);
  const model = new Sequential(norm);
  const optimizer = sgd(model, { learningRate: 1 });
  const loss = (numbers: number[]) => sum(model.forward(tensor(numbers, [2, 1, 1, 1])));
  await optimizer.accumulate(loss([1, 2]));
  const before = JSON.stringify(await model.stateDict());
  await assertRejects(() => optimizer.accumulate(loss([1, Number.NaN])), /^step 0: expected a finite loss, got NaN/);
  await assertRejects(() => optimizer.step(loss([1, Number.NaN])), /^step 0: expected a finite loss, got NaN/);
  assert.is(JSON.stringify(await model.stateDict()), before);
  await optimizer.step(sum(multiply(norm.shift, 0)));
  // The slope of the shift was 2 in the first loss and is 0 in the last.
  assertAllClose(await norm.shift.data(), [-1]);
});

test.run();
