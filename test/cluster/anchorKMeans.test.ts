import ndarray, { type NdArray } from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Backend } from '../../src/device/backend';
import { anchorKMeans, boxIou, kMeans, useDevice } from '../../src/index';

import { assertAllClose } from '../support/allClose';
import { assertRejects } from '../support/assertThrows';
import { createNumbers } from '../support/randomTensor';

const test = suite('anchorKMeans');

const rows = (data: readonly (readonly number[])[]): NdArray<Float32Array> =>
  ndarray(Float32Array.from(data.flat()), [data.length, data[0].length]);

/** Boxes anywhere, of two kinds: about 10×20 and about 60×30. */
function twoKinds(seed: number, count: number): number[][] {
  const next = createNumbers(seed);
  return Array.from({ length: count }, (_, i) => {
    const [x, y] = [100 * next(), 100 * next()];
    const [width, height] = i % 3 === 0 ? [50 + 20 * next(), 25 + 10 * next()] : [8 + 4 * next(), 16 + 8 * next()];
    return [x, y, x + width, y + height].map(Math.fround);
  });
}

function iou([w, h]: readonly number[], [v, g]: readonly number[]): number {
  const shared = Math.min(w, v) * Math.min(h, g);
  return shared / (w * h + v * g - shared);
}

test('by hand: one step of k-means with the distance 1 − IoU', async () => {
  for (const backend of ['cpu', 'webasm'] as Backend[]) {
    await useDevice(backend);
    const sizes = rows([
      [2, 2],
      [4, 4],
      [10, 10],
    ]);
    const { labels, centers, history, converged } = await kMeans(sizes, {
      k: 2,
      init: rows([
        [3, 3],
        [8, 8],
      ]),
      distance: 'iou',
    });
    // 4/9 and 9/16 for the small ones, 64/100 for the large one; the next centers are 3×3 and 10×10.
    assert.equal([...labels.data], [0, 0, 1]);
    assertAllClose(history, [3 - 4 / 9 - 9 / 16 - 0.64, 2 - 4 / 9 - 9 / 16]);
    assertAllClose(centers.data, [3, 3, 10, 10]);
    assert.ok(converged);
  }
  await useDevice('webasm');
});

test('between 2×2 and 5×5: 3.4×3.4 is nearer to the small one, and has more of the large one', async () => {
  const init = rows([
    [2, 2],
    [5, 5],
  ]);
  const sizes = rows([
    [2, 2],
    [5, 5],
    [3.4, 3.4],
  ]);
  const labelsOf = async (distance: 'iou' | 'euclidean') => [
    ...(await kMeans(sizes, { k: 2, init, distance })).labels.data,
  ];
  assert.equal(await labelsOf('euclidean'), [0, 1, 0]);
  assert.equal(await labelsOf('iou'), [0, 1, 1]);
});

test('two kinds of boxes are found, wherever they lie; the mean IoU is that of the best anchors', async () => {
  const boxes = twoKinds(1, 200);
  const { anchors, meanIou } = await anchorKMeans(rows(boxes), { k: 2 });
  const sizes = boxes.map(([x1, y1, x2, y2]) => [x2 - x1, y2 - y1]);
  const mean = (which: number[][], axis: number) => which.reduce((sum, size) => sum + size[axis], 0) / which.length;
  const [large, small] = [sizes.filter(([w]) => w > 30), sizes.filter(([w]) => w <= 30)];
  assertAllClose(anchors[0], [mean(small, 0), mean(small, 1)], { relative: 1e-4 });
  assertAllClose(anchors[1], [mean(large, 0), mean(large, 1)], { relative: 1e-4 });
  const best = sizes.map((size) => Math.max(...anchors.map((anchor) => iou(size, anchor))));
  assertAllClose([meanIou], [best.reduce((sum, value) => sum + value, 0) / best.length], { absolute: 1e-4 });
});

test('more anchors fit better, and the distance is 1 − IoU of the boxes around one midpoint', async () => {
  const boxes = twoKinds(2, 90);
  const means: number[] = [];
  for (const k of [1, 2, 4, 8]) means.push((await anchorKMeans(rows(boxes), { k })).meanIou);
  for (let i = 1; i < means.length; i++) assert.ok(means[i] > means[i - 1], `${means}`);
  const { anchors, meanIou } = await anchorKMeans(rows(boxes), { k: 4 });
  const centered = ([width, height]: readonly number[]) => [-width / 2, -height / 2, width / 2, height / 2];
  const sizes = boxes.map(([x1, y1, x2, y2]) => [x2 - x1, y2 - y1]);
  const overlaps = await boxIou(sizes.map(centered), anchors.map(centered)).data();
  const best = sizes.map((_, i) => Math.max(...overlaps.subarray(4 * i, 4 * i + 4)));
  assertAllClose([meanIou], [best.reduce((sum, value) => sum + value, 0) / best.length], { absolute: 1e-4 });
});

test('the objective never rises, and the same seed gives the same anchors', async () => {
  for (const seed of [1, 2, 3]) {
    const sizes = rows(twoKinds(seed, 120).map(([x1, y1, x2, y2]) => [x2 - x1, y2 - y1]));
    const { history } = await kMeans(sizes, { k: 5, seed, distance: 'iou' });
    for (let i = 1; i < history.length; i++) assert.ok(history[i] <= history[i - 1], `${history}`);
    const again = await kMeans(sizes, { k: 5, seed, distance: 'iou' });
    assert.equal(again.history, history);
  }
});

test('equal boxes: as many anchors as asked for', async () => {
  const { anchors, meanIou } = await anchorKMeans(
    rows([
      [0, 0, 4, 6],
      [5, 5, 9, 11],
    ]),
    { k: 2 },
  );
  assert.equal(anchors, [
    [4, 6],
    [4, 6],
  ]);
  assert.is(meanIou, 1);
});

test('throws', async () => {
  const box = [0, 0, 4, 4];
  await assertRejects(
    () => anchorKMeans(rows([box]), { k: 0 }),
    'anchorKMeans: expected k to be a whole number ≥ 1, got 0',
  );
  await assertRejects(() => anchorKMeans(rows([box]), { k: 2 }), 'anchorKMeans: expected at least k = 2 boxes, got 1');
  await assertRejects(() => anchorKMeans(rows([[1, 2]]), { k: 1 }), 'anchorKMeans: expected boxes [N, 4], got [1, 2]');
  await assertRejects(
    () => anchorKMeans(rows([box, [3, 3, 3, 5]]), { k: 1 }),
    'anchorKMeans: expected boxes with width and height above 0, got [3, 3, 3, 5] at 1',
  );
  const sizes = rows([
    [1, 2],
    [3, 0],
  ]);
  await assertRejects(
    () => kMeans(sizes, { k: 1, distance: 'iou' }),
    'kMeans: expected points to be sizes above 0, got 0 at [1, 1]',
  );
  await assertRejects(
    () => kMeans(rows([[1, 2]]), { k: 1, distance: 'iou', init: rows([[-1, 2]]) }),
    'kMeans: expected initial centers to be sizes above 0, got -1 at [0, 0]',
  );
});

test.run();
