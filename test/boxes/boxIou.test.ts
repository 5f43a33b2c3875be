import fc from 'fast-check';
import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  boxArea,
  boxCiou,
  boxDiou,
  boxGiou,
  boxIou,
  gradients,
  nms,
  softNms,
  sum,
  type Tensor,
  tensor,
  useDevice,
  zeros,
} from '../../src/index';
import * as reference from '../reference/boxes';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { checkReference } from '../support/gradientCheck';
import { createNumbers } from '../support/randomTensor';

const test = suite('boxIou');
const flat = async (t: Tensor) => [...(await t.data())];
const as64 = (boxes: readonly reference.Box[]) => ({ shape: [boxes.length, 4], data: Float64Array.from(boxes.flat()) });

test('by hand: halves, a quarter, inside, apart and touching', async () => {
  const a = [[0, 0, 2, 2]];
  const b = [
    [0, 0, 2, 2],
    [1, 0, 3, 2],
    [1, 1, 3, 3],
    [0, 0, 1, 1],
    [2, 0, 4, 2],
    [3, 0, 4, 2],
  ];
  const iou = boxIou(a, b);
  assert.equal([...iou.shape], [1, 6]);
  assertAllClose(await iou.data(), [1, 2 / 6, 1 / 7, 1 / 4, 0, 0]);
  // Hulls of 4, 6, 9, 4, 8 and 8 px².
  assertAllClose(await boxGiou(a, b).data(), [1, 2 / 6, 1 / 7 - 2 / 9, 1 / 4, 0, -2 / 8]);
});

test('boxDiou and boxCiou by hand: beside, at a corner, inside, upright', async () => {
  const a = [[0, 0, 2, 2]];
  const b = [
    [0, 0, 2, 2],
    [2, 0, 4, 2],
    [2, 2, 4, 4],
    [0, 0, 1, 1],
    [0, 0, 2, 4],
  ];
  // Centers 2, 2√2, √½ and 1 px apart; diagonals √20, √32, √8 and √20 px.
  const diou = [1, -4 / 20, -8 / 32, 1 / 4 - 0.5 / 8, 1 / 2 - 1 / 20];
  assertAllClose(await boxDiou(a, b).data(), diou);
  const v = (4 / Math.PI ** 2) * (Math.PI / 4 - Math.atan(1 / 2)) ** 2;
  assertAllClose(await boxCiou(a, b).data(), [...diou.slice(0, 4), diou[4] - v ** 2 / (1 / 2 + v)]);
});

test('the marks of the slides: 0.5 decent, 0.7 pretty good, 0.9 almost perfect', async () => {
  // A square of side 1 moved by d keeps (1 − d) / (1 + d).
  const truth = [[0, 0, 190, 100]];
  const moved = (d: number) => [d, 0, 190 + d, 100];
  const at = (overlap: number) => (190 * (1 - overlap)) / (1 + overlap);
  assertAllClose(
    await boxIou(
      truth,
      [0.5, 0.7, 0.9].map((overlap) => moved(at(overlap))),
    ).data(),
    [0.5, 0.7, 0.9],
  );
  assertAllClose(await boxIou(truth, [moved(10)]).data(), [0.9]);
});

for (const [name, operation, measure] of [
  ['boxIou', boxIou, reference.iou],
  ['boxGiou', boxGiou, reference.giou],
  ['boxDiou', boxDiou, reference.diou],
  ['boxCiou', boxCiou, reference.ciou],
] as const) {
  for (let seed = 0; seed < 4; seed++) {
    test(`${name} agrees with its float64 reference: seed ${seed}`, async () => {
      const next = createNumbers(seed);
      const [a, b] = [9 + seed, 17 - 5 * seed].map((count) => as64(reference.randomBoxes(next, count)));
      await checkReference({
        operation: (x, y) => operation(x, y),
        reference: (x, y) => reference.everyPair(measure, x, y),
        inputs: [a, b],
        differentiable: [],
      });
    });
  }
}

test('host boxes and tensors, known or to be computed, give the same on every back end', async () => {
  const boxes = reference.randomBoxes(createNumbers(5), 6).map((box) => [...box]);
  const expected = reference.everyPair(reference.iou, as64(boxes), as64(boxes)).data;
  for (const backend of ['cpu', 'webasm'] as const) {
    await useDevice(backend);
    assertAllClose(await boxIou(boxes, ndarray(Float32Array.from(boxes.flat()), [6, 4])).data(), expected);
    assertAllClose(await boxIou(tensor(boxes), boxes).data(), expected);
  }
});

test('it is a decision, not a loss: no gradient', async () => {
  const a = tensor([[0, 0, 2, 2]]);
  assert.equal(await flat(gradients(sum(boxIou(a, [[1, 1, 3, 3]])), [a])[0]), [0, 0, 0, 0]);
});

test('boxes without area overlap nothing, not even themselves', async () => {
  const point = [1, 1, 1, 1];
  const line = [0, 1, 2, 1];
  const square = [0, 0, 2, 2];
  assert.equal(await flat(boxIou([point, line, square], [point, line, square])), [0, 0, 0, 0, 0, 0, 0, 0, 1]);
  // The hull of the line and the square is the square, all of it covered; hulls without area take nothing away.
  assert.equal(await flat(boxGiou([point, line, square], [point, line, square])), [0, 0, 0, 0, 0, 0, 0, 0, 1]);
  assertAllClose(await boxGiou([[0, 0, 1, 1]], [[3, 3, 3, 3]]).data(), [-8 / 9]);
  const apart = (2.5 ** 2 + 2.5 ** 2) / (3 ** 2 + 3 ** 2);
  assertAllClose(await boxDiou([[0, 0, 1, 1], point], [[3, 3, 3, 3], point]).data(), [-apart, -0.25, -1, 0]);
  // The angle of a point is 0, that of a square π / 4: v = 1 / 4.
  assertAllClose(await boxCiou([[0, 0, 1, 1], point], [[3, 3, 3, 3], point]).data(), [-apart - 0.05, -0.3, -1, 0]);
  // A line from edge to edge has the angle π / 2.
  assertAllClose(await boxCiou([line], [square, line]).data(), [-0.05, 0]);
  // In a tensor, a box inside out has no area.
  assert.equal(await flat(boxIou(tensor([[2, 2, 0, 0]]), [square])), [0]);
});

