import fc from 'fast-check';
import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type BoxFormat,
  boxArea,
  boxIou,
  clipBoxes,
  convertBoxes,
  largeBoxes,
  match,
  nms,
  tensor,
} from '../../src/index';
import { randomBoxes } from '../reference/boxes';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { createNumbers } from '../support/randomTensor';

const test = suite('boxFormat');
const formats: BoxFormat[] = ['xyxy', 'xywh', 'cxcywh'];

test('one box in the three formats', () => {
  const written: Record<BoxFormat, number[]> = {
    xyxy: [10, 20, 40, 60],
    xywh: [10, 20, 30, 40],
    cxcywh: [25, 40, 30, 40],
  };
  for (const from of formats) {
    for (const to of formats) {
      const result = convertBoxes([written[from]], { from, to });
      assert.equal([...result.data], written[to], `${from} to ${to}`);
      assert.equal(result.shape, [1, 4]);
    }
  }
});

test('there and back is the same box', () => {
  const corner = fc.integer({ min: -4000, max: 4000 }).map((n) => n / 4);
  const length = fc.integer({ min: 0, max: 4000 }).map((n) => n / 4);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(corner, corner, length, length), { maxLength: 5 }),
      fc.constantFrom(...formats),
      fc.constantFrom(...formats),
      (boxes, from, to) => {
        const there = convertBoxes(boxes, { from: 'xywh', to: from });
        const back = convertBoxes(convertBoxes(there, { from, to }), { from: to, to: from });
        assert.equal([...back.data], [...there.data]);
      },
    ),
    { seed: 1 },
  );
});

test('nothing is rounded where nothing changes', () => {
  // 2^24 + 2 is a float32; its difference from 1 is none.
  const box = [1, 1, 2 ** 24 + 2, 2 ** 24 + 2];
  assert.equal([...convertBoxes([box], { from: 'xyxy', to: 'xyxy' }).data], box);
  assert.equal([...convertBoxes([box], { from: 'cxcywh', to: 'cxcywh' }).data], box);
});

test('views, other kinds of numbers and no boxes', () => {
  const columns = ndarray(Float64Array.of(10, 1, 20, 2, 40, 5, 60, 8), [4, 2]);
  const view = columns.transpose(1, 0);
  assert.equal([...convertBoxes(view as never, { to: 'xywh' }).data], [10, 20, 30, 40, 1, 2, 4, 6]);
  assert.equal(convertBoxes([], { to: 'xywh' }).shape, [0, 4]);
  assert.equal(boxArea(ndarray(new Float32Array(0), [0, 4])).shape, [0]);
  assert.equal(clipBoxes([], { height: 1, width: 1 }).shape, [0, 4]);
  assert.equal(largeBoxes([], { side: 1 }), []);
});

test('area', () => {
  const areas = boxArea([
    [0, 0, 4, 5],
    [-2, -3, 1, 1],
    [7, 7, 7, 9],
    [7, 7, 7, 7],
  ]);
  assert.equal([...areas.data], [20, 12, 0, 0]);
  assert.equal(areas.shape, [4]);
});

test('clipping keeps what lies in the image, and a line or a point of what does not', () => {
  const clipped = clipBoxes(
    [
      [1, 2, 3, 4],
      [-5, -6, 30, 40],
      [12, 3, 15, 5],
      [-9, -9, -1, -1],
    ],
    { height: 8, width: 10 },
  );
  assert.equal([...clipped.data], [1, 2, 3, 4, 0, 0, 10, 8, 10, 3, 10, 5, 0, 0, 0, 0]);
});

test('clipping twice is clipping once, and stays in the box and the image', () => {
  for (let seed = 0; seed < 5; seed++) {
    const boxes = randomBoxes(createNumbers(seed), 20).map((box) => box.map((corner) => 2 * corner - 60));
    const once = clipBoxes(boxes, { height: 50, width: 70 });
    assert.equal([...clipBoxes(once, { height: 50, width: 70 }).data], [...once.data]);
    for (const [i, corner] of once.data.entries()) assert.ok(corner >= 0 && corner <= (i % 2 ? 50 : 70));
    const areas = boxArea(boxes).data;
    for (const [i, clippedArea] of boxArea(once).data.entries()) assert.ok(clippedArea <= areas[i] + 1e-3);
  }
});

test('large boxes are longer than the side both ways', () => {
  const boxes = [
    [0, 0, 3, 3],
    [0, 0, 2, 9],
    [0, 0, 9, 2],
    [0, 0, 2.25, 2.25],
    [5, 5, 5, 5],
  ];
  assert.equal(largeBoxes(boxes, { side: 2 }), [0, 3]);
  assert.equal(largeBoxes(boxes, { side: 0 }), [0, 1, 2, 3]);
});

