import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { meanAveragePrecision, toDetections, toRows } from '../../src/index';

const test = suite('toDetections');

test('puts rows into arrays, a score of 1 where none is given', () => {
  const { boxes, labels, scores } = toDetections([
    { box: [1, 2, 3, 4], label: 2, score: 0.25 },
    { box: Float32Array.of(5, 6, 7, 8), label: 0 },
  ]);
  assert.equal(toRows(boxes), [
    [1, 2, 3, 4],
    [5, 6, 7, 8],
  ]);
  assert.equal(Array.from(labels.data), [2, 0]);
  assert.equal(Array.from(scores.data), [0.25, 1]);
});

test('no rows are no boxes', () => {
  const { boxes, labels, scores } = toDetections([]);
  assert.equal([boxes.shape, labels.shape, scores.shape], [[0, 4], [0], [0]]);
});

test('serves as detections and as ground truth', () => {
  const truth = toDetections([{ box: [0, 0, 10, 10], label: 0 }]);
  const found = toDetections([{ box: [0, 0, 10, 9], label: 0, score: 0.5 }]);
  assert.is(meanAveragePrecision([found], [truth]).mAP, 1);
});

test('names the row that is wrong', () => {
  const made = (row: unknown) => () => toDetections([{ box: [0, 0, 1, 1], label: 0 }, row as never]);
  assert.throws(made({ box: [0, 0, 1], label: 0 }), /^toDetections: expected a box of four finite numbers/);
  assert.throws(made({ box: [0, 0, 1, Number.NaN], label: 0 }), /four finite numbers, got .* at 1$/);
  assert.throws(
    made({ box: [0, 0, 1, 1], label: 0.5 }),
    /expected a label that is a whole number from 0, got 0.5 at 1$/,
  );
  assert.throws(made({ box: [0, 0, 1, 1], label: -1 }), /whole number from 0, got -1 at 1$/);
  assert.throws(made({ box: [0, 0, 1, 1], label: 0, score: Number.NaN }), /finite score, got NaN at 1$/);
  assert.throws(made(null), /expected \{ box, label, score \}, got null at 1$/);
});

test.run();
