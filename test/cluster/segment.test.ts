import ndarray, { type NdArray } from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { kMeans } from '../../src/cluster/kMeans';
import {
  colorLocationPoints,
  colorPoints,
  type HistogramOptions,
  histogram,
  labelsToMap,
  paintSegments,
} from '../../src/cluster/segment';
import { useDevice } from '../../src/device/device';
import { createRandom } from '../../src/tensor/random';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';

const test = suite('segment');

const list = (values: readonly number[]): NdArray => ndarray(Float32Array.from(values), [values.length]);
/** 2 × 3 pixels with channel values 0, 1/32, 2/32 … */
const image = (): NdArray =>
  ndarray(
    Float32Array.from({ length: 18 }, (_, i) => i / 32),
    [2, 3, 3],
  );

test('colorPoints: one row per pixel, row by row, also of an image turned on its side', () => {
  const points = colorPoints(image());
  assert.equal(points.shape, [6, 3]);
  assert.equal([...points.data], [...(image().data as Float32Array)]);
  const source = image();
  points.set(0, 0, 9);
  assert.is(source.get(0, 0, 0), 0, 'a copy');
  const turned = colorPoints(image().transpose(1, 0, 2));
  // Its second pixel is the first of the image's second row.
  assert.equal([turned.get(1, 0), turned.get(1, 1), turned.get(1, 2)], [9 / 32, 10 / 32, 11 / 32]);
});

test('colorLocationPoints: the longer side is locationWeight long, and a pixel is square', () => {
  const points = colorLocationPoints(image(), { locationWeight: 6 });
  assert.equal(points.shape, [6, 5]);
  const rowOf = (i: number) => [0, 1, 2, 3, 4].map((d) => points.get(i, d));
  assert.equal(rowOf(0), [0, 1 / 32, 2 / 32, 1, 1]);
  assert.equal(rowOf(2), [6 / 32, 7 / 32, 8 / 32, 5, 1]);
  assert.equal(rowOf(4), [12 / 32, 13 / 32, 14 / 32, 3, 3]);
  assertAllClose([colorLocationPoints(image()).get(5, 3), colorLocationPoints(image()).get(5, 4)], [5 / 6, 1 / 2]);
  assert.is(colorLocationPoints(image(), { locationWeight: 0 }).get(5, 3), 0);
});

test('labelsToMap: pixel (row, column) has label row · width + column', () => {
  const map = labelsToMap(ndarray(Int32Array.of(0, 1, 2, 3, 4, 5), [6]), 2, 3);
  assert.equal(map.shape, [2, 3]);
  assert.is(map.get(1, 0), 3);
  assert.instance(map.data, Int32Array);
  assert.equal([...labelsToMap(ndarray(Int32Array.of(3, 2, 1, 0), [4]).step(-1), 2, 2).data], [0, 1, 2, 3]);
  assert.equal(labelsToMap(ndarray(new Int32Array(0), [0]), 0, 3).shape, [0, 3]);
});

test('paintSegments: mean colors by hand, from a map or a list, with any labels', () => {
  const colors = ndarray(Float32Array.from([1, 0, 0, 0, 0, 0, 0, 1, 0.5, 0, 0, 1]), [2, 2, 3]);
  const expected = [0.5, 0.5, 0.25, 0, 0, 0.5, 0.5, 0.5, 0.25, 0, 0, 0.5];
  const map = ndarray(Int32Array.of(7, -1, 7, -1), [2, 2]);
  assert.equal([...paintSegments(colors, map).data], expected);
  assert.equal([...paintSegments(colors, ndarray(map.data, [4])).data], expected);
  assert.equal(paintSegments(colors, map).shape, [2, 2, 3]);
  assert.equal([...(colors.data as Float32Array)].slice(0, 3), [1, 0, 0], 'the image stays as it is');
});

