import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom, Embedding, mse, sgd, tensor } from '../../src/index';
import { assertThrows } from '../support/assertThrows';

const test = suite('nn/embedding');

test('a row for each number, drawn from the standard normal distribution', async () => {
  const layer = new Embedding(200, 30, { random: createRandom(1) });
  assert.equal([...layer.forward(tensor([[3, 1, 4]])).shape], [1, 3, 30]);
  const numbers = [...(await layer.table.data())];
  const mean = numbers.reduce((total, value) => total + value, 0) / 6000;
  const spread = numbers.reduce((total, value) => total + value * value, 0) / 6000;
  assert.ok(Math.abs(mean) < 0.05 && Math.abs(spread - 1) < 0.1, `mean ${mean}, mean square ${spread}`);
  const same = new Embedding(200, 30, { random: createRandom(1) });
  assert.equal([...(await same.table.data())], numbers);
  const zero = new Embedding(2, 3, { random: createRandom(1), initialize: () => new Float32Array(6) });
  assert.equal([...(await zero.table.data())], [0, 0, 0, 0, 0, 0]);
});

test('only the vectors that were looked up are trained', async () => {
  const layer = new Embedding(4, 2, { random: createRandom(2) });
  const before = [...(await layer.table.data())];
  const optimizer = sgd(layer.parameters(), { learningRate: 0.5 });
  for (let step = 0; step < 50; step++) {
    await optimizer.step(
      mse(
        layer.forward([2, 0]),
        tensor([
          [1, 2],
          [3, 4],
        ]),
      ),
    );
  }
  const after = [...(await layer.table.data())];
  assert.equal([...after.slice(2, 4), ...after.slice(6)], [...before.slice(2, 4), ...before.slice(6)]);
  for (const [i, wanted] of [
    [4, 1],
    [5, 2],
    [0, 3],
    [1, 4],
  ])
    assert.ok(Math.abs(after[i] - wanted) < 1e-3, `${after}`);
});

test('throws', () => {
  const random = createRandom(1);
  assertThrows(() => new Embedding(0, 3, { random }), 'Embedding: expected vectors to be a whole number ≥ 1, got 0');
  assertThrows(
    () => new Embedding(2, 1.5, { random }),
    'Embedding: expected dimensions to be a whole number ≥ 1, got 1.5',
  );
});

test.run();
