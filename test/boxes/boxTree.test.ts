import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BoxTree, firstOfEqual } from '../../src/boxes/boxTree';
import { allPairs, type BestPairs, match, nearPairs } from '../../src/boxes/match';
import { overlapOf } from '../../src/boxes/overlap';
import { createRandom } from '../../src/tensor/random';

const test = suite('boxTree');

/** Boxes on a small grid, so that many are equal or overlap equally; some have no area. */
const gridBoxes = fc
  .array(fc.tuple(fc.nat(6), fc.nat(6), fc.nat(4), fc.nat(4)), { maxLength: 60 })
  .map((list) => Float32Array.from(list.flatMap(([x, y, width, height]) => [x, y, x + width, y + height])));

/** Boxes of any place and size, of which few are equal. */
function anyBoxes(seed: number, count: number): Float32Array {
  const random = createRandom(seed);
  const draw = () => {
    const [x, y] = [random.uniform() * 50, random.uniform() * 50];
    return [x, y, x + random.uniform() ** 2 * 60, y + random.uniform() ** 2 * 60];
  };
  return Float32Array.from(Array.from({ length: count }, draw).flat());
}

/** Anchors of one shape, whose corners differ by rounding alone. */
function anchorBoxes(count: number): Float32Array {
  const rows = Array.from({ length: count }, (_, i) => {
    const [x, y] = [(i % 13) * 4 + 2, Math.floor(i / 13) * 4 + 2];
    return [x - 9.899, y - 14.142, x + 9.899, y + 14.142];
  });
  return Float32Array.from(rows.flat());
}

function told(pairs: BestPairs, enough = Number.POSITIVE_INFINITY) {
  const each = new Set<number>();
  pairs.eachBestOfTruth(enough, (i) => each.add(i));
  const first: number[][] = [];
  pairs.firstBestOfTruth((...pair) => first.push(pair));
  return { most: [...pairs.mostOfPrior], best: [...pairs.best], each: [...each].sort((a, b) => a - b), first };
}

test('as a loop over all pairs finds them, ties included', () => {
  fc.assert(
    fc.property(gridBoxes, gridBoxes, (priors, truths) => {
      for (const enough of [0.3, Number.POSITIVE_INFINITY]) {
        assert.equal(told(nearPairs(priors, truths), enough), told(allPairs(priors, truths), enough));
      }
    }),
    { numRuns: 300 },
  );
  for (let seed = 0; seed < 30; seed++) {
    const [some, others] = [anyBoxes(seed, 300), anyBoxes(100 + seed, 7 * seed)];
    assert.equal(told(nearPairs(some, others)), told(allPairs(some, others)));
    assert.equal(told(nearPairs(anchorBoxes(200), others)), told(allPairs(anchorBoxes(200), others)));
    assert.equal(told(nearPairs(others, anchorBoxes(50))), told(allPairs(others, anchorBoxes(50))));
  }
});

test('the box that overlaps most, of equal ones the first; by hand', () => {
  const corners = Float32Array.from([0, 0, 4, 4, 2, 0, 6, 4, 0, 0, 4, 4, 9, 9, 9, 12]);
  const tree = new BoxTree(corners, [3, 2, 1, 0]);
  assert.is(tree.best(Float32Array.from([1, 0, 5, 4]), 0), 0);
  assert.is(tree.best(Float32Array.from([2, 1, 6, 4]), 0), 1);
  assert.is(tree.best(Float32Array.from([20, 20, 21, 21]), 0), -1);
  assert.ok(tree.best(Float32Array.from([1, 0, 5, 4]), 0, 0.1) >= 0);
  assert.is(new BoxTree(corners, []).best(corners, 0), -1);
  assert.equal(firstOfEqual(corners), { rows: [0, 1, 3], firsts: Uint32Array.from([0, 1, 0, 3]) });
});

test('what is taken once is not taken again', () => {
  const corners = anyBoxes(5, 100);
  const tree = new BoxTree(corners, [...Array(100).keys()]);
  const asked = anyBoxes(6, 20);
  const taken: number[] = [];
  for (let k = 0; k < 2; k++) {
    for (let i = 0; i < 20; i++) {
      const best = tree.best(asked, i);
      if (best >= 0) tree.take(asked, i, overlapOf(corners, best, asked, i), (row) => taken.push(row));
    }
  }
  assert.is(new Set(taken).size, taken.length);
  assert.ok(taken.length > 5);
});

test('match of very many is that of few', () => {
  const [priors, truths] = [anyBoxes(1, 3000), anyBoxes(2, 1500)];
  const rows = (list: Float32Array) =>
    Array.from({ length: list.length / 4 }, (_, i) => [...list.subarray(4 * i, 4 * i + 4)]);
  const {
    states,
    truths: found,
    overlaps,
  } = match(rows(priors), rows(truths), { bestForEachTruth: 'none', positive: 0.5 });
  const simple = allPairs(priors, truths);
  assert.equal([...overlaps.data], [...Float32Array.from(simple.mostOfPrior)]);
  for (let i = 0; i < 3000; i++) {
    const isPositive = simple.mostOfPrior[i] >= 0.5;
    assert.is(states[i] === 'positive', isPositive);
    assert.is(found[i], isPositive ? simple.best[i] : null);
  }
});

test.run();
