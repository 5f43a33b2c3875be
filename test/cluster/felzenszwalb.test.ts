import ndarray, { type NdArray } from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ascendingOrder } from '../../src/cluster/ascendingOrder';
import { gaussianFilter } from '../../src/images/gaussianFilter';
import { createRandom, felzenszwalb, regionExtents, segmentGraph, shapes64 } from '../../src/index';
import { slopeAt } from '../reference/selectiveSearch';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { loadGolden } from '../support/golden';

const test = suite('felzenszwalb');

const gray = (rows: number[][]): NdArray => ndarray(Float32Array.from(rows.flat()), [rows.length, rows[0].length]);
const rowsOf = (map: NdArray) =>
  Array.from({ length: map.shape[0] }, (_, y) => Array.from({ length: map.shape[1] }, (_, x) => map.get(y, x)));

// Two triangles, 0 1 2 and 3 4 5, with a bridge.
const edges = [
  [0, 1],
  [1, 2],
  [0, 2],
  [3, 4],
  [4, 5],
  [3, 5],
  [2, 3],
];
const weights = [1, 2, 3, 1, 2, 3, 6];

test('segmentGraph: by hand, the bridge of weight 6 holds where 2 + k / 3 reaches 6', () => {
  const labels = (scale: number) => [...segmentGraph(6, edges, weights, { scale }).data];
  // k = 1: 0–1 join (1 ≤ 0 + 1/1); 2 stays out (2 > 1 + 1/2).
  assert.equal(labels(1), [0, 0, 1, 2, 2, 3]);
  // k = 2: 2 ≤ 1 + 2/2 and 2 ≤ 2/1; the bridge is too heavy (6 > 2 + 2/3).
  assert.equal(labels(2), [0, 0, 0, 1, 1, 1]);
  assert.equal(labels(11.9), [0, 0, 0, 1, 1, 1]);
  // Just as heavy as is allowed: 6 ≤ 2 + 12 / 3.
  assert.equal(labels(12), [0, 0, 0, 0, 0, 0]);
  assert.equal(labels(0), [0, 1, 2, 3, 4, 5]);
});

test('segmentGraph: segments that are too small join where the lightest edge leads; what is not tied stays apart', () => {
  assert.equal([...segmentGraph(6, edges, weights, { scale: 1, minSize: 2 }).data], [0, 0, 0, 1, 1, 1]);
  assert.equal([...segmentGraph(6, edges, weights, { scale: 1, minSize: 4 }).data], [0, 0, 0, 0, 0, 0]);
  assert.equal([...segmentGraph(3, [[0, 2]], [0], { scale: 0, minSize: 5 }).data], [0, 1, 0]);
  assert.equal([...segmentGraph(2, [], [], { scale: 1 }).data], [0, 1]);
  assert.equal([...segmentGraph(0, [], [], { scale: 1 }).data], []);
});

test('segmentGraph: neither the order of the edges nor that of their ends matters where weights differ', () => {
  const random = createRandom(5);
  const nodes = 30;
  const list = Array.from({ length: 90 }, () => ({
    ends: [random.integer(nodes), random.integer(nodes)],
    weight: random.uniform(),
  }));
  const segment = (of: typeof list) =>
    segmentGraph(
      nodes,
      of.map(({ ends }) => ends),
      ndarray(
        of.map(({ weight }) => weight),
        [of.length],
      ),
      {
        scale: 0.2,
      },
    ).data;
  const first = segment(list);
  assert.ok(new Set(first).size > 3 && new Set(first).size < 25);
  assert.equal(segment(random.shuffle([...list])), first);
  assert.equal(segment(list.map(({ ends, weight }) => ({ ends: [...ends].reverse(), weight }))), first);
});

test('ascendingOrder: as a stable sort has it', () => {
  const random = createRandom(3);
  const numbers = Float64Array.from({ length: 500 }, () => Math.floor(20 * random.uniform()) / 7);
  numbers.set([0, -0, 1e-300, 1e300, 5e-324, Number.MAX_VALUE, 0], 100);
  const expected = [...numbers.keys()].sort((a, b) => numbers[a] - numbers[b] || a - b);
  assert.equal([...ascendingOrder(numbers)], expected);
  assert.equal([...ascendingOrder(Float64Array.of())], []);
});

