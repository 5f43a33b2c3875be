import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { anchors, match } from '../../src/index';
import * as reference from '../reference/boxes';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { createNumbers } from '../support/randomTensor';

const test = suite('match');

// One truth of 100 × 1 px; a prior of n × 1 px within it has IoU n / 100.
const truth = [[0, 0, 100, 1]];
const prior = (percent: number) => [0, 0, percent, 1];
const statesOf = (percents: number[], options = {}) =>
  match(percents.map(prior), truth, { bestForEachTruth: 'none', ...options }).states;

test('the thresholds of the slides: positive from 0.7 on, negative below 0.3, between them ignored', () => {
  assert.equal(statesOf([100, 71, 70, 69, 31, 30, 29, 1]), [
    'positive',
    'positive',
    'positive',
    'ignored',
    'ignored',
    'ignored',
    'negative',
    'negative',
  ]);
  // Just past and just short of a threshold.
  assert.equal(statesOf([70.001, 69.999, 30.001, 29.999]), ['positive', 'ignored', 'ignored', 'negative']);
  // One threshold leaves nothing out: Faster R-CNN's second stage.
  assert.equal(statesOf([51, 50, 49], { positive: 0.5, negative: 0.5 }), ['positive', 'positive', 'negative']);
});

test('overlaps are the largest of each prior, and only positives have a truth', () => {
  const { overlaps, truths } = match([prior(80), prior(50), [200, 0, 210, 1]], truth);
  assertAllClose(overlaps.data, [0.8, 0.5, 0]);
  assert.equal(overlaps.shape, [3]);
  assert.equal(truths, [0, null, null]);
});

test('a truth that no prior overlaps well keeps its best one', () => {
  const priors = [prior(50), prior(40), prior(10)];
  assert.equal(match(priors, truth).states, ['positive', 'ignored', 'negative']);
  assert.equal(match(priors, truth).truths, [0, null, null]);
  assert.equal(match(priors, truth, { bestForEachTruth: 'none' }).states, ['ignored', 'ignored', 'negative']);
  // Even below the negative threshold.
  assert.equal(match([prior(10), prior(5)], truth).states, ['positive', 'negative']);
  // But not one that does not touch it.
  assert.equal(match([[200, 0, 210, 1]], truth).states, ['negative']);
});

test('six by three cells: a truth with an anchor of its own, and one that gets the best there is', () => {
  const grid = anchors({ height: 3, width: 6, stride: 8, sizes: [16] });
  const truths = [
    [12, 4, 28, 20], // the anchor of cell (1, 2); its neighbors overlap it by 1 / 3, those across a corner by 1 / 7
    [33, 9, 43, 15], // within the anchor of cell (1, 4), IoU 60 / 256: less than what makes background
  ];
  const letters = { positive: 'P', ignored: '·', negative: 'n' };
  const rowsOf = (options = {}) => {
    const states = match(grid, truths, options).states.map((state) => letters[state]);
    return [0, 6, 12].map((first) => states.slice(first, first + 6).join(''));
  };
  assert.equal(rowsOf(), ['nn·nnn', 'n·P·Pn', 'nn·nnn']);
  assert.equal(rowsOf({ bestForEachTruth: 'none' }), ['nn·nnn', 'n·P·nn', 'nn·nnn']);
  const { truths: found, overlaps } = match(grid, truths);
  assert.equal([found[8], found[10]], [0, 1]);
  assertAllClose([overlaps.get(8), overlaps.get(2), overlaps.get(1), overlaps.get(10)], [1, 1 / 3, 1 / 7, 60 / 256]);
});

test('equally good priors are all positive, or the first where they are claimed', () => {
  const priors = [prior(10), prior(50), prior(50)];
  assert.equal(match(priors, truth).states, ['negative', 'positive', 'positive']);
  assert.equal(match(priors, truth, { bestForEachTruth: 'claimed' }).states, ['negative', 'positive', 'ignored']);
});

test('a prior that is the best of two truths', () => {
  // The first prior overlaps truth 1 by 0.9 and is the only one to touch truth 0, by 0.1.
  const priors = [
    [0, 0, 100, 1],
    [10, 0, 60, 1],
  ];
  const truths = [
    [0, 0, 10, 1],
    [10, 0, 100, 1],
  ];
  assert.equal(match(priors, truths).truths, [1, null]);
  // Both claim it: it goes to the one it overlaps more.
  assert.equal(match(priors, truths, { bestForEachTruth: 'claimed' }).truths, [1, null]);
  // With a better prior for truth 1, truth 0 gets the first.
  const more = [...priors, [10, 0, 100, 1]];
  assert.equal(match(more, truths).truths, [1, null, 1]);
  assert.equal(match(more, truths, { bestForEachTruth: 'claimed' }).truths, [0, null, 1]);
});

