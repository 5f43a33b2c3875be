import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  BatchNorm2d,
  Conv2d,
  createRandom,
  Dropout,
  GroupNorm,
  kaimingNormal,
  kaimingUniform,
  Linear,
  Module,
  normal,
  ones,
  Parameter,
  type Random,
  RunningValue,
  relu,
  Sequential,
  sgd,
  sum,
  type Tensor,
  tensor,
  xavierNormal,
  xavierUniform,
  zeros,
} from '../../src/index';
import * as reference from '../reference/conv2d';
import { matmul } from '../reference/matmul';
import { variance } from '../reference/normalize';
import { mean } from '../reference/reduce';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { toTensor } from '../support/gradientCheck';
import { createNumbers, randomArray } from '../support/randomTensor';

const test = suite('nn');

class Net extends Module {
  readonly backbone: Sequential;
  readonly heads: Record<string, Linear>;
  readonly branches: Module[];
  /** The same layer under a second name. */
  readonly tied: Linear;
  readonly notALayer = { size: 3, list: [1, 2] };

  constructor(random: Random) {
    super();
    this.backbone = new Sequential(new Conv2d(1, 2, { size: 3, random, bias: false }), new BatchNorm2d(2), relu);
    this.heads = { classifier: new Linear(2, 3, { random }), box: new Linear(2, 4, { random, bias: false }) };
    this.branches = [new Dropout({ probability: 0.5, random }), new Sequential(new GroupNorm(2, { groups: 1 }))];
    this.tied = this.heads.classifier;
  }

  forward(x: Tensor): Tensor {
    return this.backbone.forward(x);
  }
}

const net = (seed = 1) => new Net(createRandom(seed));

test('parameters are named by their paths and counted once', () => {
  assert.equal(
    [...net().namedParameters()].map(([name, { shape }]) => `${name} [${shape}]`),
    [
      'backbone.layers.0.weight [3,3,1,2]',
      'backbone.layers.1.scale [2]',
      'backbone.layers.1.shift [2]',
      'heads.classifier.weight [2,3]',
      'heads.classifier.bias [3]',
      'heads.box.weight [2,4]',
      'branches.1.layers.0.scale [2]',
      'branches.1.layers.0.shift [2]',
    ],
  );
  assert.is(net().parameters().length, 8);
  assert.is(net().parameterCount(), 18 + 2 + 2 + 6 + 3 + 8 + 2 + 2);
  // Batch norm's mean and variance, and the number of dropout's draws.
  assert.is(net().runningValues().length, 3);
  assert.ok(
    net()
      .runningValues()
      .every((value) => value instanceof RunningValue),
  );
});

test('a shared layer is trained once a step, by the sum of its gradients', async () => {
  const layer = new Linear(1, 1, { random: createRandom(1), bias: false });
  layer.weight.assign(tensor([[3]]));
  const twice = new Sequential(layer, layer);
  assert.is(twice.parameters().length, 1);
  // y = w² x, so ∂y/∂w = 2 w x = 12 for x = 2.
  await sgd(twice, { learningRate: 0.25 }).step(sum(twice.forward(tensor([[2]]))));
  assert.equal([...(await layer.weight.data())], [0]);
});

test('train and evaluate reach every module inside', () => {
  const model = net();
  const modules = () =>
    [model, model.backbone, model.backbone.layers[1], model.branches[0], model.branches[1]] as Module[];
  assert.is(model.evaluate(), model);
  assert.ok(modules().every(({ training }) => !training));
  model.train();
  assert.ok(modules().every(({ training }) => training));
});

test('a state dict goes round, copies, and makes two models equal', async () => {
  const [first, second] = [net(1), net(2)];
  first.forward(toTensor(randomArray(createNumbers(1), [2, 5, 5, 1])));
  const state = await first.stateDict();
  assert.equal(Object.keys(state).slice(1, 5), [
    'backbone.layers.1.scale',
    'backbone.layers.1.shift',
    'backbone.layers.1.mean',
    'backbone.layers.1.variance',
  ]);
  assert.equal(state['backbone.layers.0.weight'].shape, [3, 3, 1, 2]);
  second.loadStateDict(state);
  assert.equal(JSON.stringify(await second.stateDict()), JSON.stringify(state));
  const x = toTensor(randomArray(createNumbers(2), [1, 4, 4, 1]));
  const [one, two] = [first.evaluate().forward(x), second.evaluate().forward(x)];
  assert.equal(await one.data(), await two.data());
  state['heads.box.weight'].set(0, 0, 99);
  assert.is.not((await second.heads.box.weight.data())[0], 99);
});

