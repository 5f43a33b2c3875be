import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  adam,
  adamW,
  BatchNorm2d,
  Conv2d,
  clipGradientNorm,
  clipGradientValue,
  constantSchedule,
  cosineSchedule,
  createRandom,
  crossEntropy,
  decide,
  deviceReport,
  divide,
  exp,
  log,
  mean,
  multiply,
  multiStepSchedule,
  type Optimizer,
  oneCycleSchedule,
  Parameter,
  polynomialSchedule,
  relu,
  rmsProp,
  Sequential,
  scale,
  sgd,
  sqrt,
  stepSchedule,
  sum,
  type Tensor,
  tensor,
  warmUpSchedule,
} from '../../src/index';
import { assertAllClose } from '../support/allClose';
import { assertRejects, assertThrows } from '../support/assertThrows';
import { goldenTensor } from '../support/checkGolden';
import { loadGolden } from '../support/golden';
import { toTensor } from '../support/gradientCheck';
import { createNumbers, randomArray } from '../support/randomTensor';

const test = suite('optim');
const goldens = loadGolden('optimizers').cases;
const parameterOf = (numbers: number[]) => new Parameter(Float32Array.from(numbers), [numbers.length]);
const makers: Record<string, (target: Parameter[], options: any) => Optimizer> = { sgd, adam, adamW, rmsProp };

test('hand integers: one step of plain descent on x²', async () => {
  const x = parameterOf([3, -2]);
  const optimizer = sgd([x], { learningRate: 0.5 });
  assert.is(await optimizer.step(sum(multiply(x, x))), 13);
  assert.equal([...(await x.data())], [0, 0]);
  assert.is(optimizer.steps, 1);
});

for (const [op, make] of Object.entries(makers)) {
  const own = goldens.filter((golden) => golden.op === op);
  test(`${op} walks PyTorch's trajectories (${own.length} cases)`, async () => {
    assert.ok(own.length > 0);
    for (const { name, inputs, options, output } of own) {
      const x = parameterOf(inputs.parameter.data);
      const optimizer = make([x], options);
      const [steps, size] = inputs.gradients.shape;
      for (let step = 0; step < steps; step++) {
        const gradient = tensor(inputs.gradients.data.slice(step * size, (step + 1) * size));
        await optimizer.step(sum(multiply(x, gradient)));
        assertAllClose(await x.data(), output!.data.slice(step * size, (step + 1) * size), {
          name: `${name}, step ${step}`,
          absolute: 1e-6,
          relative: 2e-6,
        });
      }
    }
  });
}

test('settings are refused when they are given', () => {
  const x = [parameterOf([1])];
  const nan = Number.NaN;
  const wrong: [() => unknown, string][] = [
    [() => sgd(x, { learningRate: 1, momentum: -1 }), 'sgd: expected momentum from 0 to 1, got -1'],
    [() => sgd(x, { learningRate: 1, momentum: nan }), 'sgd: expected momentum from 0 to 1, got NaN'],
    [() => sgd(x, { learningRate: nan }), 'optimizer: expected learningRate to be a number ≥ 0, got NaN'],
    [() => sgd(x, { learningRate: 1, weightDecay: -1 }), 'optimizer: expected weightDecay to be a number ≥ 0, got -1'],
    [() => sgd(x, { learningRate: 1, clipNorm: 0 }), 'optimizer: expected clipNorm to be a number > 0, got 0'],
    [
      () => sgd(x, { learningRate: '1' as never }),
      'optimizer: expected learningRate to be a number or a schedule, got "1"',
    ],
    [() => adam(x, { learningRate: 1, betas: [] as never }), 'adam: expected betas in [0, 1), got []'],
    [() => adam(x, { learningRate: 1, epsilon: -1 }), 'adam: expected epsilon to be a number ≥ 0, got -1'],
    [
      () => warmUpSchedule(0.1 as never, { steps: 3 }),
      'warmUpSchedule: expected a schedule, such as cosineSchedule(…), got 0.1',
    ],
    [() => new BatchNorm2d(2, { momentum: 2 }), 'BatchNorm2d: expected momentum from 0 to 1, got 2'],
    [() => new BatchNorm2d(2, { epsilon: nan }), 'BatchNorm2d: expected epsilon to be a number ≥ 0, got NaN'],
  ];
  for (const [body, message] of wrong) assertThrows(body, message);
});

