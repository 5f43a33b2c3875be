import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { mse, PRelu, Sequential, sgd, sum, tensor } from '../../src/index';
import { assertThrows } from '../support/assertThrows';

const test = suite('nn/prelu');

test('a slope for each channel, or one for all', async () => {
  const x = tensor([
    [-4, 4],
    [8, -8],
  ]);
  assert.equal([...(await new PRelu(2).forward(x).data())], [-1, 4, 8, -2]);
  const one = new PRelu();
  assert.equal([...one.slope.shape], [1]);
  assert.equal([...(await new PRelu(2, { slope: 0.5 }).forward(x).data())], [-2, 4, 8, -4]);
  assert.equal([...new PRelu(7).namedParameters().keys()], ['slope']);
});

test('the slopes are learned: −3 · slope = 6', async () => {
  const layer = new PRelu();
  const network = new Sequential(layer, (x) => sum(x, { axes: 1 }));
  const optimizer = sgd(network.parameters(), { learningRate: 0.05 });
  for (let step = 0; step < 30; step++) {
    await optimizer.step(mse(network.forward(tensor([[-3]])), tensor([6])));
  }
  assert.ok(Math.abs((await layer.slope.data())[0] + 2) < 1e-3);
});

test('throws', () => {
  assertThrows(() => new PRelu(0), 'PRelu: expected channels to be a whole number ≥ 1, got 0');
  assertThrows(() => new PRelu(2.5), 'PRelu: expected channels to be a whole number ≥ 1, got 2.5');
});

test.run();
