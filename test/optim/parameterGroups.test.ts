import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  adam,
  adamW,
  add,
  BatchNorm2d,
  Conv2d,
  createRandom,
  GroupNorm,
  isNormOrBias,
  Linear,
  multiply,
  type Optimizer,
  Parameter,
  type ParameterGroup,
  rmsProp,
  Sequential,
  sgd,
  sum,
  type Tensor,
} from '../../src/index';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { loadGolden } from '../support/golden';

const test = suite('parameterGroups');
const makers: Record<string, (target: Parameter[], options: any) => Optimizer> = { sgd, adam, adamW, rmsProp };
const parameterOf = (numbers: number[]) => new Parameter(Float32Array.from(numbers), [numbers.length]);

for (const [op, what] of [
  ['groups', 'a rate and a decay of its own'],
  ['frozen', 'no gradient in the first three steps'],
]) {
  const cases = loadGolden('optimizers').cases.filter((golden) => golden.op === op);
  test(`two parameters, one with ${what}, walk PyTorch's trajectories (${cases.length} cases)`, async () => {
    assert.is(cases.length, 4);
    for (const { name, inputs, options, output } of cases) {
      const { kind, frozenSteps, rateFactor, ownDecay, ...rest } = options;
      const [a, b] = [inputs.parameters.data.slice(0, 5), inputs.parameters.data.slice(5)].map(parameterOf);
      const groups = op === 'groups' ? [{ parameters: [b], rateFactor, weightDecay: ownDecay }] : [];
      const optimizer = makers[kind]([a, b], { ...rest, groups });
      const [steps] = output!.shape;
      for (let step = 0; step < steps; step++) {
        b.frozen = step < frozenSteps;
        const slopes = inputs.gradients.data.slice(10 * step, 10 * step + 10);
        await optimizer.step(add(sum(multiply(a, slopes.slice(0, 5))), sum(multiply(b, slopes.slice(5)))));
        const moved = [...(await a.data()), ...(await b.data())];
        const expected = output!.data.slice(10 * step, 10 * step + 10);
        assertAllClose(moved, expected, { name: `${name}, step ${step}`, relative: 1e-4 });
      }
    }
  });
}

function network() {
  const random = createRandom(1);
  return new Sequential(
    new Conv2d(1, 2, { size: 1, random }),
    new BatchNorm2d(2),
    new GroupNorm(2, { groups: 1 }),
    new Linear(2, 3, { random }),
  );
}

test('norms and biases by a predicate: their decay is 0, and a gradient of 0 leaves them where they are', async () => {
  const model = network();
  const norms = [...model.namedParameters()].filter(([name, parameter]) => isNormOrBias(name, parameter));
  assert.equal(
    norms.map(([name]) => name),
    ['0.bias', '1.scale', '1.shift', '2.scale', '2.shift', '3.bias'].map((name) => `layers.${name}`),
  );
  const groups = [{ parameters: isNormOrBias, weightDecay: 0 }];
  const optimizer = adamW(model, { learningRate: 0.5, weightDecay: 0.5, groups });
  for (const [, parameter] of norms)
    parameter.assign(new Parameter(new Float32Array(parameter.size).fill(2), parameter.shape));
  const before = await model.stateDict();
  const nothing = model.parameters().map((parameter) => sum(multiply(parameter, 0)));
  await optimizer.step(nothing.reduce(add));
  const after = await model.stateDict();
  for (const [name, { data }] of Object.entries(before)) {
    const factor = /weight$/.test(name) ? 0.75 : 1;
    assertAllClose(
      after[name].data,
      Array.from(data, (value) => value * factor),
      { name },
    );
  }
});

/** How far one step of plain descent with a slope of 1 and a decay of 0 moves each parameter, and how far a decay alone. */
async function moves(groups: readonly ParameterGroup[]): Promise<Record<string, [rate: number, decay: number]>> {
  const result: Record<string, [number, number]> = {};
  for (const slope of [1, 0]) {
    const model = network();
    for (const parameter of model.parameters()) {
      parameter.assign(new Parameter(new Float32Array(parameter.size).fill(slope === 1 ? 0 : 1), parameter.shape));
    }
    const terms: Tensor[] = model.parameters().map((parameter) => sum(multiply(parameter, slope)));
    await sgd(model, { learningRate: 1, weightDecay: 0.5, groups }).step(terms.reduce(add));
    for (const [name, parameter] of model.namedParameters()) {
      const [value] = await parameter.data();
      if (slope === 1) result[name] = [-value, 0];
      else result[name][1] = 1 - value;
    }
  }
  return Object.fromEntries(Object.entries(result).map(([name, pair]) => [name.replace('layers.', ''), pair]));
}