test('the first step of Adam has the length of the rate, however near 1 its betas are', async () => {
  for (const make of [adam, adamW]) {
    for (const near of [0.9, 0.99, 0.999, 0.9999, 0.99999, 0.999999, 0.9999999]) {
      for (const betas of [
        [0.9, near],
        [near, 0.999],
        [near, near],
      ] as const) {
        const x = parameterOf([0, 1]);
        await make([x], { learningRate: 1, betas, weightDecay: 0 }).step(sum(multiply(x, [3, -0.02])));
        assertAllClose(await x.data(), [-1, 2], { name: `betas ${betas}`, absolute: 0, relative: 1e-6 });
      }
    }
  }
});

test("clipGradientNorm gives PyTorch's norm and gradients", async () => {
  for (const { name, inputs, options, norm, clipped } of goldens.filter(({ op }) => op === 'clipGradientNorm')) {
    const result = clipGradientNorm(Object.values(inputs).map(goldenTensor), options.limit);
    assertAllClose([await result.norm.item()], norm!.data, { name: `${name}: norm`, relative: 1e-4 });
    for (const [i, key] of Object.keys(inputs).entries()) {
      assertAllClose(await result.gradients[i].data(), clipped![key].data, { name: `${name}: ${key}`, relative: 1e-4 });
    }
  }
  const [zero] = clipGradientNorm([tensor([0, 0])], 1).gradients;
  assert.equal([...(await zero.data())], [0, 0]);
  assertThrows(() => clipGradientNorm([], 1), 'clipGradientNorm: expected at least one gradient, got none');
  assertThrows(() => clipGradientNorm([tensor([1])], 0), 'clipGradientNorm: expected a limit > 0, got 0');
});

test("clipGradientValue gives PyTorch's gradients", async () => {
  const own = goldens.filter(({ op }) => op === 'clipGradientValue');
  assert.is(own.length, 2);
  for (const { inputs, options, output } of own) {
    const [limited] = clipGradientValue([goldenTensor(inputs.a)], options.limit);
    assert.equal([...limited.shape], output!.shape);
    assert.equal([...(await limited.data())], output!.data);
  }
  assert.equal(clipGradientValue([], 1), []);
  for (const limit of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    assertThrows(() => clipGradientValue([], limit), `clipGradientValue: expected a limit > 0, got ${limit}`);
  }
});

test('clipValue limits each number, and clipNorm then the length of what is left', async () => {
  const step = async (options: { clipValue: number; clipNorm?: number }) => {
    const x = parameterOf([0, 0]);
    await sgd([x], { learningRate: 1, ...options }).step(sum(multiply(x, [30, -1])));
    return x.data();
  };
  assertAllClose(await step({ clipValue: 3 }), [-3, 1]);
  assertAllClose(await step({ clipValue: 3, clipNorm: 1 }), [-3 / Math.sqrt(10), 1 / Math.sqrt(10)]);
});

test('clipNorm limits the step', async () => {
  const x = parameterOf([0, 0]);
  await sgd([x], { learningRate: 1, clipNorm: 1 }).step(sum(multiply(x, [30, 40])));
  assertAllClose(await x.data(), [-0.6, -0.8], { name: 'step', relative: 1e-4 });
});

