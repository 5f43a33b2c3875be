import ndarray, { type NdArray } from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  createRandom,
  deviceReport,
  gradients,
  kernels,
  multiply,
  roiAlign,
  roiPool,
  sum,
  tensor,
} from '../../src/index';
import * as reference from '../reference/regions';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { checkGolden, type DifferentiatedCase } from '../support/checkGolden';
import { type GoldenArray, loadGolden } from '../support/golden';

const test = suite('roiAlign, roiPool');

const boxesOf = (...rows: number[][]): NdArray<Float32Array> =>
  ndarray(Float32Array.from(rows.flat()), [rows.length, 4]);

test('the slides (with their y_i read as y_j): f(6.5, 5.8) is a tenth of two cells and four tenths of two others', async () => {
  const features = tensor(
    Array.from({ length: 80 }, (_, i) => i * i),
    [1, 8, 10, 1],
  );
  const f = (x: number, y: number) => (y * 10 + x) ** 2;
  // A region that is one point, one bin, one sample: x = 6.5, y = 5.8, in cells.
  const point = { boxes: boxesOf([6.5, 5.8, 6.5, 5.8]), images: [0] };
  const at = (aligned: boolean, shift: number) => {
    const moved = { ...point, boxes: boxesOf([6.5 + shift, 5.8 + shift, 6.5 + shift, 5.8 + shift]) };
    return roiAlign(features, moved, { size: 1, stride: 1, samples: 1, aligned }).item();
  };
  const wanted = 0.1 * f(6, 5) + 0.1 * f(7, 5) + 0.4 * f(6, 6) + 0.4 * f(7, 6);
  assert.ok(Math.abs((await at(true, 0.5)) - wanted) < 1e-2);
});

test('the slides: an image of 640×480 px and features of 20×15 cells, regions as 2×2', async () => {
  const features = tensor(
    Array.from({ length: 15 * 20 }, (_, i) => i),
    [1, 15, 20, 1],
  );
  const region = { boxes: boxesOf([96, 64, 352, 256]), images: [0] };
  const options = { size: 2, stride: 32 };
  // Cells 3–11 across and 2–8 down, both included: the maxima of the four parts stand in their lower right corners.
  const pooled = await roiPool(features, region, options).data();
  assert.equal([...pooled], [5 * 20 + 7, 5 * 20 + 11, 8 * 20 + 7, 8 * 20 + 11]);
  // The features are a plane, so the mean of a bin is the value in its middle.
  const aligned = await roiAlign(features, region, options).data();
  const plane = (x: number, y: number) => (y - 0.5) * 20 + (x - 0.5);
  assertAllClose(aligned, [plane(5, 3.5), plane(9, 3.5), plane(5, 6.5), plane(9, 6.5)], { relative: 1e-5 });
});

test('roiPool: corners on half cells move away from 0, as in torchvision, beyond the upper and left border too', async () => {
  const features = tensor(
    Array.from({ length: 9 }, (_, i) => i),
    [1, 3, 3, 1],
  );
  const pooled = await roiPool(
    features,
    { boxes: boxesOf([-2, -8, 4, 12]), images: [0] },
    { size: 3, stride: 4 },
  ).data();
  assert.equal([...pooled], [0, 0, 0, 0, 3, 4, 0, 6, 7]);
});

test('roiPool: NaN is the largest of its bin and gets the gradient', async () => {
  // WebGPU leaves open what becomes of NaN.
  if ((await deviceReport()).backend === 'webgpu') return;
  const features = tensor([1, Number.NaN, 3, 4, 5, 6, 7, 8, -1 / 0, -1 / 0, 2, 1, -1 / 0, -1 / 0, 1, 1], [1, 4, 4, 1]);
  const pooled = roiPool(features, { boxes: boxesOf([0, 0, 3, 3]), images: [0] }, { size: 2, stride: 1 });
  assert.equal([...(await pooled.data())], [Number.NaN, 8, -1 / 0, 2]);
  const [slope] = gradients(sum(pooled), [features]);
  assert.equal([...(await slope.data())], [0, 1, 0, 0, 0, 0, 0, 1, 1, 0, 1, 0, 0, 0, 0, 0]);
});