test('groups by predicate, by module and by list; the last that names a setting counts', async () => {
  const plain = await moves([]);
  assert.equal(Object.values(plain), Array(8).fill([1, 0.5]));
  const grouped = await moves([
    { parameters: isNormOrBias, weightDecay: 0 },
    { parameters: (name) => name.startsWith('layers.0.'), rateFactor: 0.25 },
    { parameters: (_, { shape }) => shape[0] === 3, weightDecay: 0.125, rateFactor: 0 },
    { parameters: (name) => name === 'layers.0.bias', rateFactor: 2 },
  ]);
  assert.equal(grouped, {
    '0.weight': [0.25, 0.125],
    '0.bias': [2, 0],
    '1.scale': [1, 0],
    '1.shift': [1, 0],
    '2.scale': [1, 0],
    '2.shift': [1, 0],
    '3.weight': [1, 0.5],
    '3.bias': [0, 0],
  });
  const model = network();
  const [first, , , last] = model.layers as [Conv2d, BatchNorm2d, GroupNorm, Linear];
  const groups = [
    { parameters: first, rateFactor: 0.5 },
    { parameters: [last.bias!], rateFactor: 4 },
  ];
  for (const parameter of model.parameters()) {
    parameter.assign(new Parameter(new Float32Array(parameter.size), parameter.shape));
  }
  await sgd(model, { learningRate: 1, groups }).step(
    model
      .parameters()
      .map((parameter) => sum(parameter))
      .reduce(add),
  );
  for (const [parameter, expected] of [
    [first.weight, -0.5],
    [first.bias!, -0.5],
    [last.weight, -1],
    [last.bias!, -4],
  ] as const) {
    assert.is((await parameter.data())[0], expected);
  }
});

test('a schedule sets the rate of every group', async () => {
  const [a, b] = [parameterOf([0]), parameterOf([0])];
  const groups = [{ parameters: [b], rateFactor: 0.5 }];
  const optimizer = sgd([a, b], { learningRate: (step) => [1, 0.25][step], groups });
  for (const expected of [-1, -1.25]) {
    await optimizer.step(add(sum(a), sum(b)));
    assert.equal([(await a.data())[0], (await b.data())[0]], [expected, expected / 2]);
  }
});

test('the state of an optimizer whose parameters took different numbers of steps continues bit for bit', async () => {
  for (const [name, make] of Object.entries(makers)) {
    const options = { learningRate: 0.1, ...(name === 'sgd' || name === 'rmsProp' ? { momentum: 0.9 } : {}) };
    const start = () => [parameterOf([1, -2]), parameterOf([3])];
    const loss = ([a, b]: Parameter[]) => add(sum(multiply(a, a)), sum(multiply(b, b)));
    const [straight, resumed] = [start(), start()];
    const optimizer = make(straight, options);
    straight[1].frozen = true;
    for (let step = 0; step < 2; step++) await optimizer.step(loss(straight));
    for (const thawed of [false, true]) {
      // Saved while the second parameter had not taken a step, and after it took one of three.
      if (thawed) {
        straight[1].frozen = false;
        await optimizer.step(loss(straight));
      }
      const state = optimizer.stateDict();
      assert.equal([...state.slots['1.steps'].data], [thawed ? 1 : 0]);
      assert.is(Object.hasOwn(state.slots, '1.velocity') || Object.hasOwn(state.slots, '1.square'), thawed);
      for (const [i, parameter] of resumed.entries()) {
        parameter.assign(new Parameter((await straight[i].data()).slice(), parameter.shape));
      }
      const second = make(resumed, options);
      second.loadStateDict(state);
      assert.equal(JSON.stringify(second.stateDict()), JSON.stringify(state));
      if (!thawed) continue;
      for (let step = 0; step < 2; step++) {
        assert.is(await second.step(loss(resumed)), await optimizer.step(loss(straight)));
      }
      for (const i of [0, 1]) assert.equal([...(await resumed[i].data())], [...(await straight[i].data())]);
    }
  }
});

test('throws', () => {
  const x = parameterOf([1]);
  const make = (group: ParameterGroup) => () => sgd([x], { learningRate: 1, groups: [{ parameters: [x] }, group] });
  const none = 'optimizer: expected group 1 to hold a parameter of the optimizer, got none';
  assertThrows(make({ parameters: () => false }), none);
  assertThrows(make({ parameters: [parameterOf([1])] }), none);
  assertThrows(make({ parameters: network() }), none);
  const message = (name: string, value: number) =>
    `optimizer: expected ${name} of group 1 to be a number ≥ 0, got ${value}`;
  assertThrows(make({ parameters: [x], rateFactor: -1 }), message('rateFactor', -1));
  assertThrows(make({ parameters: [x], weightDecay: Number.NaN }), message('weightDecay', Number.NaN));
});

test.run();
