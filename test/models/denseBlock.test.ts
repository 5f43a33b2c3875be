import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { concat, createRandom, DenseBlock, gradients, sum, tensor, zeros } from '../../src/index';
import { assertThrows } from '../support/assertThrows';

const test = suite('DenseBlock');

const random = () => createRandom(1);

test('by hand: each layer reads the input and what all layers before it have added', async () => {
  const block = new DenseBlock({ inputs: 1, layers: 2, growth: 1, random: random() });
  assert.equal(
    block.layers.map(({ layers }) => [...(layers as any)[2].weight.shape]),
    [
      [3, 3, 1, 1],
      [3, 3, 2, 1],
    ],
  );
  assert.is(block.channels, 3);
  // Of one pixel, only the middle of a filter meets something: layer 1 doubles and adds 1, layer 2 weighs 10 and 100.
  const [first, second] = block.layers.map(({ layers }) => (layers as any)[2]);
  const middle = (shape: number[], values: number[]) => {
    const numbers = new Float32Array(9 * values.length);
    numbers.set(values, 4 * values.length);
    return tensor(numbers, shape);
  };
  first.weight.assign(middle([3, 3, 1, 1], [2]));
  first.bias.assign(tensor([1]));
  second.weight.assign(middle([3, 3, 2, 1], [10, 100]));
  second.bias.assign(tensor([0]));
  block.evaluate();
  // Batch norm starts with mean 0 and variance 1, but for its epsilon.
  const { all, added } = block.forward(tensor([3], [1, 1, 1, 1]));
  const rounded = (values: Iterable<number>) => Array.from(values, (value) => Math.round(value));
  assert.equal(rounded(await all.data()), [3, 7, 730]);
  assert.equal(rounded(await added.data()), [7, 730]);
  assert.equal([...all.shape], [1, 1, 1, 3]);
  // What is below 0 counts for nothing in a layer, but is passed on as it is.
  const negative = block.forward(tensor([-3], [1, 1, 1, 1]));
  assert.equal(rounded(await negative.all.data()), [-3, 1, 100]);
});

test('all is the input beside what was added, and every parameter has a gradient', async () => {
  const block = new DenseBlock({ inputs: 3, layers: 3, growth: 2, random: random() });
  const source = random();
  const x = tensor(
    Float32Array.from({ length: 2 * 4 * 4 * 3 }, () => source.normal()),
    [2, 4, 4, 3],
  );
  const { all, added } = block.forward(x);
  assert.equal([...added.shape], [2, 4, 4, 6]);
  assert.equal([...(await all.data())], [...(await concat([x, added]).data())]);
  const slopes = gradients(sum(all), block.parameters());
  for (const [i, slope] of slopes.entries()) {
    assert.ok(
      (await slope.data()).some((value) => value !== 0),
      [...block.namedParameters().keys()][i],
    );
  }
  // Of no images, none.
  assert.equal([...block.evaluate().forward(zeros([0, 4, 4, 3])).all.shape], [0, 4, 4, 9]);
});

test('throws', () => {
  const make = (settings: object) => () => new DenseBlock({ inputs: 3, random: random(), ...settings });
  assertThrows(make({ inputs: 0 }), 'DenseBlock: expected inputs to be a whole number ≥ 1, got 0');
  assertThrows(make({ growth: 1.5 }), 'DenseBlock: expected growth to be a whole number ≥ 1, got 1.5');
  assertThrows(make({ layers: 0 }), 'DenseBlock: expected layers to be a whole number ≥ 1, got 0');
  assertThrows(make({ layers: 65 }), 'DenseBlock: expected layers to be at most 64, got 65');
  assertThrows(
    () => make({})().forward([1] as any),
    'DenseBlock: expected x to be a tensor, got [1]; tensor(…) makes one',
  );
  assertThrows(() => make({})().forward(zeros([1, 4, 4, 2])), 'DenseBlock: expected x [N, H, W, 3], got [1, 4, 4, 2]');
});

test.run();