test('a state dict that does not fit is refused and nothing changes', async () => {
  const model = net();
  const state = await model.stateDict();
  const before = JSON.stringify(state);
  const { 'heads.box.weight': weight, ...rest } = state;
  assertThrows(
    () => model.loadStateDict({ ...rest, stranger: weight }),
    "loadStateDict: expected the module's names, missing [heads.box.weight], unknown [stranger]",
  );
  const strangers = Object.fromEntries(Array.from({ length: 7 }, (_, i) => [`s${i}`, weight]));
  assertThrows(
    () => model.loadStateDict({ ...state, ...strangers }),
    "loadStateDict: expected the module's names, missing [], unknown [s0, s1, s2, s3, s4, and 2 more]",
  );
  const shift = ndarray(new Float32Array([5, 5]), [2]);
  assertThrows(
    () => model.loadStateDict({ ...state, 'backbone.layers.1.shift': shift, 'heads.box.weight': shift }),
    'loadStateDict: expected heads.box.weight [2, 4], got [2]',
  );
  const poisoned = ndarray(new Float32Array([1, Number.NaN]), [2]);
  assertThrows(
    () => model.loadStateDict({ ...state, 'backbone.layers.1.scale': poisoned }),
    'loadStateDict: expected finite numbers in backbone.layers.1.scale, got NaN at 1',
  );
  assert.is(JSON.stringify(await model.stateDict()), before);
});

test('assign keeps the shape, and what was recorded keeps its numbers', async () => {
  const x = new Parameter(Float32Array.of(1, 2), [2]);
  const y = sum(x);
  x.assign(tensor([10, 20]));
  assert.is(await y.item(), 3);
  assert.is(await sum(x).item(), 30);
  assertThrows(() => x.assign(tensor([1])), 'assign: expected shape [2], got [1]');
  assertThrows(() => new Parameter(new Float32Array(3), [2]), 'Parameter: expected 2 numbers for [2], got 3');
});

test('Linear and Conv2d are their operations with their own numbers', async () => {
  const next = createNumbers(3);
  const random = createRandom(3);
  const linear = new Linear(5, 3, { random });
  linear.bias!.assign(tensor([1, 2, 3]));
  const x = randomArray(next, [7, 5]);
  const weight = { shape: [5, 3], data: Float64Array.from(await linear.weight.data()) };
  const expected = matmul(x, weight).data.map((value, i) => value + 1 + (i % 3));
  assertAllClose(await linear.forward(toTensor(x)).data(), expected, { name: 'linear' });

  const conv = new Conv2d(4, 6, { size: [3, 1], stride: 2, padding: [1, 0], groups: 2, random });
  assert.equal([...conv.weight.shape], [3, 1, 2, 6]);
  const image = randomArray(next, [1, 5, 5, 4]);
  const filters = { shape: [...conv.weight.shape], data: Float64Array.from(await conv.weight.data()) };
  const settings = { stride: [2, 2], padding: [1, 0], groups: 2 } as const;
  const y = reference.conv2d(image, filters, null, settings);
  assertAllClose(await conv.forward(toTensor(image)).data(), y.data, { name: 'conv' });
  assert.is(new Conv2d(1, 1, { size: 1, bias: false, random }).bias, null);
  assertThrows(
    () => new Conv2d(3, 4, { size: 3, groups: 2, random }),
    'Conv2d: expected groups to divide 3 and 4 channels, got 2',
  );
  assertThrows(
    () => new Conv2d(3, 4, { size: 0, random }),
    'Conv2d: expected size to be one or two whole numbers ≥ 1, got 0',
  );
});

