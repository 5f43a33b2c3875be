import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { negate } from '../../kernels/elementwise';
import { type ArrayUse, arrayUses, paddedSize, placeArrays } from '../../src/plan/arrayPlaces';
import type { PlanStep } from '../../src/plan/planDescription';
import { createNumbers } from '../support/randomTensor';

const test = suite('places of arrays');

const step = (size: number, ...inputs: number[]): PlanStep => ({
  kernel: negate,
  grid: [size],
  constants: {},
  scalars: {},
  inputs,
});

test('a result is needed until its last reader has run; what is handed back, for good', () => {
  const steps = [step(8, ~0), step(4, 0), step(2, 1, 0), step(6, 2)];
  const untils = (uses: ArrayUse[]) => uses.map(({ until }) => until);
  assert.equal(untils(arrayUses(steps, { pauses: [], results: [3] })), [2, 2, 3, 4]);
  assert.equal(untils(arrayUses(steps, { pauses: [], results: [3, 0] })), [4, 2, 3, 4]);
  assert.equal(arrayUses(steps, { pauses: [], results: [3] })[2], { size: 2, from: 2, until: 3 });
});

test('a result that nobody reads is needed while it is written', () => {
  assert.equal(arrayUses([step(8, ~0), step(4, ~0)], { pauses: [], results: [1] })[0].until, 0);
});

test('what a pause looks at is needed up to the step before it', () => {
  const steps = [step(8, ~0), step(4, ~0), step(2, ~1)];
  const pause = { at: 2, inputs: [0, ~0], leaves: [1] };
  const uses = arrayUses(steps, { pauses: [pause], results: [2] });
  assert.is(uses[0].until, 1);
  // Before the first step, a pause can only look at leaves.
  assert.is(arrayUses(steps, { pauses: [{ ...pause, at: 0, inputs: [~0] }], results: [2] })[0].until, 0);
});

test('by hand: a chain takes two places, and a small array goes into the smallest gap', () => {
  const chain = [0, 1, 2, 3].map((from) => ({ size: 8, from, until: from + 1 }));
  assert.equal(placeArrays(chain), { offsets: [0, 8, 0, 8], total: 16 });
  // Live together: 16, 8, 4, 12 numbers, and later 4 of them, when those of 8 and 4 are gone.
  const uses = [
    { size: 16, from: 0, until: 9 },
    { size: 8, from: 0, until: 2 },
    { size: 4, from: 0, until: 2 },
    { size: 12, from: 0, until: 9 },
    { size: 3, from: 4, until: 5 },
  ];
  const { offsets, total } = placeArrays(uses);
  assert.equal(offsets, [0, 28, 36, 16, 28]);
  assert.is(total, 40);
});

test('arrays begin at whole lanes', () => {
  const { offsets, total } = placeArrays([5, 3, 1].map((size) => ({ size, from: 0, until: 1 })));
  assert.equal(offsets, [0, 8, 12]);
  assert.is(total, 16);
});

test('nothing takes no memory', () => assert.equal(placeArrays([]), { offsets: [], total: 0 }));

test('random plans: no two arrays that are needed together touch, and the memory is little more than what is needed at once', () => {
  const next = createNumbers(1);
  const below = (bound: number) => Math.floor(next() * bound);
  for (let round = 0; round < 200; round++) {
    const count = 1 + below(60);
    const uses = Array.from({ length: count }, (_, from) => ({
      size: 1 + below(round % 2 ? 10 : 2000),
      from,
      until: Math.min(count, from + below(round % 3 ? 6 : count)),
    }));
    const { offsets, total } = placeArrays(uses);
    for (const [a, one] of uses.entries()) {
      assert.ok(offsets[a] % 4 === 0 && offsets[a] + paddedSize(one.size) <= total);
      for (const [b, other] of uses.slice(0, a).entries()) {
        if (one.from > other.until || other.from > one.until) continue;
        const apart = offsets[a] + one.size <= offsets[b] || offsets[b] + other.size <= offsets[a];
        assert.ok(apart, `round ${round}: arrays ${a} and ${b}`);
      }
    }
    const atOnce = uses.map((_, at) =>
      uses.reduce((sum, { size, from, until }) => sum + (from <= at && at <= until ? paddedSize(size) : 0), 0),
    );
    const most = Math.max(...atOnce);
    assert.ok(total >= most && total <= 1.5 * most, `round ${round}: ${total} for ${most}`);
  }
});

test.run();
