import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type AnchorShape, bestAnchors, createRandom, yoloGrid } from '../../src/index';
import { assertThrows } from '../support/assertThrows';

const test = suite('bestAnchors');

const boxesOf = (...rows: number[][]) => ndarray(Float32Array.from(rows.flat()), [rows.length, 4]);
const fine = {
  height: 4,
  width: 4,
  stride: 8,
  shapes: [
    [8, 8],
    [8, 16],
  ] as AnchorShape[],
};
const coarse = { height: 2, width: 2, stride: 16, shapes: [[24, 24]] as AnchorShape[] };

test('the level and anchor of the most similar shape, in the cell of the center', () => {
  const truths = boxesOf([9, 9, 17, 17], [2, 2, 26, 28], [20, 8, 29, 25]);
  // 32 anchors of the fine map, then 4: the center (13, 13) is in row 1, column 1.
  assert.equal(bestAnchors([fine, coarse], truths), [2 * (1 * 4 + 1), 32 + 0, 2 * (2 * 4 + 3) + 1]);
});

test('where an anchor is taken, the next best of the own cells is given; where none is left, null', () => {
  const same = [8, 8, 16, 16];
  assert.equal(bestAnchors([fine, coarse], boxesOf(same, same, same, same)), [10, 11, 32, null]);
});

test('the object that fits an anchor best has it, whatever the order', () => {
  const [exact, similar] = [
    [8, 8, 16, 16],
    [8, 8, 16, 15],
  ];
  assert.equal(bestAnchors([fine], boxesOf(similar, exact)), [11, 10]);
});

test('a center on the last edge belongs to the last cell', () => {
  assert.equal(bestAnchors([coarse], boxesOf([31, 31, 33, 33])), [3]);
});

test('on one level the same slots as yoloGrid, for random objects', () => {
  const random = createRandom(4);
  for (let round = 0; round < 50; round++) {
    const rows = Array.from({ length: random.integer(9) }, () => {
      const [x, y] = [24 * random.uniform(), 24 * random.uniform()];
      return [x, y, x + 2 + 6 * random.uniform(), y + 2 + 6 * random.uniform()];
    });
    const truths = boxesOf(...rows);
    const grid = yoloGrid({ cells: 4, image: { height: 32, width: 32 }, classes: 1, anchors: fine.shapes });
    const { slots } = grid.encode(
      truths,
      rows.map(() => 0),
    );
    assert.equal(bestAnchors([fine], truths), slots);
  }
});

test('throws', () => {
  assertThrows(
    () => bestAnchors([{ ...fine, shapes: [[8, 0]] }], boxesOf([0, 0, 4, 4])),
    'bestAnchors: expected sides of shapes of level 0 to be a number > 0, got 0',
  );
  assert.throws(() => bestAnchors([fine], boxesOf([4, 0, 0, 4])), /^bestAnchors: expected/);
});

test.run();
