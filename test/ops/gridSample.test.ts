import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type GridSampleOptions,
  gradients,
  gridSample,
  kernels,
  realize,
  resize,
  scale,
  sum,
  tensor,
  zeros,
} from '../../src/index';
import { gridSampleShape } from '../../src/ops/gridSample';
import * as reference from '../reference/gridSample';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { checkGolden, type DifferentiatedCase } from '../support/checkGolden';
import { loadGolden } from '../support/golden';
import { checkReference } from '../support/gradientCheck';
import { createNumbers, randomArray } from '../support/randomTensor';

const test = suite('gridSample');

const numbers = [10, 20, 30, 40, 50, 60];
const image = tensor(numbers, [1, 2, 3, 1]);

/** What a list of points x, y reads of the image of 3×2 pixels. */
async function read(points: number[][], options: GridSampleOptions = {}): Promise<number[]> {
  return [...(await gridSample(image, tensor(points.flat(), [1, 1, points.length, 2]), options).data())];
}

test('by hand: −1 and 1 are the borders of the image, or the centers of its corner pixels', async () => {
  const corners = [
    [-1, -1],
    [1, -1],
    [-1, 1],
    [1, 1],
  ];
  assertAllClose(await read(corners, { alignCorners: true }), [10, 30, 40, 60]);
  // A quarter of a corner pixel lies around the image's corner, and zeros around that.
  assertAllClose(await read(corners), [2.5, 7.5, 10, 15]);
  assertAllClose(await read(corners, { padding: 'border' }), [10, 30, 40, 60]);
  assertAllClose(await read([[0, 0]]), [35]);
  // Half a pixel to the right of the middle.
  assertAllClose(await read([[1 / 3, -0.5]]), [25]);
});

test('by hand: far outside are zeros, or the border', async () => {
  const far = [
    [-9, 0],
    [1e30, -1e30],
    [0, 2],
  ];
  assertAllClose(await read(far), [0, 0, 0]);
  assertAllClose(await read(far, { padding: 'border' }), [25, 30, 50]);
});

test('by hand: each pixel gets back what it gave, and a point moves along the slopes', async () => {
  const grid = tensor([1 / 3, -0.25], [1, 1, 1, 2]);
  const [toImage, toGrid] = gradients(sum(gridSample(image, grid)), [image, grid]);
  // Column 1.5 and row 0.25.
  assertAllClose(await toImage.data(), [0, 0.375, 0.375, 0, 0.125, 0.125], { absolute: 1e-6 });
  // A pixel to the right is 10 more and 2 / 3 of x away; one below is 30 more and 1 of y away.
  assertAllClose(await toGrid.data(), [15, 30], { absolute: 1e-4 });
});

test('a regular grid resizes', async () => {
  for (const alignCorners of [false, true]) {
    const next = createNumbers(3);
    const { data, shape } = randomArray(next, [2, 4, 5, 3]);
    const x = tensor(data, shape);
    const [height, width] = [7, 9];
    const place = (i: number, count: number) => (alignCorners ? (2 * i) / (count - 1) - 1 : (2 * i + 1) / count - 1);
    const points = Array.from({ length: 2 * height * width }, (_, i) => [
      place(i % width, width),
      place(Math.floor(i / width) % height, height),
    ]);
    const grid = tensor(points.flat(), [2, height, width, 2]);
    const sampled = gridSample(x, grid, { alignCorners, padding: 'border' });
    const resized = resize(x, { size: [height, width], alignCorners });
    assertAllClose(await sampled.data(), await resized.data(), { absolute: 1e-5 });
  }
});

for (const alignCorners of [false, true]) {
  for (const padding of ['zeros', 'border'] as const) {
    for (const [seed, x, points] of [
      [1, [2, 3, 5, 3], [2, 4, 3, 2]],
      [2, [1, 6, 4, 8], [1, 1, 9, 2]],
      [3, [3, 1, 1, 1], [3, 2, 2, 2]],
    ] as const) {
      test(`agrees with float64 loops: ${padding}, alignCorners ${alignCorners}, seed ${seed}`, async () => {
        const next = createNumbers(seed);
        await checkReference({
          operation: (...inputs) => gridSample(inputs[0], inputs[1], { alignCorners, padding }),
          reference: (...inputs) => reference.gridSample(inputs[0], inputs[1], { alignCorners, padding }),
          inputs: [randomArray(next, x), randomArray(next, points, -1.4, 1.4)],
          tolerance: { absolute: 1e-5 },
        });
      });
    }
  }
}

