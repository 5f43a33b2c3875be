import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { nms, softNms } from '../../src/index';
import * as reference from '../reference/boxes';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { createNumbers } from '../support/randomTensor';

const test = suite('softNms');

// Two boxes that share half of their union, and one far away.
const boxes = [
  [0, 0, 3, 1],
  [1, 0, 4, 1],
  [9, 9, 10, 10],
];
const scores = [0.8, 0.6, 0.4];

test('by hand: an overlap of one half costs half of the score, or a factor exp(−½)', () => {
  const linear = softNms(boxes, { scores, decay: 'linear', iouThreshold: 0.3 });
  assert.equal(linear.rows, [0, 2, 1]);
  assertAllClose(linear.scores.data, [0.8, 0.4, 0.3]);
  const gaussian = softNms(boxes, { scores, decay: 'gaussian', sigma: 0.5 });
  assert.equal(gaussian.rows, [0, 2, 1]);
  assertAllClose(gaussian.scores.data, [0.8, 0.4, 0.6 * Math.exp(-0.5)]);
  assert.equal(gaussian.scores.shape, [3]);
});

test('linear decay begins past the threshold', () => {
  const at = softNms(boxes, { scores, decay: 'linear', iouThreshold: 0.5 });
  assertAllClose(at.scores.data, [0.8, 0.6, 0.4]);
  const past = softNms(boxes, { scores, decay: 'linear', iouThreshold: 0.4999 });
  assertAllClose(past.scores.data, [0.8, 0.4, 0.3]);
});

test('a score exactly at the minimum stays, below it goes', () => {
  const rows = (minimumScore: number) => softNms(boxes, { scores, decay: 'linear', minimumScore }).rows;
  assert.equal(rows(0.3), [0, 2, 1]);
  assert.equal(rows(0.3001), [0, 2]);
  assert.equal(rows(0.5), [0]);
  assert.equal(rows(0.9), []);
});

test('of equal scores the lower row comes first; classes leave each other alone; the limit counts all', () => {
  const same = boxes.map(() => [0, 0, 1, 1]);
  const alike = softNms(same, { scores: [0.5, 0.5, 0.5], labels: [1, 0, 2] });
  assert.equal(alike.rows, [0, 1, 2]);
  assertAllClose(alike.scores.data, [0.5, 0.5, 0.5]);
  assert.equal(softNms(same, { scores: [0.5, 0.5, 0.5], labels: [1, 0, 2], limit: 2 }).rows, [0, 1]);
  const one = softNms(same, { scores: [0.5, 0.5, 0.5] });
  assert.equal(one.rows, [0, 1, 2]);
  assertAllClose(one.scores.data, [0.5, 0.5 * Math.exp(-2), 0.5 * Math.exp(-4)]);
});

for (let seed = 0; seed < 6; seed++) {
  test(`agrees with Bodla's loop over the table of overlaps: seed ${seed}`, () => {
    const next = createNumbers(seed);
    const list = reference.randomBoxes(next, 40, 30, 3).map((box) => [...box]);
    const given = list.map(() => next());
    const decays = {
      linear: (overlap: number) => (overlap > 0.3 ? 1 - overlap : 1),
      gaussian: (overlap: number) => Math.exp(-(overlap ** 2) / 0.5),
    };
    for (const decay of ['linear', 'gaussian'] as const) {
      const expected = reference.softNms(list, given, decays[decay], 0.05);
      const result = softNms(list, { scores: given, decay, minimumScore: 0.05 });
      assert.equal(result.rows, expected.rows);
      assertAllClose(result.scores.data, expected.scores);
    }
  });
}

test('scores fall and never rise, and the best box of hard suppression is kept as it is', () => {
  const next = createNumbers(9);
  const list = reference.randomBoxes(next, 50, 40, 3).map((box) => [...box]);
  const given = list.map(() => next());
  const { rows, scores: after } = softNms(list, { scores: given });
  for (const [place, row] of rows.entries()) {
    assert.ok(after.get(place) <= Math.fround(given[row]));
    if (place > 0) assert.ok(after.get(place) <= after.get(place - 1));
  }
  assert.is(rows[0], nms(list, { scores: given })[0]);
  assert.is(after.get(0), Math.fround(given[rows[0]]));
});

test('a tiny sigma is hard suppression at threshold 0', () => {
  const next = createNumbers(10);
  const list = reference.randomBoxes(next, 40).map((box) => [...box]);
  const given = list.map(() => 0.1 + next());
  // Every overlap that is not 0 is beyond 10⁻⁵, so that exp(−IoU² / σ) is below exp(−100).
  const apart = list.every((a) => list.every((b) => reference.iou(a, b) === 0 || reference.iou(a, b) > 1e-5));
  assert.ok(apart);
  assert.equal(softNms(list, { scores: given, sigma: 1e-12 }).rows, nms(list, { scores: given, iouThreshold: 0 }));
});

test('boxes without area lower no scores', () => {
  const line = [2, 3, 8, 3];
  const { rows, scores: after } = softNms([line, line, [0, 0, 9, 9]], { scores: [0.5, 0.5, 0.25] });
  assert.equal(rows, [0, 1, 2]);
  assert.equal([...after.data], [0.5, 0.5, 0.25]);
});

test('no boxes', () => {
  const { rows, scores: none } = softNms([], { scores: [] });
  assert.equal(rows, []);
  assert.equal(none.shape, [0]);
});

test('throws', () => {
  assertThrows(() => softNms(boxes, { scores: [1, 2, Number.NaN] }), 'softNms: expected finite scores, got NaN at 2');
  assertThrows(() => softNms(boxes, { scores: [1, -2, 0] }), 'softNms: expected scores ≥ 0, got -2 at 1');
  assertThrows(
    () => softNms(boxes, { scores, decay: 'hard' as never }),
    'softNms: expected decay linear or gaussian, got hard',
  );
  assertThrows(() => softNms(boxes, { scores, sigma: 0 }), 'softNms: expected sigma to be a number > 0, got 0');
  assertThrows(() => softNms(boxes, { scores, iouThreshold: 2 }), 'softNms: expected iouThreshold from 0 to 1, got 2');
  assertThrows(
    () => softNms(boxes, { scores, minimumScore: -1 }),
    'softNms: expected minimumScore from 0 to 1, got -1',
  );
  assertThrows(
    () => softNms(boxes, { scores, limit: 1.5 }),
    'softNms: expected limit to be a whole number ≥ 1, got 1.5',
  );
});

test.run();
