import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom, type MatchState, sample } from '../../src/index';
import { assertThrows } from '../support/assertThrows';

const test = suite('sample');
const kinds: MatchState[] = ['positive', 'negative', 'ignored'];
/** Rows 0, 3, 6, … are positive, 1, 4, … negative, 2, 5, … ignored. */
const mixed = (count: number) => Array.from({ length: count }, (_, i) => kinds[i % 3]);

test('half of the sample at most is positive; ignored priors never', () => {
  const { positive, negative } = sample(mixed(300), { size: 32, random: createRandom(1) });
  assert.is(positive.length, 16);
  assert.is(negative.length, 16);
  assert.ok(positive.every((row) => row % 3 === 0));
  assert.ok(negative.every((row) => row % 3 === 1));
});

test('the paper: 256 anchors an image, 128 of them objects, or background in their place', () => {
  const states = (positive: number): MatchState[] => [
    ...Array(positive).fill('positive'),
    ...Array(20_000).fill('negative'),
  ];
  for (const [there, drawn] of [
    [500, 128],
    [128, 128],
    [20, 20],
    [0, 0],
  ]) {
    const { positive, negative } = sample(states(there), { size: 256, random: createRandom(1) });
    assert.equal([positive.length, negative.length], [drawn, 256 - drawn]);
  }
});

test('where positives are few, negatives fill up; where both are, the sample is small', () => {
  const states: MatchState[] = [...Array(3).fill('positive'), ...Array(50).fill('negative')];
  const { positive, negative } = sample(states, { size: 16, positives: 8, random: createRandom(2) });
  assert.equal(positive, [0, 1, 2]);
  assert.is(negative.length, 13);
  assert.equal(sample(mixed(6), { size: 32, random: createRandom(1) }), { positive: [0, 3], negative: [1, 4] });
  // Negatives are not replaced by positives.
  const few = sample([...Array(9).fill('positive'), 'negative'] as MatchState[], { size: 8, random: createRandom(1) });
  assert.is(few.positive.length, 4);
  assert.equal(few.negative, [9]);
});

test('no priors, no positives wanted, positives alone', () => {
  assert.equal(sample([], { size: 4, random: createRandom(1) }), { positive: [], negative: [] });
  assert.equal(sample(mixed(6), { size: 1, random: createRandom(1) }).positive, []);
  assert.equal(sample(mixed(3), { size: 4, positives: 0, random: createRandom(1) }), { positive: [], negative: [1] });
  assert.is(sample(mixed(30), { size: 4, positives: 4, random: createRandom(1) }).negative.length, 0);
});

test('the same seed, the same sample; another seed, another; taking all draws nothing', () => {
  const draw = (seed: number) => sample(mixed(300), { size: 32, random: createRandom(seed) });
  assert.equal(draw(5), draw(5));
  assert.not.equal(draw(5), draw(6));
  const random = createRandom(7);
  const before = random.state();
  sample(mixed(6), { size: 32, random });
  assert.equal(random.state(), before);
  sample(mixed(300), { size: 32, random });
  assert.not.equal(random.state(), before);
});

test('every prior of a kind is drawn equally often', () => {
  const random = createRandom(11);
  const counts = new Array<number>(30).fill(0);
  const rounds = 3000;
  for (let round = 0; round < rounds; round++) {
    const { positive, negative } = sample(mixed(30), { size: 4, positives: 2, random });
    for (const row of [...positive, ...negative]) counts[row]++;
  }
  for (const [row, count] of counts.entries()) {
    // Binomial with p = 2 / 10: σ is 22, and five of them are 110.
    const expected = row % 3 === 2 ? 0 : rounds / 5;
    assert.ok(Math.abs(count - expected) <= (expected === 0 ? 0 : 110), `row ${row}: ${count}`);
  }
});

test('ascending rows of the right kind, without repeats, as many as there can be', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...kinds)),
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 0, max: 20 }),
      fc.integer(),
      (states, size, wanted, seed) => {
        const positives = Math.min(size, wanted);
        const { positive, negative } = sample(states, { size, positives, random: createRandom(seed) });
        const count = (kind: MatchState) => states.filter((state) => state === kind).length;
        assert.is(positive.length, Math.min(positives, count('positive')));
        assert.is(negative.length, Math.min(size - positive.length, count('negative')));
        for (const [kind, rows] of Object.entries({ positive, negative })) {
          assert.ok(rows.every((row, i) => states[row] === kind && (i === 0 || row > rows[i - 1])));
        }
      },
    ),
    { seed: 3 },
  );
});

test('throws', () => {
  const random = createRandom(1);
  assertThrows(() => sample([], { size: 0, random }), 'sample: expected size to be a whole number ≥ 1, got 0');
  assertThrows(
    () => sample([], { size: 4, positives: -1, random }),
    'sample: expected positives to be a whole number ≥ 0, got -1',
  );
  assertThrows(
    () => sample([], { size: 4, positives: 5, random }),
    'sample: expected at most size = 4 positives, got 5',
  );
});

test.run();