for (const golden of loadGolden('gridSample').cases as DifferentiatedCase[]) {
  test(`golden: ${golden.name}`, () =>
    checkGolden(({ x, grid }, { options }) => gridSample(x, grid, options as GridSampleOptions), golden));
}

test('points that are still to be computed', async () => {
  const half = tensor([0.5, 0.5, 2, -0.5], [1, 1, 2, 2]);
  const grid = scale(half, 2);
  const result = gridSample(image, grid, { alignCorners: true });
  const [slope, toHalf] = gradients(sum(result), [image, half]);
  await realize(result, slope, toHalf);
  assertAllClose(await result.data(), [60, 0]);
  assertAllClose(await slope.data(), [0, 0, 0, 0, 0, 1]);
  assert.is((await toHalf.data())[2], 0);
});

test('no points, no images, no channels', async () => {
  for (const [x, grid, shape] of [
    [zeros([1, 2, 2, 3]), zeros([1, 0, 4, 2]), [1, 0, 4, 3]],
    [zeros([0, 2, 2, 3]), zeros([0, 4, 4, 2]), [0, 4, 4, 3]],
    [zeros([1, 2, 2, 0]), zeros([1, 4, 4, 2]), [1, 4, 4, 0]],
  ] as const) {
    const result = gridSample(x, grid);
    assert.equal([...result.shape], shape);
    assert.is((await result.data()).length, 0);
    for (const [i, slope] of gradients(sum(result), [x, grid]).entries()) {
      assert.equal([...slope.shape], [...[x, grid][i].shape]);
      assert.ok((await slope.data()).every((number) => number === 0));
    }
  }
});

test('throws', () => {
  const grid = zeros([1, 2, 2, 2]);
  assertThrows(
    () => gridSample(zeros([2, 3, 1]), grid),
    'gridSample: expected x [N, H, W, C] with pixels, got [2, 3, 1]',
  );
  assertThrows(
    () => gridSample(zeros([1, 0, 3, 1]), grid),
    'gridSample: expected x [N, H, W, C] with pixels, got [1, 0, 3, 1]',
  );
  assertThrows(
    () => gridSample(image, zeros([1, 2, 2, 3])),
    "gridSample: expected a grid [1, H', W', 2] of points x, y, got [1, 2, 2, 3]",
  );
  assertThrows(
    () => gridSample(image, zeros([2, 2, 2, 2])),
    "gridSample: expected a grid [1, H', W', 2] of points x, y, got [2, 2, 2, 2]",
  );
  assertThrows(
    () => gridSample(image, grid, { padding: 'reflection' } as unknown as GridSampleOptions),
    'gridSample: expected padding zeros or border, got reflection',
  );
  assertThrows(
    () => gridSample(image, tensor([0, Number.NaN], [1, 1, 1, 2])),
    'gridSample: expected a grid of finite numbers, got NaN at 1',
  );
  const limit = 'positions, beyond which float32 does not tell whole numbers apart';
  assertThrows(
    () => gridSampleShape([1, 5000, 5000, 1], [1, 2, 2, 2]),
    `gridSample: expected at most 16777216 ${limit}, got 25000000`,
  );
  assertThrows(
    () => gridSampleShape([1, 2, 2, 1], [1, 3000, 2000, 2]),
    `gridSample: expected at most 16777216 ${limit}, got 24000000`,
  );
});

test('the kernels are public', () => {
  for (const name of ['gridSample', 'gridSampleCells', 'gridSampleSpread', 'gridSampleSlopes']) {
    assert.type((kernels as Record<string, unknown>)[name], 'function');
  }
});

test.run();
