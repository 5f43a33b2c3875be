import fc from 'fast-check';
import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { boxIou, yoloGrid } from '../../src/index';
import { createRandom } from '../../src/tensor/random';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';

const test = suite('yoloGrid');

/** The slides' image of 3×3 cells; pedestrian, car, motorcycle. */
const street = { cells: 3, image: { height: 300, width: 300 }, classes: 3 };
const [pedestrian, car, motorcycle] = [0, 1, 2];
/** A tall shape for pedestrians and a wide one for cars. */
const twoAnchors = [
  [40, 90],
  [90, 50],
] as const;

/** Of a 100-px cell at (row, column): the box that the slides' four numbers name. */
function boxOf(row: number, column: number, [x, y, height, width]: number[]): [number, number, number, number] {
  const [middleX, middleY] = [100 * (column + x), 100 * (row + y)];
  return [middleX - 50 * width, middleY - 50 * height, middleX + 50 * width, middleY + 50 * height];
}

function cellOf(array: ndarray.NdArray, row: number, column: number): number[] {
  const depth = array.shape[2];
  return Array.from({ length: depth }, (_, at) => array.get(row, column, at));
}

test('3×3 cells, 3 classes: the label is 3×3×8', () => {
  const grid = yoloGrid(street);
  assert.equal(grid.shape, [3, 3, 8]);
  assert.is(grid.size, 72);
  assert.equal(grid.entries, ['p_c', 'b_x', 'b_y', 'b_h', 'b_w', 'c_1', 'c_2', 'c_3']);
  const { label, cares } = grid.encode([boxOf(1, 2, [0.5, 0.5, 0.2, 0.2])], [car]);
  assert.equal(label.shape, [3, 3, 8]);
  assert.equal(cares.shape, [3, 3, 8]);
});

test('the cell (0.4, 0.3, 0.5, 0.9) with a car', () => {
  const grid = yoloGrid(street);
  const box = boxOf(1, 0, [0.4, 0.3, 0.5, 0.9]);
  assertAllClose(box, [-5, 105, 85, 155]);
  const { label, slots, dropped } = grid.encode([box], [car]);
  assertAllClose(cellOf(label, 1, 0), [1, 0.4, 0.3, 0.5, 0.9, 0, 1, 0], { absolute: 1e-6 });
  assert.equal(slots, [3]);
  assert.equal(dropped, []);
  // One object, one cell, wherever it reaches.
  const others = Array.from({ length: 9 }, (_, place) => cellOf(label, Math.floor(place / 3), place % 3));
  others.splice(3, 1);
  assert.ok(others.flat().every((value) => value === 0));
});

