import fc from 'fast-check';
import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { nms, nmsOfOverlaps, takeRows } from '../../src/index';
import * as reference from '../reference/boxes';
import { assertThrows } from '../support/assertThrows';
import { createNumbers } from '../support/randomTensor';

const test = suite('nms');

// The slide's dogs. It names the scores of blue and purple; those of orange and yellow are any below.
const [blue, orange, purple, yellow] = [0, 1, 2, 3];
const dogScores = [0.9, 0.8, 0.75, 0.7];
const dogs = [
  [40, 50, 200, 250],
  [52, 58, 210, 236],
  [181, 104, 354, 254],
  [169, 125, 364, 261],
];

test("the slide's dogs by their table: blue drops orange (.78), purple drops yellow (.74)", () => {
  const table = [
    [1, 0.78, 0.05, 0.07],
    [0.78, 1, 0, 0],
    [0.05, 0, 1, 0.74],
    [0.07, 0, 0.74, 1],
  ];
  const kept = (threshold: number) => nmsOfOverlaps(table, { scores: dogScores, iouThreshold: threshold });
  assert.equal(kept(0.7), [blue, purple]);
  assert.equal(kept(0.75), [blue, purple, yellow]);
  assert.equal(kept(0.8), [blue, orange, purple, yellow]);
  assert.equal(kept(0.06), [blue, purple]);
  assert.equal(kept(0.04), [blue]);
});

test("the slide's dogs as boxes with these overlaps", () => {
  const overlap = (i: number, j: number) => reference.iou(dogs[i], dogs[j]).toFixed(2);
  assert.is(overlap(blue, orange), '0.78');
  assert.is(overlap(blue, purple), '0.05');
  assert.is(overlap(blue, yellow), '0.07');
  assert.is(overlap(purple, yellow), '0.74');
  assert.equal(nms(dogs, { scores: dogScores, iouThreshold: 0.7 }), [blue, purple]);
  // One dog, one cat: nothing is dropped between the classes.
  assert.equal(nms(dogs, { scores: dogScores, labels: [0, 1, 0, 1], iouThreshold: 0.7 }), [
    blue,
    orange,
    purple,
    yellow,
  ]);
});

test('an overlap of exactly the threshold stays, just past it goes', () => {
  // 7 px of 10 px: IoU 7 / 10.
  const boxes = [
    [0, 0, 10, 1],
    [0, 0, 7, 1],
  ];
  const scores = [1, 0.5];
  assert.equal(nms(boxes, { scores, iouThreshold: 0.7 }), [0, 1]);
  assert.equal(nms(boxes, { scores, iouThreshold: 0.7 - 1e-9 }), [0]);
  assert.equal(nms(boxes, { scores, iouThreshold: 0 }), [0]);
  assert.equal(nms(boxes, { scores, iouThreshold: 1 }), [0, 1]);
  const table = [
    [1, 0.7],
    [0.7, 1],
  ];
  assert.equal(nmsOfOverlaps(table, { scores, iouThreshold: 0.7 }), [0, 1]);
  assert.equal(nmsOfOverlaps(table, { scores, iouThreshold: 0.6999 }), [0]);
});

test('of equal scores the lower row wins, and rows come out by score, then number', () => {
  const same = [0, 0, 10, 10];
  const far = [50, 50, 60, 60];
  assert.equal(nms([same, same, far, same], { scores: [0.5, 0.5, 0.5, 0.5] }), [0, 2]);
  assert.equal(nms([same, same, far], { scores: [0.4, 0.5, 0.5] }), [1, 2]);
  assert.equal(nms([same, same, same], { scores: [0.5, 0.5, 0.5], labels: [2, 1, 2] }), [0, 1]);
  // 0 and −0 are equal scores.
  assert.equal(nms([same, same], { scores: [-0, 0] }), [0]);
});

test('a box that was dropped drops no other', () => {
  // Each overlaps its neighbor by 6 / 10 of the union, and the one after by 1 / 3.
  const chain = [0, 2.5, 5, 7.5].map((x) => [x, 0, x + 10, 1]);
  assert.equal(nms(chain, { scores: [0.9, 0.8, 0.7, 0.6], iouThreshold: 0.5 }), [0, 2]);
});

test('the limit counts over all classes', () => {
  const apart = [0, 1, 2, 3].map((i) => [20 * i, 0, 20 * i + 10, 10]);
  const scores = ndarray(Float32Array.of(0.1, 0.9, 0.5, 0.7), [4]);
  assert.equal(nms(apart, { scores, limit: 3 }), [1, 3, 2]);
  assert.equal(nms(apart, { scores, limit: 2, labels: ndarray(Int32Array.of(0, 0, 1, 1), [4]) }), [1, 3]);
  assert.equal(nms(apart, { scores, limit: 99 }), [1, 3, 2, 0]);
});

for (let seed = 0; seed < 8; seed++) {
  test(`agrees with the slides' loop: seed ${seed}`, () => {
    const next = createNumbers(seed);
    const boxes = reference.randomBoxes(next, 60, 40, 4).map((box) => [...box]);
    const scores = boxes.map(() => Math.floor(next() * 20) / 20);
    const labels = boxes.map(() => Math.floor(next() * 3));
    for (const threshold of [0.1, 0.3, 0.5, 0.7]) {
      const expected = reference.nms(boxes, scores, labels, threshold);
      assert.equal(nms(boxes, { scores, labels, iouThreshold: threshold }), expected);
      assert.equal(nms(boxes, { scores, labels, iouThreshold: threshold, limit: 5 }), expected.slice(0, 5));
      if (seed > 1) continue;
      const table = boxes.map((a) => boxes.map((b) => reference.iou(a, b)));
      assert.equal(nmsOfOverlaps(table, { scores, labels, iouThreshold: threshold }), expected);
    }
  });
}