test("schedules give PyTorch's rates", () => {
  const schedules: Record<string, (options: any) => (step: number) => number> = {
    stepSchedule: ({ rate, ...options }) => stepSchedule(rate, options),
    multiStepSchedule: ({ rate, ...options }) => multiStepSchedule(rate, options),
    polynomialSchedule: ({ rate, ...options }) => polynomialSchedule(rate, options),
    oneCycleSchedule: ({ rate, ...options }) => oneCycleSchedule(rate, options),
    cosineSchedule: ({ rate, ...options }) => cosineSchedule(rate, options),
    warmUpSchedule: ({ rate, warmUp, ...options }) => warmUpSchedule(cosineSchedule(rate, options), { steps: warmUp }),
  };
  const own = goldens.filter(({ op }) => op in schedules);
  assert.equal([...new Set(own.map(({ op }) => op))].sort(), Object.keys(schedules).sort());
  for (const { name, op, options, output } of own) {
    const schedule = schedules[op](options);
    const rates = output!.data.map((_, step) => schedule(step));
    assertAllClose(rates, output!.data, { name: name, absolute: 1e-12, relative: 1e-8 });
  }
  assert.is(constantSchedule(0.1)(1000), 0.1);
  assert.is(cosineSchedule(1, { steps: 4, final: 0.5 })(9), 0.5);
  assert.is(warmUpSchedule(constantSchedule(1), { steps: 0 })(0), 1);
  // After the last step the rate stays.
  assert.is(polynomialSchedule(1, { steps: 4, final: 0.5 })(9), 0.5);
  const cycle = oneCycleSchedule(1, { steps: 10, start: 0.5, final: 0.25 });
  assert.equal([0, 2, 9, 20].map(cycle), [0.5, 1, 0.25, 0.25]);
  // Nothing but the rise, and nothing but the fall.
  assert.equal([0, 9, 10].map(oneCycleSchedule(1, { steps: 10, rise: 1, start: 0.5 })), [0.5, 1, 1]);
  assertAllClose([0, 9].map(oneCycleSchedule(1, { steps: 10, rise: 0.1, final: 0.5 })), [1, 0.5]);
  assertThrows(() => oneCycleSchedule(1, { steps: 1 }), 'oneCycleSchedule: expected steps ≥ 2, got 1');
  assertThrows(() => oneCycleSchedule(1, { steps: 9, rise: 2 }), 'oneCycleSchedule: expected rise from 0 to 1, got 2');
  assertThrows(() => polynomialSchedule(1, { steps: 0 }), 'polynomialSchedule: expected steps ≥ 1, got 0');
  assertThrows(() => polynomialSchedule(1, { steps: 9, power: 0 }), 'polynomialSchedule: expected power > 0, got 0');
  assertThrows(
    () => multiStepSchedule(1, { milestones: [3, -1] }),
    'multiStepSchedule: expected milestones ≥ 0, got [3, -1]',
  );
  assertThrows(() => stepSchedule(1, { every: 0 }), 'stepSchedule: expected every ≥ 1, got 0');
  assertThrows(() => cosineSchedule(1, { steps: 0 }), 'cosineSchedule: expected steps ≥ 1, got 0');
  assertThrows(() => warmUpSchedule(constantSchedule(1), { steps: -1 }), 'warmUpSchedule: expected steps ≥ 0, got -1');
});

test('a schedule sets the rate of each step and compiles nothing anew', async () => {
  const x = parameterOf([0]);
  const optimizer = sgd([x], { learningRate: (step) => [1, 0.5, 0.25][step] });
  for (const expected of [-1, -1.5, -1.75]) {
    await optimizer.step(sum(x));
    assert.equal([...(await x.data())], [expected]);
  }
});

function quadratic(x: Tensor): Tensor {
  return mean(multiply(multiply(x, x), [1, 4, 9]));
}