test('gaussianFilter: a slope keeps its steepness inside, sums of weights are 1, beyond the edge lies a mirror', () => {
  const raster = (height: number, width: number, of: (y: number, x: number) => number) => ({
    height,
    width,
    channels: 1,
    values: Float64Array.from({ length: height * width }, (_, i) => of(Math.floor(i / width), i % width)),
  });
  const ramp = raster(20, 24, (y, x) => 0.25 * x - 0.5 * y);
  const at = (values: Float64Array) => values[10 * 24 + 12];
  // Cut off at four standard deviations, the slope is 0.04 % short.
  assertAllClose([at(gaussianFilter(ramp, { sigma: 1, derivative: 'x' }).values)], [0.25], { absolute: 3e-4 });
  assertAllClose([at(gaussianFilter(ramp, { sigma: 1, derivative: 'y' }).values)], [-0.5], { absolute: 6e-4 });
  assertAllClose([at(gaussianFilter(ramp, { sigma: 2 }).values)], [at(ramp.values)], { absolute: 1e-9 });
  assert.is(gaussianFilter(ramp, { sigma: 0 }).values, ramp.values);
  const random = createRandom(1);
  for (const [height, width] of [
    [1, 1],
    [1, 5],
    [3, 2],
    [9, 7],
  ]) {
    const noise = raster(height, width, () => random.uniform());
    const plane = Array.from({ length: height }, (_, y) => [...noise.values.subarray(y * width, (y + 1) * width)]);
    for (const [derivative, angle] of [
      ['x', 0],
      ['y', Math.PI / 2],
    ] as const) {
      const expected = plane.flatMap((row, y) => row.map((_, x) => slopeAt(plane, y, x, angle)));
      assertAllClose(gaussianFilter(noise, { sigma: 1, derivative }).values, expected, { absolute: 1e-12 });
    }
    const mean = (values: Float64Array) => values.reduce((a, b) => a + b, 0) / values.length;
    assertAllClose([mean(gaussianFilter(noise, { sigma: 0.8 }).values)], [mean(noise.values)], { absolute: 1e-12 });
  }
});

test('felzenszwalb: a step by hand; a slope stays whole where its end is as far from its start', () => {
  const step = gray([
    [0, 0, 1, 1],
    [0, 0, 1, 1],
  ]);
  const plain = { sigma: 0, minSize: 1 };
  assert.equal(rowsOf(felzenszwalb(step, { ...plain, scale: 255 * 3.9 })), [
    [0, 0, 1, 1],
    [0, 0, 1, 1],
  ]);
  // Four pixels each, which agree within: they forgive k / 4.
  assert.is(Math.max(...felzenszwalb(step, { ...plain, scale: 255 * 4 }).data), 0);
  const slope = gray([Array.from({ length: 32 }, (_, x) => x / 32)]);
  assert.is(Math.max(...felzenszwalb(slope, { ...plain, scale: 8 }).data), 0);
  const diagonal = gray([
    [1, 0],
    [0, 1],
  ]);
  assert.equal(rowsOf(felzenszwalb(diagonal, { ...plain, scale: 100 })), [
    [0, 1],
    [1, 0],
  ]);
});

test('felzenszwalb: an image of one color, of one pixel, of one row; minSize; the image stays as it is', () => {
  const flat = ndarray(new Float32Array(7 * 5 * 3).fill(0.3), [7, 5, 3]);
  assert.equal([...felzenszwalb(flat).data], Array(35).fill(0));
  assert.equal([...felzenszwalb(flat, { scale: 0, sigma: 0, minSize: 1 }).data], Array(35).fill(0));
  assert.equal(rowsOf(felzenszwalb(gray([[0.5]]))), [[0]]);
  assert.equal(rowsOf(felzenszwalb(gray([[0], [1]]), { scale: 1, sigma: 0, minSize: 1 })), [[0], [1]]);
  const { image } = shapes64({ split: 'test' }).sample(3);
  const before = image.data.slice();
  for (const minSize of [1, 7, 50]) {
    const { areas } = regionExtents(felzenszwalb(image, { scale: 40, minSize }));
    assert.ok(Math.min(...areas.data) >= minSize);
    if (minSize === 1) assert.ok(Math.min(...areas.data) < 7);
  }
  assert.equal(image.data, before);
});

test('felzenszwalb: labels in the order of their first pixels; each segment hangs together', () => {
  const { image } = shapes64({ split: 'test' }).sample(7);
  const map = rowsOf(felzenszwalb(image, { scale: 60 }));
  let next = 0;
  for (const label of map.flat()) {
    assert.ok(label <= next);
    if (label === next) next++;
  }
  assert.ok(next > 3);
  const seen = map.map((row) => row.map(() => false));
  let pieces = 0;
  for (let y = 0; y < 64; y++) {
    for (let x = 0; x < 64; x++) {
      if (seen[y][x]) continue;
      pieces++;
      const open = [[y, x]];
      while (open.length) {
        const [v, u] = open.pop()!;
        if (seen[v]?.[u] !== false || map[v][u] !== map[y][x]) continue;
        seen[v][u] = true;
        for (const dv of [-1, 0, 1]) for (const du of [-1, 0, 1]) open.push([v + dv, u + du]);
      }
    }
  }
  assert.is(pieces, next);
});

