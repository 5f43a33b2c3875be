import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type AveragedWeights,
  adam,
  BatchNorm2d,
  Conv2d,
  createRandom,
  Dropout,
  emaWeights,
  Module,
  mean,
  multiply,
  Parameter,
  RunningValue,
  Sequential,
  sgd,
  sum,
  swaWeights,
  type Tensor,
  tensor,
} from '../../src/index';
import { assertAllClose } from '../support/allClose';
import { assertRejects, assertThrows } from '../support/assertThrows';
import { loadGolden } from '../support/golden';
import { toTensor } from '../support/gradientCheck';
import { createNumbers, randomArray } from '../support/randomTensor';

const test = suite('averagedWeights');

/** A parameter, a running value and a count. */
class Numbers extends Module {
  readonly parameter: Parameter;
  readonly running: RunningValue;
  readonly count = new RunningValue(new Float32Array(1), [1], { averaged: false });

  constructor(readonly size: number) {
    super();
    this.parameter = new Parameter(new Float32Array(size), [size]);
    this.running = new RunningValue(new Float32Array(size), [size]);
  }

  forward(): Tensor {
    return this.parameter;
  }

  set(numbers: number[]): void {
    for (const state of [this.parameter, this.running]) state.assign(tensor(numbers));
    this.count.assign(tensor([numbers[0]]));
  }
}

const averagesOf = (average: AveragedWeights, model: Numbers) =>
  average.using(async () => [...(await model.parameter.data())]);

const makers: Record<string, (model: Module, options: any) => AveragedWeights> = { emaWeights, swaWeights };
const goldens = loadGolden('optimizers').cases.filter(({ op }) => op in makers);

test(`walk the averages of PyTorch's AveragedModel (${goldens.length} cases)`, async () => {
  assert.is(goldens.length, 3);
  for (const { name, op, inputs, options, output } of goldens) {
    const [steps, size] = output!.shape;
    const model = new Numbers(size);
    const average = makers[op](model, options);
    for (let step = 0; step < steps; step++) {
      const row = ({ data }: { data: number[] }) => data.slice(step * size, (step + 1) * size);
      model.set(row(inputs.values));
      await average.update();
      assertAllClose(await averagesOf(average, model), row(output!), { name: `${name}, step ${step}`, relative: 1e-6 });
      await average.using(async () => assert.equal(await model.running.data(), await model.parameter.data()));
      // The model trains on with its own weights.
      assert.equal([...(await model.parameter.data())], row(inputs.values));
    }
  }
});

test('by hand: which steps count, warm-up, and counts', async () => {
  const model = new Numbers(1);
  const mean = swaWeights(model, { from: 2, every: 3 });
  const fast = emaWeights(model, { warmUp: true });
  const counted: number[] = [];
  let expected = 0;
  for (let step = 0; step < 9; step++) {
    model.set([step]);
    await mean.update();
    await fast.update();
    counted.push(mean.averaged);
    const share = step === 0 ? 1 : 1 - (1 + step) / (10 + step);
    expected += share * (step - expected);
  }
  assert.equal(counted, [0, 0, 1, 1, 1, 2, 2, 2, 3]);
  assert.equal(await averagesOf(mean, model), [5]);
  assertAllClose(await averagesOf(fast, model), [expected]);
  assert.is(mean.steps, 9);
  // A count is the model's own.
  await mean.using(async () => assert.equal([...(await model.count.data())], [8]));
});

test('using puts the weights back, also where its function throws, and what was recorded within keeps the averages', async () => {
  const model = new Numbers(1);
  const average = swaWeights(model);
  for (const value of [1, 3]) {
    model.set([value]);
    await average.update();
  }
  const recorded = await average.using(() => multiply(model.parameter, 10));
  assert.equal([...(await recorded.data())], [20]);
  await assertRejects(
    () =>
      average.using(() => {
        throw new Error('out of luck');
      }),
    'out of luck',
  );
  assert.equal([...(await model.parameter.data()), ...(await model.running.data())], [3, 3]);
});

/** A net with everything that has a state. */
const network = () => {
  const random = createRandom(1);
  return new Sequential(
    new Conv2d(1, 4, { size: 3, random }),
    new BatchNorm2d(4),
    new Dropout({ probability: 0.2, random }),
    new Conv2d(4, 1, { size: 3, random }),
  );
};

