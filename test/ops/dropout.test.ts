import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { dropout, gradients, ones, sum, zeros } from '../../src/index';
import { assertThrows } from '../support/assertThrows';
import { toTensor } from '../support/gradientCheck';
import { createNumbers, randomArray } from '../support/randomTensor';

const test = suite('dropout');
const size = 20000;
const draw = async (probability: number, seed: number) =>
  (await dropout(ones([size]), { probability, seed }).data()).map((value) => (value === 0 ? 1 : 0));

/** The mask's hash with exact whole numbers (BigInt), cell by cell. */
function referenceMask(count: number, probability: number, seed: number): number[] {
  const parts = [seed % 4000, Math.floor(seed / 4000) % 4000, Math.floor(seed / 16e6) % 4000].map(BigInt);
  return Array.from({ length: count }, (_, i) => {
    const [high, low] = [BigInt(i >> 12), BigInt(i & 4095)];
    let a = low + high * 17n + parts[0] + 1n;
    let b = low * 3n + high * 5n + parts[1] + 2n;
    let c = low * 7n + high + parts[2] + 3n;
    for (let round = 0; round < 4; round++) {
      [a, b, c] = [a % 4093n, b % 4091n, c % 4079n];
      [a, b, c] = [a * a + b + 11n, b * b + c + 23n, c * c + a + 37n];
    }
    const total = Number(a % 4093n) / 4093 + Number(b % 4091n) / 4091 + Number(c % 4079n) / 4079;
    return total - Math.floor(total) < probability ? 0 : 1 / (1 - probability);
  });
}

test('the mask is the exact hash of cell and seed', async () => {
  for (const seed of [0, 1, 3999, 123456789, 2 ** 31 - 1]) {
    const expected = referenceMask(9000, 0.3, seed);
    const actual = await dropout(ones([9000]), { probability: 0.3, seed }).data();
    const wrong = actual.filter((value, i) => Math.abs(value - expected[i]) > 1e-6).length;
    assert.ok(wrong === 0, `seed ${seed}: ${wrong} cells differ`);
  }
});

test('drops the asked-for share, independently of neighbors and of other seeds', async () => {
  for (const probability of [0.1, 0.5, 0.9]) {
    const masks = [await draw(probability, 1), await draw(probability, 2), await draw(probability, 4001)];
    // Five standard deviations of a binomial share.
    const slack = 5 * Math.sqrt((probability * (1 - probability)) / size);
    for (const mask of masks) {
      const share = mask.reduce((total, dropped) => total + dropped, 0) / size;
      assert.ok(Math.abs(share - probability) < slack, `share ${share} for probability ${probability}`);
      for (const distance of [1, 2, 3, 64, 4096]) {
        let both = 0;
        for (let i = distance; i < size; i++) both += mask[i] * mask[i - distance];
        const joint = both / (size - distance);
        assert.ok(
          Math.abs(joint - probability ** 2) < slack * 1.5,
          `${joint} of pairs ${distance} apart, p = ${probability}`,
        );
      }
    }
    for (const [i, j] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ]) {
      const joint = masks[i].reduce((total, dropped, k) => total + dropped * masks[j][k], 0) / size;
      assert.ok(Math.abs(joint - probability ** 2) < slack * 1.5, `seeds ${i} and ${j} agree in ${joint}`);
    }
  }
});

test('keeps the mean, and the gradient goes where the values went', async () => {
  const values = randomArray(createNumbers(1), [50, 7], 1, 2);
  const x = toTensor(values);
  const y = dropout(x, { probability: 0.25, seed: 7 });
  const [slope] = gradients(sum(y), [x]);
  const [output, gradient] = [await y.data(), await slope.data()];
  const close = output.every((value, i) => Math.abs(value - gradient[i] * values.data[i]) < 1e-5);
  assert.ok(close, 'output = gradient · input');
  const kept = new Set([...gradient].map((value) => value.toFixed(5)));
  assert.equal([...kept].sort(), ['0.00000', '1.33333']);
});

test('the same seed drops the same, probability 0 drops nothing', async () => {
  assert.equal(await draw(0.5, 11), await draw(0.5, 11));
  assert.not.equal(await draw(0.5, 11), await draw(0.5, 12));
  const x = ones([3]);
  assert.is(dropout(x, { probability: 0, seed: 1 }), x);
});

test('validation, and no rows', async () => {
  const x = ones([3]);
  assertThrows(() => dropout(x, { probability: 1, seed: 1 }), 'dropout: expected a probability in [0, 1), got 1');
  assertThrows(() => dropout(x, { probability: -0.1, seed: 1 }), 'dropout: expected a probability in [0, 1), got -0.1');
  assertThrows(() => dropout(x, { probability: 0.5, seed: -1 }), 'dropout: expected a whole seed ≥ 0, got -1');
  assertThrows(() => dropout(x, { probability: 0.5, seed: 0.5 }), 'dropout: expected a whole seed ≥ 0, got 0.5');
  const none = zeros([0, 3]);
  const y = dropout(none, { probability: 0.5, seed: 1 });
  assert.equal([...y.shape], [0, 3]);
  assert.is((await gradients(sum(y), [none])[0].data()).length, 0);
});

test.run();
