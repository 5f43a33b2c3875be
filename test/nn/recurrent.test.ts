import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  adam,
  createRandom,
  crossEntropy,
  deviceReport,
  Gru,
  GruCell,
  gradients,
  Linear,
  Lstm,
  LstmCell,
  type LstmState,
  Module,
  realize,
  reshape,
  slice,
  stack,
  sum,
  type Tensor,
  tensor,
  zeros,
} from '../../src/index';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { toTensor } from '../support/gradientCheck';
import { createNumbers, randomArray } from '../support/randomTensor';

const test = suite('recurrent');
const settings = () => ({ random: createRandom(3) });
const stepOf = (x: Tensor, t: number) =>
  reshape(slice(x, { start: [0, t], end: [x.shape[0], t + 1] }), [x.shape[0], x.shape[2]]);

test('weights, biases and how they start', () => {
  const shapes = (module: Module) => [...module.namedParameters()].map(([name, { shape }]) => `${name} [${shape}]`);
  assert.equal(shapes(new LstmCell(2, 3, settings())), [
    'inputWeight [2,12]',
    'hiddenWeight [3,12]',
    'inputBias [12]',
    'hiddenBias [12]',
  ]);
  assert.equal(shapes(new GruCell(2, 3, { ...settings(), bias: false })), ['inputWeight [2,9]', 'hiddenWeight [3,9]']);
  assert.equal(shapes(new Gru(2, 3, { ...settings(), layers: 2, bias: false })), [
    'stacked.0.inputWeight [2,9]',
    'stacked.0.hiddenWeight [3,9]',
    'stacked.1.inputWeight [3,9]',
    'stacked.1.hiddenWeight [3,9]',
  ]);
  // The forget gate starts open, all other biases at 0.
  const biases = (cell: LstmCell) => [...cell.inputBias!.value.data!];
  assert.equal(biases(new LstmCell(1, 2, settings())), [0, 0, 1, 1, 0, 0, 0, 0]);
  assert.equal(biases(new LstmCell(1, 1, { ...settings(), forgetBias: 0 })), [0, 0, 0, 0]);
  const half = {
    ...settings(),
    initialize: (shape: readonly number[]) => new Float32Array(shape[0] * shape[1]).fill(0.5),
  };
  assert.ok(new Lstm(2, 2, half).stacked[0].hiddenWeight.value.data!.every((weight) => weight === 0.5));
});

for (const layers of [1, 2]) {
  test(`${layers} layers over a sequence are their cells step by step, in value and gradients`, async () => {
    const x = toTensor(randomArray(createNumbers(layers), [3, 5, 4]));
    const lstm = new Lstm(4, 6, { ...settings(), layers });
    const gru = new Gru(4, 6, { ...settings(), layers });
    const steps: Record<string, (input: Tensor, before: (Tensor | LstmState)[]) => (Tensor | LstmState)[]> = {
      lstm: (input, before) => {
        let below = input;
        return lstm.stacked.map((cell, i) => {
          const state = cell.forward(below, before[i] as LstmState);
          below = state.hidden;
          return state;
        });
      },
      gru: (input, before) => {
        let below = input;
        return gru.stacked.map((cell, i) => {
          below = cell.forward(below, before[i] as Tensor);
          return below;
        });
      },
    };
    for (const [name, layer] of [
      ['lstm', lstm],
      ['gru', gru],
    ] as const) {
      let states: (Tensor | LstmState)[] = [];
      const hidden = (state: Tensor | LstmState) => ('hidden' in state ? state.hidden : state);
      const outputs: Tensor[] = [];
      for (let t = 0; t < 5; t++) {
        states = steps[name](stepOf(x, t), states);
        outputs.push(hidden(states[layers - 1]));
      }
      const result = layer.forward(x);
      const ends = stack(states.map(hidden));
      assert.equal([...result.hidden.shape], [layers, 3, 6]);
      const sources = [x, ...layer.parameters()];
      const total = (every: Tensor, end: Tensor) => sum(stack([sum(every), sum(end)]));
      const [own, byCells] = [
        gradients(total(result.outputs, result.hidden), sources),
        gradients(total(stack(outputs), ends), sources),
      ];
      await realize(result.outputs, result.hidden, ...own, ends, ...byCells);
      assertAllClose(await result.outputs.data(), await stack(outputs, { axis: 1 }).data(), { name, relative: 1e-6 });
      assertAllClose(await result.hidden.data(), await ends.data(), { name, relative: 1e-6 });
      for (const [i, slope] of own.entries()) {
        assertAllClose(await slope.data(), await byCells[i].data(), { name: `${name}, gradient ${i}` });
      }
    }
  });
}