for (const [name, make] of Object.entries(makers)) {
  test(`${name}: state saved after 3 steps continues bit for bit`, async () => {
    const momentum = name === 'sgd' || name === 'rmsProp' ? { momentum: 0.9 } : {};
    const options = { learningRate: cosineSchedule(0.1, { steps: 8 }), weightDecay: 0.01, ...momentum };
    const straight = parameterOf([1, -2, 3]);
    const optimizer = make([straight], options);
    for (let step = 0; step < 3; step++) await optimizer.step(quadratic(straight));
    const state = optimizer.stateDict();
    const saved = new Parameter((await straight.data()).slice(), [3]);
    const resumed = make([saved], options);
    resumed.loadStateDict(state);
    for (let step = 0; step < 3; step++) {
      assert.is(await optimizer.step(quadratic(straight)), await resumed.step(quadratic(saved)));
    }
    assert.equal([...(await saved.data())], [...(await straight.data())]);
    assert.is(state.steps, 3);
  });
}

test('a state that does not fit is refused and nothing changes', async () => {
  const optimizer = sgd([parameterOf([1, 2])], { learningRate: 1 });
  const other = sgd([parameterOf([1, 2, 3])], { learningRate: 1 });
  assertThrows(() => optimizer.loadStateDict({ steps: -1, slots: {} }), 'loadStateDict: expected steps ≥ 0, got -1');
  assertThrows(() => optimizer.loadStateDict({ steps: 1, slots: {} }), 'loadStateDict: expected 0.velocity, got none');
  const x = parameterOf([1, 2, 3]);
  const taken = sgd([x], { learningRate: 1 });
  await taken.step(sum(x));
  assertThrows(() => optimizer.loadStateDict(taken.stateDict()), 'loadStateDict: expected 0.velocity [2], got [3]');
  const state = taken.stateDict();
  const strange = { steps: 1, slots: { ...state.slots, '1.velocity': state.slots['0.velocity'] } };
  assertThrows(() => taken.loadStateDict(strange), "loadStateDict: expected the optimizer's names, got [1.velocity]");
  const more = { steps: 1, slots: { ...state.slots, '0.steps': ndarray(Float32Array.of(2), [1]) } };
  assertThrows(() => taken.loadStateDict(more), 'loadStateDict: expected 0.steps from 0 to 1, got 2');
  assert.is(optimizer.steps, 0);
  other.loadStateDict(taken.stateDict());
  assert.is(other.steps, 1);
});

test('settings that make no sense are refused', async () => {
  const x = parameterOf([1]);
  const rms = (options: object) => () => rmsProp([x], { learningRate: 1, ...options });
  assertThrows(rms({ alpha: 1 }), 'rmsProp: expected alpha in [0, 1), got 1');
  assertThrows(rms({ momentum: -1 }), 'rmsProp: expected momentum in [0, 1), got -1');
  assertThrows(rms({ epsilon: 0 }), 'rmsProp: expected epsilon > 0 and below 1, got 0');
  assertThrows(() => sgd([], { learningRate: 1 }), 'optimizer: expected at least one parameter, got none');
  assertThrows(() => adam([x], { learningRate: 1, betas: [0.9, 1] }), 'adam: expected betas in [0, 1), got [0.9, 1]');
  const rate = 'step 0: expected a learning rate ≥ 0, got';
  await assertRejects(() => sgd([x], { learningRate: () => -1 }).step(sum(x)), `${rate} -1`);
  await assertRejects(() => sgd([x], { learningRate: () => Number.NaN }).step(sum(x)), `${rate} NaN`);
  await assertRejects(
    () => sgd([x], { learningRate: 1 }).step(tensor([1, 2])),
    'gradients: expected a loss of size 1, got [2]',
  );
});