for (const { name, op, options, inputs, labels } of loadGolden('segmentation').cases) {
  if (op !== 'felzenszwalb') continue;
  test(`golden: ${name}`, () => {
    const { shape, data } = inputs.image;
    const found = felzenszwalb(ndarray(Float32Array.from(data), shape), options);
    assert.equal(found.shape, labels!.shape);
    // Segments may be numbered otherwise: as many pairs of numbers as segments on either side.
    const pairs = new Set(labels!.data.map((label, i) => `${label} ${found.data[i]}`));
    assert.is(pairs.size, new Set(labels!.data).size);
    assert.is(pairs.size, new Set(found.data).size);
  });
}

test('regionExtents: by hand', () => {
  const map = ndarray(Int32Array.of(0, 1, 1, 0, 2, 1), [2, 3]);
  const { boxes, areas } = regionExtents(map);
  assert.equal(rowsOf(boxes), [
    [0, 0, 1, 2],
    [1, 0, 3, 2],
    [1, 1, 2, 2],
  ]);
  assert.equal([...areas.data], [2, 3, 1]);
  const large = regionExtents(map, { minSize: 3 });
  assert.equal([rowsOf(large.boxes), [...large.areas.data]], [[[1, 0, 3, 2]], [3]]);
  assert.equal(regionExtents(ndarray(new Int32Array(0), [0, 3])).boxes.shape, [0, 4]);
});

test('throws', () => {
  const image = gray([[0, 1]]);
  const graph = (nodes: number, ends: number[][], heavy: number[], scale = 1, minSize = 1) =>
    segmentGraph(nodes, ends, heavy, { scale, minSize });
  assertThrows(() => graph(-1, [], []), 'segmentGraph: expected nodes to be a whole number ≥ 0, got -1');
  assertThrows(() => graph(2, [[0, 1, 1]], [1]), 'segmentGraph: expected edges [E, 2], got [1, 3]');
  assertThrows(() => graph(2, [[0, 1]], [1, 2]), 'segmentGraph: expected weights [1], got [2]');
  assertThrows(
    () => segmentGraph(2, [[0, 1]], ndarray([1], [1, 1]), { scale: 1 }),
    'segmentGraph: expected weights [1], got [1, 1]',
  );
  assertThrows(() => graph(2, [[0, 2]], [1]), 'segmentGraph: expected nodes from 0 to 1, got 2 in edge 0');
  assertThrows(() => graph(2, [[0, 0.5]], [1]), 'segmentGraph: expected nodes from 0 to 1, got 0.5 in edge 0');
  assertThrows(() => graph(2, [[0, 1]], [-1]), 'segmentGraph: expected weights ≥ 0, got -1 at 0');
  assertThrows(() => graph(2, [[0, 1]], [Number.NaN]), 'segmentGraph: expected weights ≥ 0, got NaN at 0');
  assertThrows(() => graph(2, [], [], -1), 'segmentGraph: expected scale to be a number ≥ 0, got -1');
  assertThrows(() => graph(2, [], [], 1, 0), 'segmentGraph: expected minSize to be a whole number ≥ 1, got 0');
  assertThrows(
    () => felzenszwalb(ndarray(new Float32Array(4), [4])),
    'felzenszwalb: expected an image [H, W, C] or [H, W], got [4]',
  );
  assertThrows(
    () => felzenszwalb(ndarray(new Float32Array(0), [0, 4, 3])),
    'felzenszwalb: expected an image [H, W, C] or [H, W] of at least one pixel, got [0, 4, 3]',
  );
  assertThrows(
    () =>
      felzenszwalb(
        gray([
          [0, 1, 2],
          [0, Number.NaN, 2],
        ]),
      ),
    'felzenszwalb: expected finite numbers, got NaN at row 1, column 1',
  );
  assertThrows(
    () => felzenszwalb(image, { scale: Number.NaN }),
    'felzenszwalb: expected scale to be a number ≥ 0, got NaN',
  );
  assertThrows(() => felzenszwalb(image, { sigma: -1 }), 'felzenszwalb: expected sigma to be a number ≥ 0, got -1');
  assertThrows(
    () => felzenszwalb(image, { minSize: 1.5 }),
    'felzenszwalb: expected minSize to be a whole number ≥ 1, got 1.5',
  );
  assertThrows(() => regionExtents(ndarray([0], [1])), 'regionExtents: expected labels [H, W], got [1]');
  for (const label of [-1, 0.5, 2]) {
    assertThrows(
      () => regionExtents(gray([[0, label]])),
      `regionExtents: expected labels 0 … R − 1, each in use, got ${label} among 2 labels`,
    );
  }
  assertThrows(
    () => regionExtents(image, { minSize: 0 }),
    'regionExtents: expected minSize to be a whole number ≥ 1, got 0',
  );
});

test.run();