test('a sequence in two parts is the whole sequence', async () => {
  const x = toTensor(randomArray(createNumbers(5), [2, 6, 3]));
  const parts = [slice(x, { end: [2, 4] }), slice(x, { start: [0, 4] })];
  const lstm = new Lstm(3, 4, { ...settings(), layers: 2 });
  const first = lstm.forward(parts[0]);
  const second = lstm.forward(parts[1], { state: first });
  const whole = lstm.forward(x);
  assert.equal([...(await second.cell.data())], [...(await whole.cell.data())]);
  const gru = new Gru(3, 4, { ...settings(), layers: 2 });
  const { hidden } = gru.forward(parts[0]);
  assert.equal([...(await gru.forward(parts[1], { hidden }).hidden.data())], [...(await gru.forward(x).hidden.data())]);
});

/** Says which symbol a sequence began with, after others that say nothing. */
class Memory extends Module {
  readonly layer: Lstm | Gru;
  readonly scores = new Linear(16, 2, settings());

  constructor(layer: Lstm | Gru) {
    super();
    this.layer = layer;
  }

  forward(x: Tensor, lengths: number[]): Tensor {
    const { hidden } = this.layer.forward(x, { lengths });
    return this.scores.forward(reshape(hidden, [hidden.shape[1], 16]));
  }
}

for (const [name, make] of [
  ['Lstm', () => new Lstm(2, 16, settings())],
  ['Gru', () => new Gru(2, 16, settings())],
] as const) {
  test(`${name} learns through time, all steps in one plan: what came first, after up to ten other symbols`, async () => {
    const model = new Memory(make());
    const optimizer = adam(model, { learningRate: 0.02 });
    const next = createNumbers(11);
    const draw = () => {
      const labels = Array.from({ length: 16 }, () => Math.floor(2 * next()));
      const lengths = labels.map(() => 2 + Math.floor(10 * next()));
      const x = labels.flatMap((label) => [
        label === 0 ? 1 : -1,
        0,
        ...Array.from({ length: 20 }, (_, i) => (i % 2 ? 1 : 0.5 * next())),
      ]);
      return { x: tensor(x, [16, 11, 2]), lengths, labels };
    };
    let before = 0;
    for (let step = 0; step < 120; step++) {
      if (step === 2) before = (await deviceReport()).compiledPlans;
      const { x, lengths, labels } = draw();
      await optimizer.step(crossEntropy(model.forward(x, lengths), tensor(labels)));
    }
    assert.is((await deviceReport()).compiledPlans, before);
    const { x, lengths, labels } = draw();
    const loss = await crossEntropy(model.forward(x, lengths), tensor(labels)).item();
    assert.ok(loss < 0.1, `loss ${loss}`);
  });
}

test('throws', () => {
  const message = (name: string, setting: string, value: number) =>
    `${name}: expected ${setting} to be a whole number ≥ 1, got ${value}`;
  assertThrows(() => new LstmCell(0, 3, settings()), message('LstmCell', 'inputs', 0));
  assertThrows(() => new GruCell(3, 1.5, settings()), message('GruCell', 'size', 1.5));
  assertThrows(() => new Lstm(3, 3, { ...settings(), layers: 0 }), message('Lstm', 'layers', 0));
  assertThrows(() => new Gru(3, 3, { ...settings(), layers: 0 }), message('Gru', 'layers', 0));
  const cell = new LstmCell(2, 3, settings());
  assertThrows(() => cell.forward(zeros([4])), 'LstmCell: expected x [N, C], got [4]');
  assertThrows(() => cell.forward(zeros([4, 3])), 'LstmCell: expected x [4, 2], got [4, 3]');
  const state = { hidden: zeros([4, 3]), cell: zeros([4, 2]) };
  assertThrows(() => cell.forward(zeros([4, 2]), state), 'LstmCell: expected cell [4, 3], got [4, 2]');
  const unit = new GruCell(2, 3, settings());
  assertThrows(() => unit.forward(zeros([4, 2]), zeros([1, 3])), 'GruCell: expected hidden [4, 3], got [1, 3]');
  const gru = new Gru(2, 3, settings());
  const x = zeros([4, 5, 2]);
  assertThrows(() => gru.forward(x, { hidden: zeros([4, 3]) }), 'Gru: expected hidden [L, N, H], got [4, 3]');
  assertThrows(() => gru.forward(x, { hidden: zeros([2, 4, 3]) }), 'Gru: expected hidden of 1 layers, got [2, 4, 3]');
  assertThrows(() => gru.forward(x, { hidden: zeros([1, 4, 2]) }), 'gru: expected hidden [4, 3], got [4, 2]');
});

test.run();