test('throws', () => {
  assertThrows(() => boxArea([[1, 2, 3]]), 'boxArea: expected boxes [N, 4], got [1, 3]');
  assertThrows(() => boxArea(ndarray(new Float32Array(4), [4])), 'boxArea: expected boxes [N, 4], got [4]');
  assertThrows(() => boxArea('box' as never), 'boxArea: expected boxes to be an ndarray [N, 4], got "box"');
  assertThrows(
    () => boxArea(tensor([[0, 0, 1, 1]]) as never),
    'boxArea: expected boxes to be an ndarray [N, 4], got a tensor; its toNdarray() gives one',
  );
  assertThrows(
    () =>
      boxArea([
        [0, 0, 1, 1],
        [0, 0, Number.NaN, 1],
      ]),
    'boxArea: expected finite boxes, got NaN at [1, 2]',
  );
  assertThrows(
    () =>
      boxArea([
        [0, 0, 1, 1],
        [3, 0, 2, 1],
      ]),
    `boxArea: expected boxes [N, 4] as x1, y1, x2, y2; got x2 < x1 in row 1: [3, 0, 2, 1]. Are these x, y, width, height? Pass format: 'xywh', or convertBoxes first`,
  );
  assertThrows(
    () => clipBoxes([[0, 5, 2, 1]], { height: 8, width: 8 }),
    `clipBoxes: expected boxes [N, 4] as x1, y1, x2, y2; got y2 < y1 in row 0: [0, 5, 2, 1]. Are these x, y, width, height? Pass format: 'xywh', or convertBoxes first`,
  );
  assertThrows(() => clipBoxes([], { height: 0, width: 8 }), 'clipBoxes: expected height to be a number > 0, got 0');
  assertThrows(() => largeBoxes([], { side: -1 }), 'largeBoxes: expected side to be a number > 0, got -1');
  assertThrows(
    () => convertBoxes([], { from: 'yxyx' as never }),
    'convertBoxes: expected from to be one of xyxy, xywh, cxcywh, got yxyx',
  );
  assertThrows(
    () => convertBoxes([[0, 0, 4, -1]], { from: 'xywh' }),
    'convertBoxes: expected boxes of height ≥ 0, got -1 at 0',
  );
  assertThrows(
    () => convertBoxes([[5, 0, 4, 1]], { to: 'xywh' }),
    'convertBoxes: expected boxes of width ≥ 0, got -1 at 0',
  );
});

test('agrees with corners computed in double precision', () => {
  const boxes = randomBoxes(createNumbers(3), 30);
  const centered = convertBoxes(boxes, { to: 'cxcywh' });
  const expected = boxes.flatMap(([x1, y1, x2, y2]) => [(x1 + x2) / 2, (y1 + y2) / 2, x2 - x1, y2 - y1]);
  assertAllClose(centered.data, expected, { absolute: 1e-5 });
});

test('functions of boxes take the format in which the boxes are written', async () => {
  // The slides' boxes: x, y of a corner, width, height.
  const rows = [
    [30, 30, 40, 40],
    [34, 34, 44, 44],
  ];
  const corners = convertBoxes(rows, { from: 'xywh' });
  const options = { scores: [0.9, 0.8], iouThreshold: 0.5 };
  assert.equal(nms(rows, { ...options, format: 'xywh' }), nms(corners, options));
  assert.not.equal(nms(rows, options), nms(corners, options));
  const wanted = [...(await boxIou(corners, corners).data())];
  for (const format of ['xywh', 'cxcywh'] as const) {
    const written = convertBoxes(corners, { to: format });
    assertAllClose(await boxIou(written, written, { format }).data(), wanted);
    const lazy = tensor(written);
    assertAllClose(await boxIou(lazy, written, { format }).data(), wanted);
    assert.equal([...boxArea(written, { format }).data], [...boxArea(corners).data]);
    const clipped = clipBoxes(written, { height: 50, width: 60, format });
    assertAllClose(convertBoxes(clipped, { from: format }).data, clipBoxes(corners, { height: 50, width: 60 }).data);
    assert.equal(match(written, written, { format }).truths, [0, 1]);
  }
  assertThrows(
    () => nms(rows, { ...options, format: 'yxyx' as never }),
    'nms: expected format to be one of xyxy, xywh, cxcywh, got yxyx',
  );
  assertThrows(() => boxArea([[0, 0, -1, 2]], { format: 'xywh' }), 'boxArea: expected boxes of width ≥ 0, got -1 at 0');
});

test.run();
