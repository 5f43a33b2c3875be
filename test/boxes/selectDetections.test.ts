import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { selectDetections } from '../../src/index';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';

const test = suite('selectDetections');

const image = { height: 40, width: 60 };
const table = (rows: number[][]) => ndarray(Float32Array.from(rows.flat()), [rows.length, rows[0]?.length ?? 2]);

test('by hand: threshold, clipping, doubles by class, the best first', () => {
  const boxes = [
    [0, 0, 10, 10],
    [0, 0, 10, 9], // IoU .9 with the first
    [50, 30, 70, 50], // half outside on both axes
    [70, 0, 80, 10], // outside
    [20, 20, 30, 30], // not sure enough of anything
  ];
  const scores = table([
    [0.5, 0.2],
    [0.6, 0.09],
    [0.05, 0.9],
    [1, 1],
    [0.09, 0],
  ]);
  const { boxes: kept, labels, scores: sure } = selectDetections(boxes, scores, { image, scoreThreshold: 0.1 });
  // The first is the second's double as class 0, but not as class 1, where the second is not above the threshold.
  assertAllClose(kept.data, [50, 30, 60, 40, 0, 0, 10, 9, 0, 0, 10, 10]);
  assert.equal([...labels.data], [1, 0, 1]);
  assertAllClose(sure.data, [0.9, 0.6, 0.2]);
  assert.equal([kept.shape, labels.shape, sure.shape], [[3, 4], [3], [3]]);
  assert.is(selectDetections(boxes, scores, { image, scoreThreshold: 0.1, limit: 2 }).labels.size, 2);
  assert.is(selectDetections(boxes, scores, { image, scoreThreshold: 0.1, iouThreshold: 0.95 }).labels.size, 4);
});

test('the defaults: above 0.01, overlaps up to 0.5, 30 detections', () => {
  const boxes = Array.from({ length: 50 }, (_, i) => [i, 0, i + 1, 1]);
  assert.is(selectDetections(boxes, table(boxes.map(() => [0.02])), { image }).labels.size, 30);
  assert.is(selectDetections(boxes, table(boxes.map(() => [Math.fround(0.01)])), { image }).labels.size, 0);
});

test('no boxes', () => {
  const { boxes, labels, scores } = selectDetections([], ndarray(new Float32Array(0), [0, 3]), { image });
  assert.equal([boxes.shape, labels.shape, scores.shape], [[0, 4], [0], [0]]);
});

test('throws', () => {
  assertThrows(
    () => selectDetections([[0, 0, 1, 1]], table([[1], [1]]), { image }),
    'selectDetections: expected scores [1, K], one row a box, got [2, 1]',
  );
  assertThrows(
    () => selectDetections([[0, 0, 1, 1]], table([[0.5, Number.NaN]]), { image }),
    'selectDetections: expected finite scores, got NaN at [0, 1]',
  );
  const one = (options: object) => () => selectDetections([[0, 0, 1, 1]], table([[1]]), { image, ...options });
  assertThrows(one({ scoreThreshold: 2 }), 'selectDetections: expected scoreThreshold from 0 to 1, got 2');
  assertThrows(one({ iouThreshold: -1 }), 'selectDetections: expected iouThreshold from 0 to 1, got -1');
  assertThrows(one({ limit: 0 }), 'selectDetections: expected limit to be a whole number ≥ 1, got 0');
});

test.run();
