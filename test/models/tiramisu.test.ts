import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { collate, createRandom, evaluating, gradients, Tiramisu, zeros } from '../../src/index';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { squares } from '../support/squares';

const test = suite('Tiramisu');

const random = () => createRandom(1);
const small = () => new Tiramisu({ classes: 3, random: random(), stem: 4, growth: 2, layers: [2, 1, 3] });

test("FC-DenseNet103: as many channels at each level as in the paper's table 2", () => {
  // Of 28 layers and 9.4 million parameters we look at the widths alone; nothing is computed.
  const model = new Tiramisu({ classes: 11, random: random(), stem: 48, growth: 16, layers: [4, 5, 7, 10, 12, 15] });
  assert.equal(
    model.down.map(({ channels }) => channels),
    [112, 192, 304, 464, 656],
  );
  assert.is(model.bottom.channels, 896);
  // The paper has 578 where 160 doubled, 304 kept and 7 · 16 added make 576.
  assert.equal(
    model.up.map(({ channels }) => channels),
    [1088, 816, 576, 384, 256],
  );
});

test('only what a block has added is doubled, and the last block gives all it has', () => {
  const model = small();
  assert.equal(
    model.doublings.map(({ weight }) => [...weight.shape]),
    [
      [3, 3, 6, 6],
      [3, 3, 2, 2],
    ],
  );
  // 4 + 2 · 2 kept at the finest level, 8 + 1 · 2 below; beside them, what is doubled.
  assert.equal(
    model.down.map(({ channels }) => channels),
    [8, 10],
  );
  assert.equal(
    model.up.map(({ channels }) => channels),
    [6 + 10 + 2, 2 + 8 + 4],
  );
  assert.is(model.scores.weight.shape[2], 14);
});

test('parameters by hand, and scores for every pixel', () => {
  const model = new Tiramisu({ classes: 6, random: random() });
  const block = (inputs: number) =>
    [0, 8, 16].reduce((sum, more) => sum + 2 * (inputs + more) + 9 * (inputs + more) * 8 + 8, 0);
  const transition = (channels: number) => 2 * channels + channels * channels + channels;
  const byHand =
    75 * 16 +
    16 +
    [16, 40, 64].reduce((sum, inputs) => sum + block(inputs) + transition(inputs + 24), 0) +
    block(88) +
    [88, 64, 40].reduce((sum, kept) => sum + (9 * 24 * 24 + 24) + block(24 + kept), 0) +
    (88 * 6 + 6);
  assert.is(byHand, 148_774);
  assert.is(model.parameterCount(), byHand);
  assert.equal([...model.forward(zeros([2, 64, 32, 3])).shape], [2, 64, 32, 6]);
});

test('every parameter has a gradient, but for biases that batch norm takes away again', async () => {
  const model = small();
  const batch = collate([squares(2).sample(0), squares(2).sample(1)]);
  const named = [...model.namedParameters()];
  const slopes = gradients(
    model.losses(batch).crossEntropy,
    named.map(([, parameter]) => parameter),
  );
  for (const [i, slope] of slopes.entries()) {
    assert.ok(
      (await slope.data()).some((value) => value !== 0),
      named[i][0],
    );
  }
});

test('in evaluation an image does not depend on its neighbors', async () => {
  const model = small();
  const [one, two] = [0, 1].map((index) => squares(2).sample(index));
  await model.losses(collate([one, two])).crossEntropy.item();
  const scores = (samples: (typeof one)[]) => evaluating(model, () => model.forward(collate(samples).images)).data();
  const [alone, together] = [await scores([two]), await scores([one, two])];
  assertAllClose(together.subarray(alone.length), alone, { absolute: 1e-5, relative: 1e-5 });
});

test('throws', () => {
  const make = (settings: object) => () => new Tiramisu({ classes: 3, random: random(), ...settings });
  assertThrows(make({ layers: [3] }), 'Tiramisu: expected layers to be a list of 2 or more whole numbers ≥ 1, got [3]');
  assertThrows(make({ layers: [3, 65] }), 'DenseBlock: expected layers to be at most 64, got 65');
  assertThrows(make({ growth: 0 }), 'Tiramisu: expected growth to be a whole number ≥ 1, got 0');
  assertThrows(make({ stem: 1e9 }), 'Tiramisu: expected stem to be at most 16384, got 1000000000');
  assertThrows(
    () => small().forward(zeros([1, 16, 12, 3])),
    'Tiramisu: expected images [N, H, W, 3] with H and W multiples of 8, got [1, 16, 12, 3]',
  );
});

test.run();
