import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { setSimdMode } from '../../src/simd';
import { type Case, run } from './agreement';

const test = suite('simd: Math functions in lanes');

const functions = { exp: Math.exp, log: Math.log, tanh: Math.tanh } as const;
type Name = keyof typeof functions;

const caseOf = (name: Name, data: Float32Array, output: number[] = [data.length]): Case => ({
  source: `function one(x) { return Math.${name}(x[${output.length > 1 ? `this.thread.y * ${output[0]} + ` : ''}this.thread.x]); }`,
  output,
  inputs: [{ data, size: [data.length] }],
});

/** Every float32 whose bits are a multiple of `step`, those with a sign included. */
function spread(step: number): Float32Array {
  const bits = Uint32Array.from({ length: Math.floor(2 ** 32 / step) }, (_, i) => i * step);
  return new Float32Array(bits.buffer);
}

/** Numbers between the limits, at equal distances. */
const between = (low: number, high: number, count: number) =>
  Float32Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));

const ranges: Record<Name, Float32Array[]> = {
  exp: [spread(16411), between(-104, 89, 200_001), between(-1, 1, 200_001), between(-104, -87, 50_001)],
  log: [spread(16411), between(0.4, 2.5, 200_001), between(0.9999, 1.0001, 2_001), between(0, 1e-37, 50_001)],
  tanh: [spread(16411), between(-10, 10, 200_001), between(-0.7, 0.7, 200_001)],
};

/** Half the distance between the smallest numbers: results below 2⁻¹²⁶ cannot be closer. */
const subnormal = 2 ** -149;

for (const mode of ['on', 'baseline'] as const) {
  for (const name of Object.keys(functions) as Name[]) {
    test(`${name}, ${mode}: within 1.5e-7 of the exact value`, () => {
      setSimdMode(mode);
      for (const data of ranges[name]) {
        const actual = run('webasm', caseOf(name, data));
        for (const [i, x] of data.entries()) {
          const expected = functions[name](x);
          const rounded = Math.fround(expected);
          if (!Number.isFinite(rounded) || rounded === 0) {
            // At the limit of what float32 holds, the largest number may stand for infinity.
            const close =
              Number.isFinite(expected) && Math.abs(actual[i] - expected) <= 1.5e-7 * Math.abs(expected) + subnormal;
            assert.ok(Object.is(actual[i], rounded) || close, `${name}(${x}): expected ${rounded}, got ${actual[i]}`);
          } else {
            const apart = Math.abs(actual[i] - expected);
            const bound = Math.max(1.5e-7 * Math.abs(expected), subnormal);
            assert.ok(
              apart <= bound,
              `${name}(${x}): expected ${expected}, got ${actual[i]}, ${apart / Math.abs(expected)} apart`,
            );
          }
        }
      }
    });
  }

  test(`${mode}: zeros, infinities, NaN, numbers out of the domain`, () => {
    setSimdMode(mode);
    const data = Float32Array.from([
      0,
      -0,
      Infinity,
      -Infinity,
      NaN,
      -1,
      1,
      2 ** -149,
      -(2 ** -149),
      3.4028234663852886e38,
      -3.4e38,
    ]);
    for (const name of Object.keys(functions) as Name[]) {
      const actual = run('webasm', caseOf(name, data));
      for (const [i, x] of data.entries()) {
        const expected = Math.fround(functions[name](x));
        const same = Object.is(actual[i], expected) || Math.abs(actual[i] - expected) <= 1.5e-7 * Math.abs(expected);
        assert.ok(same, `${name}(${x}): expected ${expected}, got ${actual[i]}`);
      }
    }
  });

  test(`${mode}: a single cell has the bits of four lanes`, () => {
    setSimdMode(mode);
    const data = between(-20, 20, 5 * 1000);
    for (const name of Object.keys(functions) as Name[]) {
      const lanes = run('webasm', caseOf(name, data));
      // Rows of five: four lanes and a single cell; rows of three: single cells alone.
      assert.equal(run('webasm', caseOf(name, data, [5, 1000])), lanes);
      assert.equal(run('webasm', caseOf(name, data.subarray(0, 3 * 1000), [3, 1000])), lanes.slice(0, 3 * 1000));
    }
  });
}

test.after(() => {
  setSimdMode('on');
  setImmediate(() => process.exit());
});
test.run();