test('where there is no object, all but p_c do not matter', () => {
  const { cares } = yoloGrid(street).encode([boxOf(1, 0, [0.4, 0.3, 0.5, 0.9])], [car]);
  assert.equal(cellOf(cares, 1, 0), [1, 1, 1, 1, 1, 1, 1, 1]);
  assert.equal(cellOf(cares, 0, 2), [1, 0, 0, 0, 0, 0, 0, 0]);
  const shared = yoloGrid({ ...street, boxesPerCell: 2, sharedClasses: true });
  const two = shared.encode([boxOf(1, 0, [0.4, 0.3, 0.5, 0.9])], [car]).cares;
  assert.equal(cellOf(two, 1, 0), [1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1]);
  assert.equal(cellOf(two, 1, 1), [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
});

test('b_x and b_y stay in the cell, b_h and b_w may exceed 1', () => {
  const { label } = yoloGrid(street).encode([[10, 20, 280, 250]], [motorcycle]);
  assertAllClose(cellOf(label, 1, 1), [1, 0.45, 0.35, 2.3, 2.7, 0, 0, 1]);
});

test('a midpoint between two cells belongs to the later one, on the last edge to the last', () => {
  const grid = yoloGrid(street);
  const { slots, label } = grid.encode(
    [
      [90, 190, 110, 210],
      [290, 290, 310, 310],
    ],
    [car, car],
  );
  assert.equal(slots, [7, 8]);
  assert.equal(cellOf(label, 2, 1).slice(0, 3), [1, 0, 0]);
  assert.equal(cellOf(label, 2, 2).slice(0, 3), [1, 1, 1]);
});

test('two anchors: 3×3×16, the person to the first and the car to the second', () => {
  const grid = yoloGrid({ ...street, anchors: twoAnchors });
  assert.equal(grid.shape, [3, 3, 16]);
  assert.is(grid.entries[7], 'c_3');
  assert.equal(grid.entries.slice(8), grid.entries.slice(0, 8));
  const person = boxOf(1, 1, [0.5, 0.5, 0.8, 0.3]);
  const wide = boxOf(1, 1, [0.4, 0.6, 0.5, 1.1]);
  for (const order of [0, 1]) {
    const boxes = order === 0 ? [person, wide] : [wide, person];
    const { label, slots, dropped } = grid.encode(boxes, order === 0 ? [pedestrian, car] : [car, pedestrian]);
    assertAllClose(cellOf(label, 1, 1), [...[1, 0.5, 0.5, 0.8, 0.3, 1, 0, 0], ...[1, 0.4, 0.6, 0.5, 1.1, 0, 1, 0]], {
      absolute: 1e-6,
    });
    assert.equal(slots, order === 0 ? [8, 9] : [9, 8]);
    assert.equal(dropped, []);
  }
});

test('5 anchors and 5 classes: 3×3×50', () => {
  const anchors = [1, 2, 3, 4, 5].map((size) => [20 * size, 30] as const);
  assert.equal(yoloGrid({ ...street, classes: 5, anchors }).shape, [3, 3, 50]);
});

test('VOC: 7×7×30 = 1470 outputs, and 7×7×(5·B + C)', () => {
  const voc = { cells: 7, image: { height: 448, width: 448 }, classes: 20, sharedClasses: true };
  const grid = yoloGrid({ ...voc, boxesPerCell: 2 });
  assert.equal(grid.shape, [7, 7, 30]);
  assert.is(grid.size, 1470);
  const box = ['p_c', 'b_x', 'b_y', 'b_h', 'b_w'];
  assert.equal(grid.entries.slice(0, 11), [...box, ...box, 'c_1']);
  assert.is(grid.entries.length, 30);
  for (const boxesPerCell of [1, 2, 3]) {
    assert.equal(yoloGrid({ ...voc, boxesPerCell }).shape, [7, 7, 5 * boxesPerCell + 20]);
  }
});

test('608×608×3: 19×19×5×85', () => {
  const anchors = [1, 2, 3, 4, 5].map((size) => [40 * size, 40 * size] as const);
  const grid = yoloGrid({ cells: 608 / 32, image: { height: 608, width: 608 }, classes: 80, anchors });
  assert.equal(grid.shape, [19, 19, 5 * 85]);
  assert.is(grid.size, 19 * 19 * 5 * 85);
  assert.equal(grid.priors().shape, [19 * 19 * 5, 4]);
});

test('two midpoints in one cell: the first stays, the later is dropped and reported', () => {
  const grid = yoloGrid(street);
  const boxes = [boxOf(0, 1, [0.2, 0.2, 0.5, 0.5]), boxOf(2, 2, [0.5, 0.5, 1, 1]), boxOf(0, 1, [0.9, 0.9, 2, 2])];
  const { label, slots, dropped } = grid.encode(boxes, [car, car, motorcycle]);
  assert.equal(slots, [1, 8, null]);
  assert.equal(dropped, [2]);
  assertAllClose(cellOf(label, 0, 1), [1, 0.2, 0.2, 0.5, 0.5, 0, 1, 0], { absolute: 1e-6 });
});

test('two midpoints in one cell: each takes its best free anchor, the better pair first', () => {
  const grid = yoloGrid({ ...street, anchors: twoAnchors });
  // Both are wide: the second fits the wide anchor exactly, the first must take the tall one; a third finds none.
  const boxes = [
    [0.5, 0.5, 0.6, 1],
    [0.5, 0.5, 0.5, 0.9],
    [0.4, 0.4, 0.3, 0.9],
  ].map((four) => boxOf(2, 0, four));
  assert.equal(grid.encode(boxes.slice(0, 1), [car]).slots, [13]);
  const { slots, dropped } = grid.encode(boxes, [car, car, car]);
  assert.equal(slots, [12, 13, null]);
  assert.equal(dropped, [2]);
});

test('boxes that share classes: one of another class is dropped', () => {
  const grid = yoloGrid({ ...street, boxesPerCell: 3, sharedClasses: true });
  const boxes = [0.2, 0.4, 0.6].map((x) => boxOf(0, 0, [x, 0.5, 0.3, 0.3]));
  const { label, slots, dropped } = grid.encode(boxes, [car, motorcycle, car]);
  assert.equal(slots, [0, null, 1]);
  assert.equal(dropped, [1]);
  const expected = [...[1, 0.2, 0.5, 0.3, 0.3], ...[1, 0.6, 0.5, 0.3, 0.3], ...[0, 0, 0, 0, 0], ...[0, 1, 0]];
  assertAllClose(cellOf(label, 0, 0), expected, { absolute: 1e-6 });
});

test('decoding a prediction: the score is p_c times the largest class score', () => {
  const grid = yoloGrid(street);
  const label = ndarray(new Float32Array(72), [3, 3, 8]);
  for (const [at, value] of [0.8, 0.4, 0.3, 0.5, 0.9, 0.1, 0.75, 0.15].entries()) label.set(1, 0, at, value);
  label.set(2, 2, 0, 0.5);
  const { boxes, labels, scores } = grid.decode(label);
  assertAllClose(boxes.data, [-5, 105, 85, 155]);
  assert.equal([...labels.data], [car]);
  assertAllClose(scores.data, [0.6]);
  assert.is(grid.decode(label, { threshold: 0.49 }).labels.size, 2);
  assert.is(grid.decode(label, { threshold: 0.81 }).labels.size, 0);
});

test('priors: the anchors around every midpoint, in the order of the slots', () => {
  const grid = yoloGrid({
    cells: [1, 2],
    image: { height: 10, width: 40 },
    classes: 1,
    anchors: [
      [4, 8],
      [10, 2],
    ],
  });
  assert.equal(grid.cell, { height: 10, width: 20 });
  assert.equal([...grid.priors().data], [8, 1, 12, 9, 5, 4, 15, 6, 28, 1, 32, 9, 25, 4, 35, 6]);
  const { slots } = grid.encode([[26, 4, 36, 6]], [0]);
  assert.equal(slots, [3]);
});

test('decode undoes encode, for any grid, any anchors and any boxes that were not dropped', () => {
  const settings = fc.record({
    rows: fc.integer({ min: 1, max: 6 }),
    columns: fc.integer({ min: 1, max: 6 }),
    height: fc.integer({ min: 20, max: 200 }),
    width: fc.integer({ min: 20, max: 200 }),
    classes: fc.integer({ min: 1, max: 5 }),
    boxesPerCell: fc.integer({ min: 1, max: 4 }),
    withAnchors: fc.boolean(),
    sharedClasses: fc.boolean(),
  });
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const things = fc.array(fc.tuple(share, share, share, share, fc.nat(4)), { maxLength: 12 });
  fc.assert(
    fc.property(settings, things, ({ rows, columns, height, width, classes, withAnchors, ...rest }, list) => {
      const anchors = Array.from({ length: rest.boxesPerCell }, (_, b) => [10 + 7 * b, 30 - 5 * b] as const);
      const grid = yoloGrid({
        cells: [rows, columns],
        image: { height, width },
        classes,
        ...rest,
        ...(withAnchors ? { anchors } : {}),
      });
      const boxes = list.map(([x, y, w, h]) => {
        const [middleX, middleY] = [x * width, y * height];
        const [halfWidth, halfHeight] = [1 + 30 * w, 1 + 30 * h];
        return [middleX - halfWidth, middleY - halfHeight, middleX + halfWidth, middleY + halfHeight].map(Math.fround);
      });
      const inside = boxes.flatMap((box, g) => {
        const [x, y] = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
        return x >= 0 && y >= 0 && x <= width && y <= height ? [g] : [];
      });
      const given = inside.map((g) => boxes[g]);
      const labels = inside.map((g) => list[g][4] % classes);
      const { label, cares, slots, dropped } = grid.encode(given, labels);
      const placed = slots.flatMap((slot, g) => (slot === null ? [] : [g]));
      assert.equal(
        [...placed, ...dropped].sort((a, b) => a - b),
        given.map((_, g) => g),
      );
      assert.is(new Set(placed.map((g) => slots[g])).size, placed.length);
      const decoded = grid.decode(label);
      assert.is(decoded.labels.size, placed.length);
      // In the order of the slots.
      const order = [...placed].sort((a, b) => slots[a]! - slots[b]!);
      assert.equal(
        [...decoded.labels.data],
        order.map((g) => labels[g]),
      );
      assert.ok(decoded.scores.data.every((score) => score === 1));
      assertAllClose(
        decoded.boxes.data,
        order.flatMap((g) => given[g]),
        { absolute: 1e-3, relative: 1e-5 },
      );
      // What does not matter is 0, and does not change what is decoded.
      const other = ndarray(
        label.data.map((value, i) => (cares.data[i] ? value : 7)),
        label.shape,
      );
      assert.equal(grid.decode(other).boxes.data, decoded.boxes.data);
    }),
    { numRuns: 200, seed: 1 },
  );
});

test('the shape overlap of the assignment is the IoU around one midpoint', async () => {
  const grid = yoloGrid({ cells: 1, image: { height: 100, width: 100 }, classes: 1, anchors: twoAnchors });
  for (const [width, height] of [
    [50, 50],
    [60, 64],
    [64, 60],
    [80, 89],
    [30, 20],
  ]) {
    const box = [50 - width / 2, 50 - height / 2, 50 + width / 2, 50 + height / 2];
    const [tall, wide] = await boxIou([box], grid.priors()).data();
    assert.equal(grid.encode([box], [0]).slots, [tall >= wide ? 0 : 1]);
  }
});

test('no boxes', () => {
  const grid = yoloGrid(street);
  const { label, slots, dropped } = grid.encode([], []);
  assert.ok(label.data.every((value) => value === 0));
  assert.equal([slots, dropped], [[], []]);
  assert.equal(grid.decode(label).boxes.shape, [0, 4]);
});

test('throws', () => {
  const build = (changes: object) => () => yoloGrid({ ...street, ...changes });
  assertThrows(build({ cells: 0 }), 'yoloGrid: expected rows of cells to be a whole number ≥ 1, got 0');
  assertThrows(build({ cells: [2, 2.5] }), 'yoloGrid: expected columns of cells to be a whole number ≥ 1, got 2.5');
  assertThrows(
    build({ image: { height: 300, width: -1 } }),
    'yoloGrid: expected image.width to be a number > 0, got -1',
  );
  assertThrows(build({ classes: 0 }), 'yoloGrid: expected classes to be a whole number ≥ 1, got 0');
  assertThrows(build({ boxesPerCell: 0 }), 'yoloGrid: expected boxesPerCell to be a whole number ≥ 1, got 0');
  assertThrows(build({ anchors: twoAnchors, boxesPerCell: 3 }), 'yoloGrid: expected 3 anchors, one a box, got 2');
  assertThrows(build({ anchors: [[4, 0]] }), 'yoloGrid: expected sides of anchors to be a number > 0, got 0');
  assertThrows(build({ anchors: [[4]] }), 'yoloGrid: expected anchors [width, height], got [4]');
  const grid = yoloGrid(street);
  assertThrows(
    () => grid.encode([[0, 0, 4, 0]], [0]),
    'yoloGrid.encode: expected boxes with width and height above 0, got [0, 0, 4, 0] at 0',
  );
  assertThrows(
    () => grid.encode([[250, 0, 400, 10]], [0]),
    'yoloGrid.encode: expected midpoints inside 300×300 px, got [325, 5] at 0',
  );
  assertThrows(() => grid.encode([[0, 0, 9, 9]], [3]), 'yoloGrid.encode: expected labels from 0 to 2, got 3 at 0');
  assertThrows(() => grid.encode([[0, 0, 9, 9]], []), 'yoloGrid.encode: expected labels [1], got [0]');
  assertThrows(
    () => grid.decode(ndarray(new Float32Array(9), [3, 3])),
    'yoloGrid.decode: expected a label [3, 3, 8], got [3, 3]',
  );
  const wrong = ndarray(new Float32Array(72), [3, 3, 8]);
  wrong.set(0, 1, 0, Number.NaN);
  assertThrows(() => grid.decode(wrong), 'yoloGrid.decode: expected finite numbers, got NaN at [0, 1, 0]');
  wrong.set(0, 1, 0, 1);
  wrong.set(0, 1, 4, -0.5);
  assertThrows(() => grid.decode(wrong), 'yoloGrid.decode: expected b_h and b_w ≥ 0, got [0, -0.5] at [0, 1]');
  assertThrows(() => grid.priors(), 'yoloGrid.priors: expected a grid with anchors, got one without');
});

test('of many boxes in a cell, pairs are chosen as by sorting all of them', () => {
  const anchors = [
    [4, 4],
    [8, 4],
    [4, 8],
  ] as const;
  for (let seed = 0; seed < 60; seed++) {
    const random = createRandom(seed);
    const sharedClasses = seed % 2 === 1;
    const grid = yoloGrid({ cells: 2, image: { height: 16, width: 16 }, classes: 2, anchors, sharedClasses });
    const boxes = Array.from({ length: seed % 20 }, () => {
      const [x, y] = [random.integer(15), random.integer(15)];
      return [x, y, x + 1 + random.integer(16 - x), y + 1 + random.integer(16 - y)];
    });
    const labels = boxes.map(() => random.integer(2));
    // All pairs of a box and an anchor of its cell, the best first, of equal ones the first.
    const pairs = boxes.flatMap(([x1, y1, x2, y2], g) => {
      const [row, column] = [(y1 + y2) / 2, (x1 + x2) / 2].map((middle) => Math.min(1, Math.floor(middle / 8)));
      return anchors.map(([width, height], b) => {
        const shared = Math.min(width, x2 - x1) * Math.min(height, y2 - y1);
        const overlap = shared / ((x2 - x1) * (y2 - y1) + width * height - shared);
        return { g, b, cell: 2 * row + column, overlap };
      });
    });
    pairs.sort((one, other) => other.overlap - one.overlap || one.g - other.g || one.b - other.b);
    const slots = Array<number | null>(boxes.length).fill(null);
    const kinds = new Map<number, number>();
    for (const { g, b, cell } of pairs) {
      if (slots[g] !== null || slots.includes(3 * cell + b)) continue;
      if (sharedClasses && (kinds.get(cell) ?? labels[g]) !== labels[g]) continue;
      kinds.set(cell, labels[g]);
      slots[g] = 3 * cell + b;
    }
    assert.equal(grid.encode(boxes, labels).slots, slots, `seed ${seed}`);
  }
});

test.run();
