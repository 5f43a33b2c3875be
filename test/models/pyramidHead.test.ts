import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { add, createRandom, gradients, outputLayer, PyramidHead, sum, zeros } from '../../src/index';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { noise, ofConv } from '../support/oneStage';

const test = suite('PyramidHead');
const random = () => createRandom(1);

test('maps keep their shapes; levels share convolutions, not batch norms', () => {
  const head = new PyramidHead({ channels: 6, levels: 3, random: random(), depth: 2 });
  assert.is(head.parameterCount(), 2 * (ofConv(3, 6, 6, false) + 3 * 12));
  const maps = [noise(1, 2, 8, 4, 6), noise(2, 2, 4, 2, 6), noise(3, 2, 2, 1, 6)];
  assert.equal(
    head.forward(maps).map(({ shape }) => [...shape]),
    maps.map(({ shape }) => [...shape]),
  );
});

test('each level adds to the gradient of the shared convolution', async () => {
  const head = new PyramidHead({ channels: 2, levels: 2, random: random() });
  const [first, second] = head.forward([noise(1, 1, 4, 4, 2), noise(2, 1, 2, 2, 2)]);
  const { weight } = head.convolutions[0];
  const slopes = await Promise.all(
    [first, second, null].map((map) => gradients(map ? sum(map) : add(sum(first), sum(second)), [weight])[0].data()),
  );
  const [one, other, both] = slopes;
  assert.ok(one.some((value) => Math.abs(value) > 1e-3) && other.some((value) => Math.abs(value) > 1e-3));
  assertAllClose(
    both,
    one.map((value, i) => value + other[i]),
    { absolute: 1e-5 },
  );
});

test('running statistics are those of a level alone', async () => {
  const head = new PyramidHead({ channels: 2, levels: 2, random: random() });
  const [fine, coarse] = [noise(1, 1, 4, 4, 2), noise(1, 1, 4, 4, 2)];
  head.forward([fine, zeros([1, 2, 2, 2])]);
  const [own, other] = await Promise.all(head.norms[0].map(({ mean }) => mean.data()));
  assert.ok(own.some((value) => value !== 0));
  assert.ok(other.every((value) => value === 0));
  head.evaluate();
  // Without the batch's own statistics the two levels differ.
  const [here, there] = await Promise.all(head.forward([fine, coarse]).map((map) => map.data()));
  assert.ok(here.some((value, i) => Math.abs(value - there[i]) > 1e-3));
});

test('outputLayer: all outputs start at the bias, and weights at N(0, 0.01²)', async () => {
  const layer = outputLayer(64, 32, random(), -3);
  assert.equal([...layer.weight.shape], [1, 1, 64, 32]);
  assert.ok((await layer.bias!.data()).every((value) => value === -3));
  const weights = await layer.weight.data();
  const moment = (power: number) => weights.reduce((total, value) => total + value ** power, 0) / weights.length;
  assertAllClose([moment(1), Math.sqrt(moment(2))], [0, 0.01], { absolute: 5e-4 });
  assert.ok((await outputLayer(2, 2, random()).bias!.data()).every((value) => value === 0));
});

test('throws', () => {
  const head = new PyramidHead({ channels: 4, levels: 2, random: random() });
  assertThrows(() => head.forward([zeros([1, 2, 2, 4])]), 'PyramidHead: expected 2 maps, one for each level, got 1');
  assertThrows(
    () => head.forward([zeros([1, 2, 2, 4]), zeros([1, 2, 2, 3])]),
    'PyramidHead: expected map 1 [N, H, W, 4], got [1, 2, 2, 3]',
  );
  assertThrows(
    () => new PyramidHead({ channels: 4, levels: 0, random: random() }),
    'PyramidHead: expected levels to be a whole number ≥ 1, got 0',
  );
  assertThrows(
    () => outputLayer(4, 4, random(), Number.NaN),
    'outputLayer: expected bias to be a finite number, got NaN',
  );
});

test.run();