for (const seed of [1, 2, 3]) {
  test(`agree with float64 loops over random regions, seed ${seed}`, async () => {
    const random = createRandom(seed);
    const [batch, height, width, channels] = [2, 4 + seed, 9 - seed, 1 + 2 * seed];
    const values = Float32Array.from({ length: batch * height * width * channels }, () => random.normal());
    const features = tensor(values, [batch, height, width, channels]);
    const stride = [4, 8, 16][seed - 1];
    const rows = Array.from({ length: 7 }, () => {
      const [x, y] = [random.uniform() * width, random.uniform() * height].map((cell) => (cell - 0.5) * stride);
      return [x, y, x + random.uniform() * 3 * stride, y + random.uniform() * 3 * stride].map(Math.fround);
    });
    const regions = { boxes: boxesOf(...rows), images: rows.map(() => random.integer(batch)) };
    const map = (image: number, channel: number): reference.Map64 => ({
      height,
      width,
      at: (row, column) => values[((image * height + row) * width + column) * channels + channel],
    });
    for (const aligned of [true, false]) {
      const bins = { size: [3, 2] as const, stride };
      const options = { ...bins, samples: aligned ? seed : ('adaptive' as const), aligned };
      const [aligns, pools] = [roiAlign(features, regions, options), roiPool(features, regions, bins)];
      const [alignData, poolData] = [await aligns.toNdarray(), await pools.toNdarray()];
      for (const [r, box] of rows.entries()) {
        for (let c = 0; c < channels; c++) {
          const cells = (array: NdArray) => [0, 1, 2, 3, 4, 5].map((bin) => array.get(r, bin >> 1, bin & 1, c));
          const source = map(regions.images[r], c);
          assertAllClose(cells(alignData), reference.roiAlign(source, box, options), {
            absolute: 1e-5,
            relative: 1e-4,
          });
          assertAllClose(cells(poolData), reference.roiPool(source, box, options), { absolute: 1e-6 });
        }
      }
    }
  });
}

for (const golden of loadGolden('regions').cases as (DifferentiatedCase & {
  boxes: GoldenArray;
  images: GoldenArray;
})[]) {
  test(`agrees with torchvision: ${golden.name}`, () =>
    checkGolden(({ features }) => {
      const regions = {
        boxes: ndarray(Float32Array.from(golden.boxes.data), golden.boxes.shape),
        images: golden.images.data,
      };
      return golden.op === 'roiAlign'
        ? roiAlign(features, regions, golden.options as Parameters<typeof roiAlign>[2])
        : roiPool(features, regions, golden.options as Parameters<typeof roiPool>[2]);
    }, golden));
}

test('the gradient of all bins adds up: a mean hands on its weight, a maximum one', async () => {
  const features = tensor(
    Array.from({ length: 36 }, (_, i) => i),
    [1, 6, 6, 1],
  );
  const regions = { boxes: boxesOf([1, 1, 5, 5], [0, 0, 6, 6]), images: [0, 0] };
  for (const operation of [roiAlign, roiPool]) {
    const [slope] = gradients(sum(operation(features, regions, { size: 2, stride: 1 })), [features]);
    const total = (await slope.data()).reduce((all, value) => all + value, 0);
    assert.ok(Math.abs(total - 8) < 1e-5);
  }
});

test('no cell is passed over: what the bins hand back weighs as much as what they have read, at and beyond the border too', async () => {
  const random = createRandom(9);
  const features = tensor(
    Array.from({ length: 2 * 9 * 11 * 2 }, () => random.normal()),
    [2, 9, 11, 2],
  );
  // Corners from two cells before the map to two cells behind it, in cells of 8 px; every third region is smaller than a cell.
  const rows = Array.from({ length: 60 }, (_, r) => {
    const [x, y] = [random.uniform() * 15 - 2, random.uniform() * 13 - 2];
    const [wide, high] = [random.uniform(), random.uniform()].map((side) => side * (r % 3 ? 6 : 0.9));
    return [x, y, x + wide, y + high].map((cell) => Math.fround(cell * 8));
  });
  const regions = { boxes: boxesOf(...rows), images: rows.map((_, r) => r % 2) };
  const upstream = tensor(
    Array.from({ length: 60 * 3 * 3 * 2 }, () => random.normal()),
    [60, 3, 3, 2],
  );
  const settings = { size: 3, stride: 8 };
  for (const result of [
    roiPool(features, regions, settings),
    roiAlign(features, regions, settings),
    roiAlign(features, regions, { ...settings, aligned: false }),
    roiAlign(features, regions, { ...settings, samples: 'adaptive' }),
  ]) {
    const weighted = sum(multiply(result, upstream));
    const [slope] = gradients(weighted, [features]);
    // Both operations are linear in the cells that they read: ⟨Aᵀg, f⟩ = ⟨g, Af⟩.
    assertAllClose([await sum(multiply(slope, features)).item()], [await weighted.item()], { absolute: 1e-3 });
  }
});

