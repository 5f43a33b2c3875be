import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  BatchNorm2d,
  Conv2d,
  createRandom,
  Dropout,
  evaluating,
  freeze,
  gradients,
  mean,
  multiply,
  type Parameter,
  Sequential,
  sgd,
  sum,
  type Tensor,
  tensor,
  unfreeze,
} from '../../src/index';
import { assertRejects } from '../support/assertThrows';
import { toTensor } from '../support/gradientCheck';
import { createNumbers, randomArray } from '../support/randomTensor';

const test = suite('freeze');

const convolution = (seed: number) => new Conv2d(2, 2, { size: 3, padding: 1, random: createRandom(seed) });

function network() {
  const backbone = new Sequential(convolution(1), new BatchNorm2d(2));
  const head = new Sequential(convolution(2), new BatchNorm2d(2));
  const model = new Sequential(backbone, new Dropout({ probability: 0.5, random: createRandom(3) }), head);
  return { model, backbone, head };
}

const image = (seed: number) => toTensor(randomArray(createNumbers(seed), [2, 4, 4, 2]));
const lossOf = (y: Tensor) => mean(multiply(y, y));
const numbersOf = async (module: Sequential) => JSON.stringify(await module.stateDict());

test('a frozen backbone stays as it is, batch norm included, and the head learns; unfrozen, both learn', async () => {
  const { model, backbone, head } = network();
  const optimizer = sgd(model, { learningRate: 0.1, momentum: 0.9, weightDecay: 0.1 });
  await optimizer.step(lossOf(model.forward(image(1))));
  freeze(backbone);
  assert.ok(backbone.frozen && backbone.parameters().every(({ frozen }) => frozen));
  assert.ok(!model.frozen && !head.frozen && head.parameters().every(({ frozen }) => !frozen));
  const [backboneBefore, headBefore] = [await numbersOf(backbone), await numbersOf(head)];
  for (let step = 0; step < 3; step++) {
    model.train();
    assert.ok(model.training && head.training && !backbone.training);
    await optimizer.step(lossOf(model.forward(image(step))));
  }
  assert.is(await numbersOf(backbone), backboneBefore);
  assert.not.equal(await numbersOf(head), headBefore);
  unfreeze(backbone);
  assert.ok(backbone.training);
  await optimizer.step(lossOf(model.forward(image(4))));
  const after = await backbone.stateDict();
  for (const [name, { data }] of Object.entries(JSON.parse(backboneBefore) as typeof after)) {
    assert.not.equal([...after[name].data], Object.values(data), name);
  }
});

test('a frozen batch norm computes with its running statistics, a frozen dropout drops nothing', async () => {
  const { model, backbone } = network();
  await sgd(model, { learningRate: 0.1 }).step(lossOf(model.forward(image(1))));
  const expected = await evaluating(model, () => backbone.forward(image(2))).data();
  freeze(backbone);
  assert.equal([...(await backbone.forward(image(2)).data())], [...expected]);
  const dropout = model.layers[1] as Dropout;
  freeze(dropout);
  const x = image(3);
  assert.is(dropout.forward(x), x);
  assert.equal([...(await dropout.draws.data())], [1]);
});

/** Which of some tensors a gradient was computed of: rules of the recorded operations count. */
async function asked(parameters: readonly Parameter[], train: () => Promise<unknown>): Promise<boolean[]> {
  const before = parameters.map((parameter) => parameter.value);
  await train();
  return parameters.map((parameter, i) => parameter.value !== before[i]);
}

test('a step computes no gradient of the frozen part', async () => {
  const [first, second] = [convolution(1), convolution(2)];
  const model = new Sequential(first, second);
  let asks = 0;
  // The gradient of the first layer's result is needed for that layer alone.
  const watched = (y: Tensor) => {
    const { derivation } = y;
    Object.assign(derivation!, {
      rules: derivation!.rules.map((rule) => (g: Tensor) => {
        asks++;
        return rule!(g);
      }),
    });
    return y;
  };
  const optimizer = sgd(model, { learningRate: 0.1 });
  const train = () => optimizer.step(lossOf(second.forward(watched(first.forward(image(1))))));
  assert.equal(await asked(model.parameters(), train), [true, true, true, true]);
  assert.ok(asks > 0);
  asks = 0;
  freeze(first);
  assert.equal(await asked(model.parameters(), train), [false, false, true, true]);
  assert.is(asks, 0);
  // In the middle, the gradient goes through to what comes before.
  unfreeze(first);
  freeze(second);
  assert.equal(await asked(model.parameters(), train), [true, true, false, false]);
});

test('who asks for the gradient of a frozen parameter gets it', async () => {
  const layer = convolution(1);
  freeze(layer);
  const [slope] = gradients(sum(layer.forward(image(1))), [layer.bias!]);
  assert.equal([...(await slope.data())], [32, 32]);
});

test('modes: what train and evaluate said meanwhile holds after unfreeze, and evaluating changes none', async () => {
  const { model, backbone, head } = network();
  freeze(backbone);
  model.evaluate();
  unfreeze(backbone);
  assert.not.ok(backbone.training);
  freeze(backbone);
  model.train();
  head.evaluate();
  evaluating(model, () => assert.ok(!model.training && !backbone.training && !head.training));
  assert.ok(model.training && !backbone.training && !head.training);
  evaluating(backbone, () => {});
  unfreeze(backbone);
  assert.ok(backbone.training);
});

test('a parameter alone can be frozen; with nothing left, the step says so', async () => {
  const layer = convolution(1);
  const optimizer = sgd(layer, { learningRate: 0.1 });
  layer.bias!.frozen = true;
  const train = () => optimizer.step(lossOf(layer.forward(image(1))));
  assert.equal(await asked([layer.weight, layer.bias!], train), [true, false]);
  freeze(layer);
  await assertRejects(train, 'step 1: expected a parameter that is not frozen, got none of 2');
  await assertRejects(
    () => optimizer.accumulate(lossOf(layer.forward(image(1)))),
    'step 1: expected a parameter that is not frozen, got none of 2',
  );
});

test('a step that fails leaves the running values of a frozen norm as they were', async () => {
  const { model, backbone } = network();
  const optimizer = sgd(model, { learningRate: 0.1 });
  for (let step = 0; step < 2; step++) await optimizer.step(lossOf(model.forward(image(step))));
  freeze(backbone);
  const before = JSON.stringify(await model.stateDict());
  const wrong = multiply(model.forward(image(3)), tensor([Number.NaN, 1]));
  await assertRejects(() => optimizer.step(lossOf(wrong)), /^step 2: expected a finite loss, got NaN/);
  assert.is(JSON.stringify(await model.stateDict()), before);
});

test.run();
