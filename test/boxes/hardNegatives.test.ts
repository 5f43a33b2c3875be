import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom, hardNegatives, type MatchState } from '../../src/index';
import { assertThrows } from '../support/assertThrows';

const test = suite('hardNegatives');

const list = (...values: number[]) => ndarray(Float32Array.from(values), [values.length]);
const letters: Record<string, MatchState> = { p: 'positive', n: 'negative', i: 'ignored' };
const states = (text: string) => [...text].map((letter) => letters[letter]);

test('by hand: three for each positive, the hardest first, of equal ones the first', () => {
  const losses = list(0.5, 9, 0.1, 0.7, 0.5, 0.2, 8, 0.3);
  assert.equal(hardNegatives(losses, states('npnnnnin')), [3, 0, 4]);
  assert.equal(hardNegatives(losses, states('npnnnnin'), { ratio: 1 }), [3]);
  assert.equal(hardNegatives(losses, states('npnnnnin'), { ratio: 5.9 }), [3, 0, 4, 7, 5]);
});

test('as by sorting all of them, for any states, many of them with equal losses', () => {
  const random = createRandom(3);
  let chosen = 0;
  for (let round = 0; round < 200; round++) {
    const count = random.integer(40);
    const own = Array.from({ length: count }, () => letters['pnnnnni'[random.integer(7)]]);
    const losses = own.map(() => random.integer(6) / 4);
    const ratio = random.integer(9) / 2;
    const positives = own.filter((state) => state === 'positive').length;
    const order = own.flatMap((state, p) => (state === 'negative' ? [p] : []));
    order.sort((p, q) => losses[q] - losses[p] || p - q);
    const expected = order.slice(0, Math.floor(ratio * positives));
    assert.equal(hardNegatives(list(...losses), own, { ratio }), expected, `round ${round}`);
    chosen += expected.length;
  }
  assert.ok(chosen > 500);
});

test('an image without positives has none; there are no more than there are negatives', () => {
  assert.equal(hardNegatives(list(1, 2, 3), states('nni')), []);
  assert.equal(hardNegatives(list(1, 2, 3), states('ppn'), { ratio: 1e9 }), [2]);
  assert.equal(hardNegatives(list(1, 2, 3), states('pnn'), { ratio: 0 }), []);
  assert.equal(hardNegatives(list(1, 2), states('pp')), []);
  assert.equal(hardNegatives(list(), []), []);
});

test('losses of priors that are not negative do not count; an infinite loss is the largest', () => {
  assert.equal(hardNegatives(list(Number.NaN, 1, Number.NaN, 2), states('pnin'), { ratio: 1 }), [3]);
  assert.equal(hardNegatives(list(0, 1, Number.POSITIVE_INFINITY), states('pnn'), { ratio: 1 }), [2]);
});

test('throws', () => {
  assertThrows(() => hardNegatives(list(1, 2), states('p')), 'hardNegatives: expected 2 states, one a loss, got 1');
  assertThrows(
    () => hardNegatives(list(1), ['background' as MatchState]),
    'hardNegatives: expected states of match, got "background"',
  );
  assertThrows(
    () => hardNegatives(list(1, Number.NaN), states('pn')),
    'hardNegatives: expected losses that are numbers, got NaN at 1',
  );
  assertThrows(
    () => hardNegatives(list(1), states('p'), { ratio: -1 }),
    'hardNegatives: expected ratio to be a number ≥ 0, got -1',
  );
});

test.run();