test('BatchNorm2d averages statistics in training and uses them in evaluation', async () => {
  const layer = new BatchNorm2d(3, { momentum: 0.2 });
  const next = createNumbers(4);
  const [expectedMean, expectedVariance] = [new Float64Array(3), new Float64Array(3).fill(1)];
  for (let step = 0; step < 3; step++) {
    const x = randomArray(next, [2, 3, 5, 3], -1, 4);
    layer.forward(toTensor(x));
    const [average, spread] = [mean(x, [0, 1, 2]), variance(x, [0, 1, 2])];
    for (let c = 0; c < 3; c++) {
      expectedMean[c] += 0.2 * (average.data[c] - expectedMean[c]);
      expectedVariance[c] += 0.2 * ((spread.data[c] * 30) / 29 - expectedVariance[c]);
    }
  }
  assertAllClose(await layer.mean.data(), expectedMean, { name: 'mean', relative: 1e-4 });
  assertAllClose(await layer.variance.data(), expectedVariance, { name: 'variance', relative: 1e-4 });
  layer.evaluate();
  const y = await layer.forward(ones([1, 1, 1, 3])).data();
  const expected = expectedMean.map((value, c) => (1 - value) / Math.sqrt(expectedVariance[c] + 1e-5));
  assertAllClose(y, expected, { name: 'evaluation', relative: 1e-4 });
  assertAllClose(await layer.mean.data(), expectedMean, { name: 'mean after evaluation', relative: 1e-4 });
});

test('Dropout drops anew in training and passes everything in evaluation', async () => {
  const layer = new Dropout({ probability: 0.5, random: createRandom(5) });
  const x = ones([100]);
  const [first, second] = [await layer.forward(x).data(), await layer.forward(x).data()];
  assert.not.equal([...first], [...second]);
  assert.is(layer.evaluate().forward(x), x);
  const again = new Dropout({ probability: 0.5, random: createRandom(5) });
  assert.equal([...(await again.forward(x).data())], [...first]);
  // The number of draws is part of the state: what is loaded goes on where the other was saved.
  const loaded = new Dropout({ probability: 0.5, random: createRandom(5) });
  loaded.loadStateDict(await again.stateDict());
  assert.equal([...(await loaded.forward(x).data())], [...second]);
});

test('initial weights have the variance that their names promise', () => {
  const shape = [3, 3, 32, 64];
  const [fanIn, fanOut] = [9 * 32, 9 * 64];
  const expected = [
    [kaimingNormal, 2 / fanIn, Number.POSITIVE_INFINITY],
    [kaimingUniform, 2 / fanIn, Math.sqrt(6 / fanIn)],
    [xavierNormal, 2 / (fanIn + fanOut), Number.POSITIVE_INFINITY],
    [xavierUniform, 2 / (fanIn + fanOut), Math.sqrt(6 / (fanIn + fanOut))],
    [normal(0.01), 1e-4, Number.POSITIVE_INFINITY],
  ] as const;
  for (const [initialize, wanted, bound] of expected) {
    const weights = initialize(shape, createRandom(7));
    const average = weights.reduce((total, value) => total + value, 0) / weights.length;
    const spread = weights.reduce((total, value) => total + value * value, 0) / weights.length - average ** 2;
    // 18432 draws: the standard error of a normal variance is √(2 / n) ≈ 1 %.
    assert.ok(Math.abs(spread / wanted - 1) < 0.05, `${initialize.name}: variance ${spread}, expected ${wanted}`);
    assert.ok(Math.abs(average) < 4 * Math.sqrt(wanted / weights.length), `${initialize.name}: mean ${average}`);
    assert.ok(
      weights.every((value) => Math.abs(value) <= Math.fround(bound) + 1e-7),
      `${initialize.name}: bound`,
    );
    assert.equal(initialize(shape, createRandom(7)), weights);
    assert.not.equal(initialize(shape, createRandom(8)), weights);
  }
  assertThrows(
    () => kaimingNormal([3], createRandom(1)),
    'kaimingNormal: expected weights with at least 2 axes, got [3]',
  );
});

test('the same seed makes the same model', async () => {
  assert.equal(JSON.stringify(await net(4).stateDict()), JSON.stringify(await net(4).stateDict()));
  assert.is.not(JSON.stringify(await net(4).stateDict()), JSON.stringify(await net(5).stateDict()));
});

test('no rows pass through the layers', () => {
  const random = createRandom(1);
  assert.equal([...new Linear(3, 2, { random }).forward(zeros([0, 3])).shape], [0, 2]);
  assert.equal([...new Conv2d(3, 2, { size: 1, random }).forward(zeros([0, 4, 4, 3])).shape], [0, 4, 4, 2]);
});

test.run();