test('the gradient of roiAlign does not depend on the order of the regions', async () => {
  const random = createRandom(4);
  const normal = (count: number) => Float32Array.from({ length: count }, () => random.normal());
  const features = tensor(normal(3 * 7 * 8 * 4), [3, 7, 8, 4]);
  const list = Array.from({ length: 12 }, (_, r) => {
    const [x, y] = [random.uniform() * 20, random.uniform() * 20];
    return { box: [x, y, x + 10, y + 12], image: r % 3, upstream: normal(2 * 2 * 4) };
  });
  const slopeOf = async (ordered: typeof list) => {
    const regions = { boxes: boxesOf(...ordered.map(({ box }) => box)), images: ordered.map(({ image }) => image) };
    const result = roiAlign(features, regions, { size: 2, stride: 4 });
    const upstream = tensor(Float32Array.from(ordered.flatMap((one) => [...one.upstream])), result.shape);
    return gradients(sum(multiply(result, upstream)), [features])[0].data();
  };
  // Image after image, four regions each, is computed image by image; any other order, and uneven numbers, all together.
  const inTurn = [0, 1, 2].flatMap((n) => list.filter(({ image }) => image === n));
  assertAllClose(await slopeOf(inTurn), await slopeOf(list));
  const without = (ordered: typeof list) => ordered.filter((one) => one !== list[4]);
  assertAllClose(await slopeOf(without(inTurn)), await slopeOf(without(list)));
});

test('the gradient of roiAlign to the boxes is that of float64 differences', async () => {
  const random = createRandom(9);
  const [height, width, channels, stride] = [6, 7, 3, 8];
  const values = Float32Array.from({ length: height * width * channels }, () => random.normal());
  const rows = Array.from({ length: 9 }, (_, r) => {
    const [x, y] = [random.uniform() * 50 - 6, random.uniform() * 40 - 6];
    // Some are smaller than the least side of regions that are not aligned.
    const side = r % 3 === 0 ? 5 : 30;
    return [x, y, x + side * (0.5 + random.uniform()), y + side * (0.5 + random.uniform())].map(Math.fround);
  });
  const features = tensor(values, [1, height, width, channels]);
  for (const aligned of [true, false]) {
    for (const samples of [1, 2, 'adaptive'] as const) {
      const options = { size: [3, 2] as const, stride, samples, aligned };
      const boxes = tensor(rows.flat(), [rows.length, 4]);
      const result = roiAlign(features, { boxes, images: rows.map(() => 0) }, options);
      const upstream = Float32Array.from({ length: result.size }, () => random.normal());
      const [slope] = gradients(sum(multiply(result, tensor(upstream, result.shape))), [boxes]);
      const weighted = (box: readonly number[], r: number) => {
        let total = 0;
        for (let c = 0; c < channels; c++) {
          const map = { height, width, at: (i: number, j: number) => values[(i * width + j) * channels + c] };
          for (const [bin, value] of reference.roiAlign(map, box, options).entries()) {
            total += value * upstream[(r * 6 + bin) * channels + c];
          }
        }
        return total;
      };
      const expected = rows.flatMap((box, r) =>
        box.map((_, k) => {
          const moved = (step: number) =>
            weighted(
              box.map((corner, i) => (i === k ? corner + step : corner)),
              r,
            );
          return (moved(1e-5) - moved(-1e-5)) / 2e-5;
        }),
      );
      assertAllClose(await slope.data(), expected, { name: `${aligned} ${samples}`, absolute: 2e-5, relative: 1e-4 });
    }
  }
});

