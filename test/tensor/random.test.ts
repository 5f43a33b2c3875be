import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom, type RandomState } from '../../src/tensor/random';
import { assertThrows } from '../support/assertThrows';

const test = suite('random');

const words = (count: number, next: () => number) => Array.from({ length: count }, next);

test('known values: sfc32 from a given state, and from seeds', () => {
  // Computed from the definitions of both algorithms with Python's unbounded integers.
  const fromState = createRandom({ words: [1, 2, 3, 4], spare: null });
  const expected = [7, 34, 56623200, 188882296, 3431242869, 399395954, 785775158, 3843710725, 2124393435, 4040705074];
  assert.equal(
    words(10, () => fromState.uniform() * 2 ** 32),
    expected,
  );
  const seeded: [number, number[]][] = [
    [0, [464072896, 2089357934, 3193633698, 3847748371, 418018144, 2877648935]],
    [1, [587941090, 3698788925, 2524488572, 3535790054, 330041027, 2125978803]],
    [-1, [2635419629, 3700645628, 1368869405, 1937357769, 4127378095, 3217788062]],
    [2 ** 31 + 5, [690176440, 3034275771, 1144552735, 2293177501, 929389380, 2213981300]],
  ];
  for (const [seed, values] of seeded) {
    const random = createRandom(seed);
    assert.equal(
      words(6, () => random.uniform() * 2 ** 32),
      values,
      `seed ${seed}`,
    );
  }
});

test('a state saved as JSON goes on bit by bit, also between the two of a pair of normal numbers', () => {
  for (const drawn of [0, 1, 2, 7]) {
    const random = createRandom(5);
    for (let i = 0; i < drawn; i++) random.normal();
    const restored = createRandom(JSON.parse(JSON.stringify(random.state())) as RandomState);
    const sequence = (source: typeof random) => [
      ...words(5, () => source.normal()),
      ...words(5, () => source.uniform()),
      ...words(5, () => source.integer(1000)),
      ...source.shuffle(words(20, () => source.integer(100))),
    ];
    assert.equal(sequence(restored), sequence(random), `after ${drawn}`);
  }
  const random = createRandom(1);
  const state = random.state();
  random.uniform();
  assert.equal(createRandom(state).state(), state, 'a saved state does not move with its source');
});

/** Σ (observed − expected)² / expected. */
function chiSquare(counts: readonly number[]): number {
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0);
}

/** Limits that a χ² of so many degrees of freedom passes on either side about once in 10,000 times (Wilson and Hilferty). */
function chiSquareLimits(freedom: number): [number, number] {
  const limit = (z: number) => freedom * (1 - 2 / (9 * freedom) + z * Math.sqrt(2 / (9 * freedom))) ** 3;
  return [limit(-3.72), limit(3.72)];
}

test('uniform numbers: bounds, mean, variance, spread over intervals, pairs and each of the bits', () => {
  for (const seed of [0, 1, 2 ** 32 - 1]) {
    const random = createRandom(seed);
    const count = 100_000;
    const values = words(count, () => random.uniform());
    assert.ok(values.every((value) => value >= 0 && value < 1));
    const mean = values.reduce((sum, value) => sum + value, 0) / count;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
    assert.ok(Math.abs(mean - 1 / 2) < 4 * Math.sqrt(1 / 12 / count), `mean ${mean}`);
    assert.ok(Math.abs(variance - 1 / 12) < 4 * Math.sqrt(1 / 180 / count), `variance ${variance}`);
    const single = new Array<number>(100).fill(0);
    const pairs = new Array<number>(256).fill(0);
    const bits = new Array<number>(32).fill(0);
    for (const [i, value] of values.entries()) {
      single[Math.floor(value * 100)]++;
      if (i % 2 === 1) pairs[Math.floor(value * 16) * 16 + Math.floor(values[i - 1] * 16)]++;
      for (let bit = 0; bit < 32; bit++) bits[bit] += Math.floor(value * 2 ** (bit + 1)) % 2;
    }
    for (const counts of [single, pairs]) {
      const [low, high] = chiSquareLimits(counts.length - 1);
      const statistic = chiSquare(counts);
      assert.ok(statistic > low && statistic < high, `χ² ${statistic} of ${counts.length} intervals, seed ${seed}`);
    }
    for (const [bit, ones] of bits.entries()) {
      assert.ok(Math.abs(ones - count / 2) < 4.5 * Math.sqrt(count / 4), `bit ${bit}, seed ${seed}: ${ones} ones`);
    }
  }
});