test('three intensities: the histogram has three bars; with noise k-means finds the groups again', async () => {
  const random = createRandom(2);
  const levels = [0.2, 0.5, 0.8];
  const truth = Array.from({ length: 900 }, (_, i) => Math.floor((i % 30) / 10));
  const clean = list(truth.map((group) => levels[group]));
  const bars = [...histogram(clean, { bins: 20, range: [0, 1] }).counts.data].filter((count) => count > 0);
  assert.equal(bars, [300, 300, 300]);

  const noisy = truth.map((group) => levels[group] + 0.06 * random.normal());
  const blurred = [...histogram(list(noisy), { bins: 20, range: [0, 1] }).counts.data];
  assert.ok(blurred.filter((count) => count > 0).length > 12);
  await useDevice('webasm');
  const { labels, centers } = await kMeans(ndarray(Float32Array.from(noisy), [900, 1]), { k: 3, restarts: 3 });
  const order = [0, 1, 2].sort((a, b) => centers.get(a, 0) - centers.get(b, 0));
  assertAllClose(
    order.map((j) => centers.get(j, 0)),
    levels,
    { absolute: 0.02 },
  );
  const right = truth.filter((group, i) => order[group] === labels.get(i)).length;
  assert.ok(right / 900 > 0.97, `${right} of 900`);
});

test('histogram: half-open intervals, the last one closed, values outside left out', () => {
  const { counts, edges } = histogram(list([0, 0.25, 0.5, 0.75, 1, 1.5, -0.5]), { bins: 4, range: [0, 1] });
  assert.equal([...counts.data], [1, 1, 1, 2]);
  assert.equal([...edges.data], [0, 0.25, 0.5, 0.75, 1]);
  assert.equal(counts.shape, [4]);
  assert.equal(edges.shape, [5]);
});

test('histogram: the range is that of the values, or ± ½ around a single one; edges decide where quotients round', () => {
  assert.equal([...histogram(list([2, 4, 6]), { bins: 2 }).counts.data], [1, 2]);
  assert.equal([...histogram(list([3, 3]), { bins: 2 }).edges.data], [2.5, 3, 3.5]);
  assert.equal([...histogram(list([]), { bins: 2, range: [0, 1] }).counts.data], [0, 0]);
  // Every edge, as float64 has it, opens its own interval: none lands in the one before.
  for (const bins of [3, 7, 10, 49]) {
    const { edges } = histogram(list([0, 1]), { bins, range: [0.1, 0.7] });
    for (let i = 0; i < bins; i++) {
      const value = Math.fround(edges.data[i]);
      const expected = value >= edges.data[i] ? i : i - 1;
      const { counts } = histogram(list([value]), { bins, range: [0.1, 0.7] });
      assert.equal(
        [...counts.data],
        Array.from({ length: bins }, (_, j) => Number(j === expected)),
        `${bins}, ${i}`,
      );
    }
  }
});

test('throws', () => {
  const flat = ndarray(new Float32Array(6), [2, 3]);
  assertThrows(() => colorPoints(flat), 'colorPoints: expected an image [H, W, 3], got [2, 3]');
  assertThrows(() => colorLocationPoints(flat), 'colorLocationPoints: expected an image [H, W, 3], got [2, 3]');
  for (const locationWeight of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
    assertThrows(
      () => colorLocationPoints(image(), { locationWeight }),
      `colorLocationPoints: expected locationWeight to be a number ≥ 0, got ${locationWeight}`,
    );
  }
  assertThrows(() => labelsToMap(list([1, 2, 3]), 2, 2), 'labelsToMap: expected labels [4], got [3]');
  assertThrows(() => labelsToMap(list([1]), 0.5, 2), 'labelsToMap: expected height to be a whole number ≥ 0, got 0.5');
  assertThrows(() => paintSegments(flat, list([1])), 'paintSegments: expected an image [H, W, 3], got [2, 3]');
  assertThrows(() => paintSegments(image(), list([1])), 'paintSegments: expected labels [2, 3] or [6], got [1]');
  const message = (values: NdArray, options: HistogramOptions, text: string) =>
    assertThrows(() => histogram(values, options), text);
  message(list([0, Number.NaN]), {}, 'histogram: expected finite values, got NaN at position 1');
  message(list([]), {}, 'histogram: expected values or a range, got neither');
  message(list([1]), { bins: 0 }, 'histogram: expected bins to be a whole number ≥ 1, got 0');
  message(list([1]), { range: [1, 1] }, 'histogram: expected a range that rises, got [1, 1]');
  message(list([1]), { range: [Number.NaN, 1] }, 'histogram: expected range to be a finite number, got NaN');
});

test.run();