test('the gradient of roiPool does not depend on the order of the regions', async () => {
  const random = createRandom(6);
  const normal = (count: number) => Float32Array.from({ length: count }, () => random.normal());
  for (const channels of [1, 4, 7, 16]) {
    const features = tensor(normal(3 * 7 * 8 * channels), [3, 7, 8, channels]);
    const list = Array.from({ length: 15 }, (_, r) => {
      const [x, y] = [random.uniform() * 28 - 6, random.uniform() * 24 - 6];
      // Regions smaller than their bins, too: then cells belong to many of them.
      const side = r % 4 === 0 ? 3 : 14;
      const upstream = Float32Array.from({ length: 3 * 2 * channels }, () => random.integer(9) - 4);
      return { box: [x, y, x + side, y + 12], image: r % 3, upstream };
    });
    const slopeOf = async (ordered: typeof list) => {
      const regions = { boxes: boxesOf(...ordered.map(({ box }) => box)), images: ordered.map(({ image }) => image) };
      const result = roiPool(features, regions, { size: [3, 2], stride: 4 });
      const upstream = tensor(Float32Array.from(ordered.flatMap((one) => [...one.upstream])), result.shape);
      return [...(await gradients(sum(multiply(result, upstream)), [features])[0].data())];
    };
    const inTurn = [0, 1, 2].flatMap((n) => list.filter(({ image }) => image === n));
    assert.equal(await slopeOf(inTurn), await slopeOf(list), `${channels} channels`);
    const without = (ordered: typeof list) => ordered.filter((one) => one !== list[4]);
    assert.equal(await slopeOf(without(inTurn)), await slopeOf(without(list)), `${channels} channels, 14 regions`);
  }
});

test('no regions give an empty result and no gradient', async () => {
  const features = tensor([1, 2, 3, 4], [1, 2, 2, 1]);
  const regions = { boxes: ndarray(new Float32Array(0), [0, 4]), images: [] };
  for (const operation of [roiAlign, roiPool]) {
    const result = operation(features, regions, { size: 3, stride: 1 });
    assert.equal([...result.shape], [0, 3, 3, 1]);
    assert.is((await result.data()).length, 0);
    const [slope] = gradients(sum(result), [features]);
    assert.equal([...(await slope.data())], [0, 0, 0, 0]);
  }
});

test('throws', () => {
  const features = tensor(
    Array.from({ length: 16 }, () => 0),
    [1, 4, 4, 1],
  );
  const regions = { boxes: boxesOf([0, 0, 2, 2]), images: [0] };
  const options = { size: 2, stride: 1 };
  const boxes = (array: NdArray<Float32Array>) => ({ ...regions, boxes: array });
  assertThrows(
    () => roiAlign(features, boxes(ndarray(new Float32Array(15), [3, 5])), options),
    'roiAlign: expected boxes [R, 4], got [3, 5]',
  );
  assertThrows(
    () => roiPool(features, boxes(boxesOf([2, 0, 0, 2])), options),
    'roiPool: expected finite boxes with x1 ≤ x2 and y1 ≤ y2, got [2,0,0,2] at 0',
  );
  assertThrows(
    () => roiPool(features, { ...regions, images: [1] }, options),
    'roiPool: expected images from 0 to 0, got 1 at 0',
  );
  assertThrows(
    () => roiAlign(features, { ...regions, images: [] }, options),
    'roiAlign: expected 1 images, one a box, got 0',
  );
  assertThrows(
    () => roiAlign(features, regions, { ...options, stride: 0 }),
    'roiAlign: expected a stride above 0, got 0',
  );
  assertThrows(
    () => roiAlign(features, regions, { ...options, samples: 0 }),
    'roiAlign: expected samples from 1 to 1024, or adaptive, got 0',
  );
  assertThrows(() => roiAlign(tensor([[1]]), regions, options), 'roiAlign: expected features [N, H, W, C], got [1, 1]');
});

test('the kernels are public', () => {
  for (const name of [
    'roiAlign',
    'roiAlignBoxGradient',
    'roiAlignSpread',
    'roiAlignWeights',
    'roiPool',
    'roiPoolBins',
    'roiPoolIndices',
    'roiPoolGradient',
  ]) {
    assert.type((kernels as Record<string, unknown>)[name], 'function');
  }
});

test.run();