test('seeds that follow each other give unrelated numbers', () => {
  const first = words(20_000, () => 0).map((_, seed) => createRandom(seed).uniform());
  const counts = new Array<number>(50).fill(0);
  let product = 0;
  for (const [seed, value] of first.entries()) {
    counts[Math.floor(value * 50)]++;
    if (seed > 0) product += (value - 0.5) * (first[seed - 1] - 0.5) * 12;
  }
  const [low, high] = chiSquareLimits(49);
  assert.ok(chiSquare(counts) > low && chiSquare(counts) < high);
  assert.ok(Math.abs(product) < 4 * Math.sqrt(first.length), `correlation ${product / first.length}`);
});

test('normal numbers: mean, variance, skewness, kurtosis, share beyond 1, 2 and 3', () => {
  const random = createRandom(3);
  const count = 200_000;
  const values = words(count, () => random.normal());
  const moment = (power: number) => values.reduce((sum, value) => sum + value ** power, 0) / count;
  assert.ok(Math.abs(moment(1)) < 4 / Math.sqrt(count));
  assert.ok(Math.abs(moment(2) - 1) < 4 * Math.sqrt(2 / count));
  assert.ok(Math.abs(moment(3)) < 4 * Math.sqrt(15 / count));
  assert.ok(Math.abs(moment(4) - 3) < 4 * Math.sqrt(96 / count));
  for (const [bound, share] of [
    [1, 0.317311],
    [2, 0.0455],
    [3, 0.0027],
  ]) {
    const beyond = values.filter((value) => Math.abs(value) > bound).length / count;
    assert.ok(Math.abs(beyond - share) < 4 * Math.sqrt(share / count), `beyond ${bound}: ${beyond}`);
  }
  // Neighbors come from one pair of uniform numbers and are independent all the same.
  const product = values.reduce((sum, value, i) => sum + (i > 0 ? value * values[i - 1] : 0), 0);
  assert.ok(Math.abs(product) < 4 * Math.sqrt(count));
});

test('whole numbers: every one below n is as likely, also where n does not divide 2^32', () => {
  const random = createRandom(4);
  for (const n of [1, 2, 3, 7, 60]) {
    const counts = new Array<number>(n).fill(0);
    for (let i = 0; i < 60_000; i++) counts[random.integer(n)]++;
    if (n === 1) assert.equal(counts, [60_000]);
    else assert.ok(chiSquare(counts) < chiSquareLimits(n - 1)[1], `n = ${n}`);
  }
  // With n = 3 · 2^30 a plain remainder would put every second number into the lower third.
  let low = 0;
  for (let i = 0; i < 30_000; i++) if (random.integer(3 * 2 ** 30) < 2 ** 30) low++;
  assert.ok(Math.abs(low - 10_000) < 4 * Math.sqrt(30_000 * (2 / 9)), `${low} in the lower third`);
  assert.ok(random.integer(2 ** 32) < 2 ** 32);
});

test('shuffle: in place, a permutation, and all orders of four as likely', () => {
  const random = createRandom(6);
  const items = [...'abcdefghij'];
  assert.is(random.shuffle(items), items);
  assert.equal([...items].sort(), [...'abcdefghij']);
  assert.equal(random.shuffle([]), []);
  const counts = new Map<string, number>();
  for (let i = 0; i < 24_000; i++) {
    const order = random.shuffle([0, 1, 2, 3]).join('');
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  assert.is(counts.size, 24);
  assert.ok(chiSquare([...counts.values()]) < chiSquareLimits(23)[1]);
});

test('throws', () => {
  assertThrows(() => createRandom(0.5), 'createRandom: expected a whole number as seed, got 0.5');
  assertThrows(() => createRandom(Number.NaN), 'createRandom: expected a whole number as seed, got NaN');
  for (const state of [{ words: [1, 2, 3], spare: null }, { words: [1, 2, 3, -1], spare: null }, { spare: null }, []]) {
    assertThrows(
      () => createRandom(state as unknown as RandomState),
      'createRandom: expected a saved state, got something else',
    );
  }
  const random = createRandom(0);
  for (const n of [0, -1, 1.5, 2 ** 32 + 1, Number.NaN]) {
    assertThrows(() => random.integer(n), `integer: expected a whole number from 1 to 2^32, got ${n}`);
  }
});

test.run();
