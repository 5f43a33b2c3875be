import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { forwardDct } from '../../../src/images/jpeg/forwardDct';
import { inverseDct } from '../../../src/images/jpeg/inverseDct';
import { createRandom } from '../../../src/tensor/random';

const test = suite('discrete cosine transform');

const weight = (k: number) => (k === 0 ? Math.SQRT1_2 : 1);
const wave = (k: number, x: number) => Math.cos(((2 * x + 1) * k * Math.PI) / 16);

/** `F(v, u) = ¼ c(u) c(v) Σ f(y, x) cos((2x + 1)uπ/16) cos((2y + 1)vπ/16)`; ITU-T T.81, A.3.3. */
function transformed(samples: ArrayLike<number>): number[] {
  return Array.from({ length: 64 }, (_, at) => {
    const [v, u] = [at >> 3, at & 7];
    let sum = 0;
    for (let i = 0; i < 64; i++) sum += samples[i] * wave(u, i & 7) * wave(v, i >> 3);
    return (sum * weight(u) * weight(v)) / 4;
  });
}

function restored(values: ArrayLike<number>): number[] {
  return Array.from({ length: 64 }, (_, at) => {
    let sum = 0;
    for (let k = 0; k < 64; k++) {
      sum += weight(k & 7) * weight(k >> 3) * values[k] * wave(k & 7, at & 7) * wave(k >> 3, at >> 3);
    }
    return sum / 4;
  });
}

test('forward: eight times the coefficients, as a loop in double precision finds them', () => {
  const random = createRandom(1);
  for (let trial = 0; trial < 50; trial++) {
    const samples = Int32Array.from({ length: 64 }, () => random.integer(256) - 128);
    const block = Int32Array.from(samples);
    forwardDct(block);
    transformed(samples).forEach((value, k) => {
      assert.ok(Math.abs(block[k] - 8 * value) < 2, `${block[k]} ${8 * value}`);
    });
  }
});

test('inverse: samples as a loop in double precision finds them, 0–255', () => {
  const random = createRandom(2);
  const target = new Uint8ClampedArray(64 * 3);
  for (let trial = 0; trial < 100; trial++) {
    const steps = Uint16Array.from({ length: 64 }, () => 1 + random.integer(20));
    // Many of the finer coefficients are 0, as in photographs, and all of them in every tenth block.
    const values = Int16Array.from({ length: 128 }, (_, i) =>
      i < 64 || (i > 64 && (random.uniform() < 0.6 || trial % 10 === 0)) ? 0 : random.integer(31) - 15,
    );
    inverseDct(values, 64, steps, target, 8, 24);
    restored(Array.from(values.subarray(64), (value, k) => value * steps[k])).forEach((value, i) => {
      const expected = Math.min(255, Math.max(0, value + 128));
      const own = target[8 + (i >> 3) * 24 + (i & 7)];
      assert.ok(Math.abs(own - expected) < 1, `${own} ${expected}`);
    });
  }
  assert.is(target[7], 0, 'nothing is written beside the block');
});

test.run();