test('kept boxes overlap by at most the threshold, dropped ones overlap a better one by more; again changes nothing', () => {
  const number = fc.integer({ min: 0, max: 64 });
  const candidate = fc.tuple(number, number, number, number, fc.integer({ min: 0, max: 9 }));
  fc.assert(
    fc.property(fc.array(candidate, { maxLength: 30 }), fc.integer({ min: 0, max: 10 }), (list, tenths) => {
      const boxes = list.map(([x, y, w, h]) => [x, y, x + w, y + h]);
      const scores = list.map((candidate) => candidate[4] / 10);
      const threshold = tenths / 10;
      const kept = nms(boxes, { scores, iouThreshold: threshold });
      const isKept = new Set(kept);
      for (const i of kept) {
        for (const j of kept) assert.ok(i === j || reference.iou(boxes[i], boxes[j]) <= threshold);
      }
      for (const i of boxes.keys()) {
        if (isKept.has(i)) continue;
        const better = (k: number) => scores[k] > scores[i] || (scores[k] === scores[i] && k < i);
        assert.ok(kept.some((k) => better(k) && reference.iou(boxes[i], boxes[k]) > threshold));
      }
      const again = nms(
        kept.map((i) => boxes[i]),
        { scores: kept.map((i) => scores[i]), iouThreshold: threshold },
      );
      assert.equal(again, [...kept.keys()]);
    }),
    { seed: 9, numRuns: 200 },
  );
});

test('boxes without area neither drop nor are dropped', () => {
  const point = [5, 5, 5, 5];
  assert.equal(nms([point, point, [0, 0, 10, 10]], { scores: [0.9, 0.8, 0.7], iouThreshold: 0 }), [0, 1, 2]);
});

test('no boxes', () => {
  assert.equal(nms([], { scores: [] }), []);
  assert.equal(nms(ndarray(new Float32Array(0), [0, 4]), { scores: new Float32Array(0), labels: [] }), []);
  assert.equal(nmsOfOverlaps([], { scores: [] }), []);
  assert.equal(takeRows(ndarray(new Float32Array(0), [0, 4]), nms([], { scores: [] })).shape, [0, 4]);
});

test('10,000 boxes need memory in proportion to their number', () => {
  const next = createNumbers(1);
  const count = 10_000;
  const corners = new Float32Array(4 * count);
  for (let i = 0; i < count; i++) {
    const [x, y] = [next() * 400, next() * 400];
    corners.set([x, y, x + 20 + next() * 60, y + 20 + next() * 60], 4 * i);
  }
  const scores = Float32Array.from({ length: count }, next);
  const before = process.resourceUsage().maxRSS;
  const kept = nms(ndarray(corners, [count, 4]), { scores, iouThreshold: 0.7 });
  assert.ok(kept.length > 1000 && kept.length < count, `${kept.length} kept`);
  // A table of all overlaps would be 100 million numbers: 400 MB in float32, 100 MB as bytes.
  const grown = (process.resourceUsage().maxRSS - before) / 1024;
  assert.ok(grown < 50, `${grown} MB`);
});

test('throws', () => {
  const boxes = [
    [0, 0, 1, 1],
    [0, 0, 2, 2],
  ];
  const scores = [1, 2];
  assertThrows(() => nms(boxes, { scores: [1, Number.NaN] }), 'nms: expected finite scores, got NaN at 1');
  assertThrows(() => nms(boxes, { scores: [1, 2, 3] }), 'nms: expected scores [2], got [3]');
  assertThrows(() => nms(boxes, {} as never), 'nms: expected scores [2], got undefined');
  assertThrows(
    () => nms(boxes, { scores: ndarray(new Float32Array(2), [2, 1]) }),
    'nms: expected scores [2], got [2, 1]',
  );
  assertThrows(() => nms(boxes, { scores, labels: [1] }), 'nms: expected labels [2], got [1]');
  assertThrows(() => nms(boxes, { scores, iouThreshold: 1.1 }), 'nms: expected iouThreshold from 0 to 1, got 1.1');
  assertThrows(
    () => nms(boxes, { scores, iouThreshold: Number.NaN }),
    'nms: expected iouThreshold from 0 to 1, got NaN',
  );
  assertThrows(() => nms(boxes, { scores, limit: 0 }), 'nms: expected limit to be a whole number ≥ 1, got 0');
  assertThrows(
    () => nms([[2, 0, 1, 1]], { scores: [1] }),
    `nms: expected boxes [N, 4] as x1, y1, x2, y2; got x2 < x1 in row 0: [2, 0, 1, 1]. Are these x, y, width, height? Pass format: 'xywh', or convertBoxes first`,
  );
  assertThrows(() => nmsOfOverlaps([[1, 0]], { scores: [1] }), 'nmsOfOverlaps: expected overlaps [N, N], got [1, 2]');
  assertThrows(
    () => nmsOfOverlaps([[Number.NaN]], { scores: [1] }),
    'nmsOfOverlaps: expected finite overlaps, got NaN at 0',
  );
});

test.run();