test('a run that is saved and continued has the same averages, bit by bit', async () => {
  for (const make of [emaWeights, swaWeights]) {
    const next = createNumbers(1);
    const images = Array.from({ length: 6 }, () => toTensor(randomArray(next, [2, 6, 6, 1])));
    const begin = () => {
      const model = network();
      return { model, optimizer: adam(model, { learningRate: 0.01 }), average: make(model, { from: 1 }) };
    };
    const train = async ({ model, optimizer, average }: ReturnType<typeof begin>, from: number, to: number) => {
      for (let step = from; step < to; step++) {
        const y = model.forward(images[step]);
        await optimizer.step(mean(multiply(y, y)));
        await average.update();
      }
    };
    const [straight, first, second] = [begin(), begin(), begin()];
    await train(straight, 0, 6);
    await train(first, 0, 3);
    second.model.loadStateDict(await first.model.stateDict());
    second.optimizer.loadStateDict(first.optimizer.stateDict());
    second.average.loadStateDict(first.average.stateDict());
    await train(second, 3, 6);
    assert.equal(JSON.stringify(second.average.stateDict()), JSON.stringify(straight.average.stateDict()));
    // The names are those of the model's state, without the number of dropout's draws.
    const names = Object.keys(await straight.model.stateDict()).filter((name) => !name.endsWith('draws'));
    assert.equal(Object.keys(straight.average.stateDict().averages), names);
  }
});

test('a state from before the first step that counts', async () => {
  const model = new Numbers(1);
  const average = swaWeights(model, { from: 2 });
  for (let step = 0; step < 2; step++) await average.update();
  const state = average.stateDict();
  assert.equal(state, { steps: 2, averages: {} });
  const resumed = swaWeights(model, { from: 2 });
  resumed.loadStateDict(state);
  model.set([7]);
  await resumed.update();
  assert.equal(await averagesOf(resumed, model), [7]);
});

test('throws, and changes nothing', async () => {
  const model = new Numbers(2);
  for (const decay of [-0.1, 1, Number.NaN]) {
    assertThrows(() => emaWeights(model, { decay }), `emaWeights: expected decay in [0, 1), got ${decay}`);
  }
  assertThrows(
    () => swaWeights(model, { from: -1 }),
    'averaged weights: expected from to be a whole number ≥ 0, got -1',
  );
  assertThrows(
    () => swaWeights(model, { every: 0 }),
    'averaged weights: expected every to be a whole number ≥ 1, got 0',
  );
  const average = emaWeights(model);
  await assertRejects(
    () => average.using(() => 1),
    'using: expected averages of at least one step, got none after 0 steps',
  );
  await average.update();
  await average.using(async () => {
    await assertRejects(() => average.using(() => 1), 'using: expected one use at a time, got another within it');
    await assertRejects(
      () => average.update(),
      'update: expected the weights of a step, got the averaged ones, which are in use',
    );
  });
  const train = () => sgd(model, { learningRate: 1 }).step(sum(model.parameter));
  await assertRejects(
    () => average.using(train),
    'using: expected the averaged weights to stay as they are, got changed [parameter]',
  );
  assert.equal([...(await model.parameter.data())], [0, 0]);
  const state = average.stateDict();
  const { running, ...rest } = state.averages;
  const names = "loadStateDict: expected averages of the model's names,";
  assertThrows(() => average.loadStateDict({ steps: 1, averages: rest }), `${names} missing [running], unknown []`);
  assertThrows(
    () => average.loadStateDict({ steps: 0, averages: { ...rest, running } }),
    `${names} missing [], unknown [parameter, running]`,
  );
  assertThrows(
    () => average.loadStateDict({ steps: 1, averages: { ...rest, running: ndarray(new Float32Array(3), [3]) } }),
    'loadStateDict: expected the average of running [2], got [3]',
  );
  assertThrows(
    () => average.loadStateDict({ ...state, steps: -1 }),
    'loadStateDict: expected steps of averaged weights to be a whole number ≥ 0, got -1',
  );
  assert.equal(JSON.stringify(average.stateDict()), JSON.stringify(state));
});

test.run();