test('of equally good truths a prior takes the first', () => {
  const twice = [truth[0], truth[0]];
  assert.equal(match([prior(90)], twice).truths, [0]);
  assert.equal(match([prior(90)], twice, { bestForEachTruth: 'claimed' }).truths, [0]);
});

test('without truths all is background; without priors there is nothing', () => {
  const { states, truths, overlaps } = match([prior(1), prior(2)], []);
  assert.equal(states, ['negative', 'negative']);
  assert.equal(truths, [null, null]);
  assert.equal([...overlaps.data], [0, 0]);
  assert.equal(match([], truth).states, []);
  assert.equal(match([], []).truths, []);
  // No negatives at all are wanted, and none is made positive.
  assert.equal(match([prior(1)], [], { positive: 0, negative: 0 }).states, ['negative']);
});

test('boxes without area overlap nothing, and are background', () => {
  assert.equal(match([[5, 0, 5, 1]], truth).states, ['negative']);
  assert.equal(match([prior(50)], [[5, 0, 5, 1]]).states, ['negative']);
  assert.equal(match([[5, 0, 5, 1]], truth, { positive: 0, negative: 0 }).states, ['ignored']);
});

/** The rules as the docstring has them, on the whole table of overlaps. */
function naive(priors: readonly reference.Box[], truths: readonly reference.Box[], best: string) {
  const table = priors.map((p) => truths.map((t) => reference.iou(p, t)));
  const most = table.map((row) => Math.max(0, ...row));
  const found = table.map((row, i): number | null => (most[i] >= 0.5 ? row.indexOf(most[i]) : null));
  const states = most.map((value) => (value >= 0.5 ? 'positive' : value < 0.3 ? 'negative' : 'ignored'));
  const claims = truths.map((_, g) => {
    const column = table.map((row) => row[g]);
    const largest = Math.max(0, ...column);
    return { g, largest, priors: column.flatMap((value, i) => (value === largest && value > 0 ? [i] : [])) };
  });
  if (best === 'positive') {
    for (const i of claims.flatMap(({ priors: own }) => own)) {
      states[i] = 'positive';
      found[i] = table[i].indexOf(most[i]);
    }
  } else if (best === 'claimed') {
    // The strongest claim comes last and stays; of equal ones the lowest truth.
    for (const {
      g,
      priors: [i],
    } of claims.sort((a, b) => a.largest - b.largest || b.g - a.g)) {
      if (i === undefined) continue;
      states[i] = 'positive';
      found[i] = g;
    }
  }
  return { states, found };
}

for (let seed = 0; seed < 6; seed++) {
  test(`agrees with the rules on the table of overlaps: seed ${seed}`, () => {
    const next = createNumbers(seed);
    const truths = reference.randomBoxes(next, 1 + seed, 60, 6).map((box) => [...box]);
    const grid = anchors({ height: 8, width: 8, stride: 8, sizes: [12, 24], ratios: [0.5, 1, 2] });
    const rows = Array.from({ length: grid.shape[0] }, (_, i) => [0, 1, 2, 3].map((k) => grid.get(i, k)));
    for (const bestForEachTruth of ['positive', 'claimed', 'none'] as const) {
      const result = match(grid, truths, { positive: 0.5, negative: 0.3, bestForEachTruth });
      const expected = naive(rows, truths, bestForEachTruth);
      assert.equal(result.states, expected.states);
      assert.equal(result.truths, expected.found);
    }
  });
}

test('throws', () => {
  assertThrows(() => match([[0, 0, 1]], truth), 'match: expected priors [N, 4], got [1, 3]');
  assertThrows(
    () => match([], [[3, 0, 1, 1]]),
    `match: expected truths [N, 4] as x1, y1, x2, y2; got x2 < x1 in row 0: [3, 0, 1, 1]. Are these x, y, width, height? Pass format: 'xywh', or convertBoxes first`,
  );
  assertThrows(() => match([], [], { positive: 1.5 }), 'match: expected positive from 0 to 1, got 1.5');
  assertThrows(() => match([], [], { positive: 0.2 }), 'match: expected negative ≤ positive, got 0.3 > 0.2');
  assertThrows(
    () => match([], [], { bestForEachTruth: true as never }),
    'match: expected bestForEachTruth positive, claimed or none, got true',
  );
});

test.run();