const failures: [string, number[], (x: Parameter) => Tensor, string][] = [
  [
    'log of a negative number',
    [1, -1],
    (x) => sum(log(x)),
    'step 0: expected a finite loss, got NaN; first in log: 1 of its 2 results',
  ],
  [
    'overflow',
    [1, 200],
    (x) => sum(exp(x)),
    'step 0: expected a finite loss, got Infinity; first in exp: 1 of its 2 results',
  ],
  [
    'NaN in the input',
    [1, 2],
    (x) => sum(relu(multiply(x, [1, Number.NaN]))),
    'step 0: expected a finite loss, got NaN; an input of multiply holds NaN at 1',
  ],
  [
    'a parameter that is not finite',
    [1, Number.POSITIVE_INFINITY],
    (x) => sum(x),
    'step 0: expected a finite loss, got Infinity; parameter 0 holds Infinity at 1',
  ],
  [
    'a slope that is infinite where the loss is not',
    [4, 0],
    (x) => sum(sqrt(x)),
    'step 0: expected a finite update; first in divide: 1 of its 2 results',
  ],
  [
    '0 / 0',
    [0, 1],
    (x) => sum(divide(x, x)),
    'step 0: expected a finite loss, got NaN; first in divide: 1 of its 2 results',
  ],
];

for (const [name, start, loss, message] of failures) {
  test(`${name} stops training, names step and culprit, and changes nothing`, async () => {
    if (name.startsWith('log') && (await deviceReport()).backend === 'webgpu') {
      console.log('note: WebGPU leaves the log of a negative number open, so it may go unnoticed there');
      return;
    }
    for (const make of Object.values(makers)) {
      const x = parameterOf(start);
      const optimizer = make([x], { learningRate: 0.1 });
      await assertRejects(() => optimizer.step(loss(x)), message);
      assert.equal([...(await x.data())], start);
      assert.is(optimizer.steps, 0);
    }
  });
}

test('what a decision refuses stops training as a loss would, and changes nothing', async () => {
  const norm = new BatchNorm2d(1);
  const model = new Sequential(norm, (x) => mean(x, { axes: [1, 2] }));
  const optimizer = sgd(model, { learningRate: 0.1 });
  const step = (numbers: number[], refuse: (x: number) => boolean) => {
    const x = model.forward(scale(tensor(numbers, [numbers.length, 1, 1, 1]), 2));
    const [weights] = decide([x], [[numbers.length, 1]], ([{ data }]) => {
      if (data.some(refuse)) throw new Error('expected something else');
      return [data];
    });
    return optimizer.step(sum(multiply(x, weights)));
  };
  const before = JSON.stringify(await model.stateDict());
  await assertRejects(
    () => step([1, Number.NaN], Number.isNaN),
    'step 0: expected something else; an input of affine holds NaN at 1',
  );
  // Where the numbers are in order, what is thrown is the decision's own.
  await assertRejects(() => step([1, 2], Number.isFinite), 'expected something else');
  assert.equal(JSON.stringify(await model.stateDict()), before);
  assert.is(optimizer.steps, 0);
  assert.ok(Number.isFinite(await step([1, 2], Number.isNaN)));
});

test('after a failed step, running values and slots are as before and training goes on', async () => {
  const random = createRandom(1);
  const norm = new BatchNorm2d(4);
  const model = new Sequential(new Conv2d(1, 4, { size: 3, random }), norm, (x) => mean(x, { axes: [1, 2] }));
  const optimizer = adam(model, { learningRate: 0.01 });
  const next = createNumbers(1);
  const labels = tensor([0, 1, 2]);
  const good = () => crossEntropy(model.forward(toTensor(randomArray(next, [3, 5, 5, 1]))), labels);
  await optimizer.step(good());
  const before = await model.stateDict();
  const slots = optimizer.stateDict();
  const bad = randomArray(next, [3, 5, 5, 1]);
  bad.data[7] = Number.NaN;
  await assertRejects(
    () => optimizer.step(crossEntropy(model.forward(toTensor(bad)), labels)),
    'step 1: expected a finite loss, got NaN; an input of conv2d holds NaN at 7',
  );
  assert.equal(JSON.stringify(await model.stateDict()), JSON.stringify(before));
  assert.equal(JSON.stringify(optimizer.stateDict()), JSON.stringify(slots));
  assert.ok(Number.isFinite(await optimizer.step(good())));
  assert.is(optimizer.steps, 2);
});

test.run();