test('no boxes', async () => {
  for (const operation of [boxIou, boxGiou, boxDiou, boxCiou]) {
    assert.equal([...operation([], [[0, 0, 1, 1]]).shape], [0, 1]);
    assert.equal([...operation(zeros([3, 4]), []).shape], [3, 0]);
    assert.equal(await flat(operation([], [])), []);
  }
});

const side = fc.integer({ min: 0, max: 1000 });
const box = fc
  .tuple(side, side, side, side)
  .map(([a, b, c, d]) => [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)]);
const boxes = fc.array(box, { minLength: 4, maxLength: 4 });

test('symmetric, in range, unmoved by translation and scale, and 1 of a box with itself', async () => {
  await fc.assert(
    fc.asyncProperty(boxes, fc.integer({ min: -500, max: 500 }), async (list, shift) => {
      const count = list.length;
      const moved = list.map((corners) => corners.map((corner) => 2 * (corner + shift)));
      const measures = [boxIou, boxGiou, boxDiou, boxCiou].map((measure) => measure(list, list));
      const [iou, giou, diou, ciou, doubled] = await Promise.all(
        [...measures, boxIou(moved, moved)].map((t) => t.data()),
      );
      // Whole numbers: moving and doubling are exact.
      assert.equal([...doubled], [...iou]);
      for (let i = 0; i < count; i++) {
        const [x1, y1, x2, y2] = list[i];
        assert.is(iou[i * count + i], x1 < x2 && y1 < y2 ? 1 : 0);
        for (let j = 0; j < count; j++) {
          const [one, generalized] = [iou[i * count + j], giou[i * count + j]];
          assert.is(one, iou[j * count + i]);
          assert.is(generalized, giou[j * count + i]);
          assert.ok(one >= 0 && one <= 1);
          assert.ok(generalized >= -1 && generalized <= one + 1e-6);
          const [distance, complete] = [diou[i * count + j], ciou[i * count + j]];
          assert.is(distance, diou[j * count + i]);
          assert.is(complete, ciou[j * count + i]);
          assert.ok(distance >= -1 && distance <= one && complete >= -1.5 && complete <= distance);
        }
      }
    }),
    { seed: 4, numRuns: 60 },
  );
});

test('the farthest corners give the same on every back end; farther ones, whose areas leave float32, are refused', async () => {
  const far = 2 ** 62;
  const boxes = [
    [-far, -far, far, far],
    [-far, -far, 0, 0],
    [0, 0, far, far],
  ];
  try {
    for (const backend of ['cpu', 'webasm'] as const) {
      await useDevice(backend);
      assertAllClose(await boxIou(boxes, boxes).data(), [1, 0.25, 0.25, 0.25, 1, 0, 0.25, 0, 1]);
      assertAllClose(await boxGiou(boxes, boxes).data(), [1, 0.25, 0.25, 0.25, 1, -0.5, 0.25, -0.5, 1]);
      const distances = [1, 0.1875, 0.1875, 0.1875, 1, -0.25, 0.1875, -0.25, 1];
      for (const overlap of [boxDiou, boxCiou]) assertAllClose(await overlap(boxes, boxes).data(), distances);
    }
  } finally {
    await useDevice();
  }
  assertAllClose(boxArea(boxes).data, [4 * far ** 2, far ** 2, far ** 2], { relative: 1e-6 });
  const farther = [[0, 0, 1e20, 1e20]];
  const message = (name: string) => `within ±2^62 px, got ${Math.fround(1e20)} at [${name}, 2]`;
  for (const overlap of [boxIou, boxGiou, boxDiou, boxCiou]) {
    assertThrows(() => overlap(farther, boxes), `${overlap.name}: expected a ${message('0')}`);
    assertThrows(() => overlap(boxes, [...boxes, ...farther]), `${overlap.name}: expected b ${message('3')}`);
  }
  assertThrows(() => boxArea(farther), `boxArea: expected boxes ${message('0')}`);
  // These compute in double precision, where no float32 box has too large an area.
  const scores = [0.9, 0.8];
  assert.equal(nms([...farther, ...farther], { scores }), [0]);
  assertAllClose(softNms([...farther, ...farther], { scores, decay: 'linear', minimumScore: 0 }).scores.data, [0.9, 0]);
});

test('throws', () => {
  assertThrows(() => boxIou([[0, 0, 1]], []), 'boxIou: expected a [N, 4], got [1, 3]');
  assertThrows(() => boxIou([], zeros([4])), 'boxIou: expected b [N, 4], got [4]');
  assertThrows(() => boxGiou([], zeros([2, 5])), 'boxGiou: expected b [N, 4], got [2, 5]');
  assertThrows(
    () => boxIou([[1, 0, 0, 1]], []),
    `boxIou: expected a [N, 4] as x1, y1, x2, y2; got x2 < x1 in row 0: [1, 0, 0, 1]. Are these x, y, width, height? Pass format: 'xywh', or convertBoxes first`,
  );
  assertThrows(
    () => boxGiou([], [[0, 0, 1, Number.POSITIVE_INFINITY]]),
    'boxGiou: expected finite b, got Infinity at [0, 3]',
  );
});

test.run();
