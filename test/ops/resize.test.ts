import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  applyKernel,
  gradients,
  kernels,
  multiply,
  type ResizeMode,
  type ResizeSettings,
  resize,
  sum,
  tensor,
  zeros,
} from '../../src/index';
import { resizeShape } from '../../src/ops/resize';
import * as reference from '../reference/resize';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { checkGolden, type DifferentiatedCase, goldenTensor } from '../support/checkGolden';
import { loadGolden } from '../support/golden';
import { checkReference, gradientCheck } from '../support/gradientCheck';
import { createNumbers, randomArray } from '../support/randomTensor';

const test = suite('resize');

const slide = tensor([1, 2, 3, 4], [1, 2, 2, 1]);

/** A one-channel result as the slides print it: rows of numbers with two decimals. */
async function table(settings: ResizeSettings): Promise<string[]> {
  const { shape, data } = await resize(slide, settings).toNdarray();
  return Array.from({ length: shape[1] }, (_, r) =>
    [...data.subarray(r * shape[2], (r + 1) * shape[2])].map((value) => value.toFixed(2)).join(' '),
  );
}

test("the slides' nearest neighbor table", async () => {
  const nearest = ['1.00 1.00 2.00 2.00', '1.00 1.00 2.00 2.00', '3.00 3.00 4.00 4.00', '3.00 3.00 4.00 4.00'];
  assert.equal(await table({ scale: 2, mode: 'nearest' }), nearest);
  assert.equal(await table({ size: 4, mode: 'nearestExact' }), nearest);
});

test("the slides' bilinear table", async () => {
  assert.equal(await table({ scale: 2 }), [
    '1.00 1.25 1.75 2.00',
    '1.50 1.75 2.25 2.50',
    '2.50 2.75 3.25 3.50',
    '3.00 3.25 3.75 4.00',
  ]);
});

const bicubicTable = ['0.68 1.02 1.56 1.89', '1.35 1.68 2.23 2.56', '2.44 2.77 3.32 3.65', '3.11 3.44 3.98 4.32'];

test("the slides' bicubic table", async () => {
  assert.equal(await table({ scale: 2, mode: 'bicubic' }), bicubicTable);
});

test('erratum 4: the bicubic table needs coefficient −0.75 and half-pixel centers', async () => {
  assert.equal(await table({ scale: 2, mode: 'bicubic', cubic: -0.5 }), [
    '0.79 1.06 1.66 1.93',
    '1.34 1.61 2.20 2.48',
    '2.52 2.80 3.39 3.66',
    '3.07 3.34 3.94 4.21',
  ]);
  const aligned = await table({ scale: 2, mode: 'bicubic', alignCorners: true });
  assert.is(aligned[0], '1.00 1.31 1.69 2.00');
});

test('erratum 4: the bicubic table needs four taps, and clamped edges', async () => {
  // One row of the slide's 2×2: pixel 1 of the result lies at c = 0.25, and takes from pixels −1, 0, 1, 2.
  const a = -0.75;
  const near = (d: number) => (a + 2) * d ** 3 - (a + 3) * d ** 2 + 1;
  const far = (d: number) => a * d ** 3 - 5 * a * d ** 2 + 8 * a * d - 4 * a;
  const weights = [far(1.25), near(0.25), near(0.75), far(1.75)];
  assertAllClose([weights.reduce((total, weight) => total + weight, 0)], [1]);
  const across = (row: number[], used: number[]) => {
    const scale = used.reduce((total, k) => total + weights[k], 0);
    return used.reduce((total, k) => total + (weights[k] * row[k]) / scale, 0);
  };
  // Rows and columns add, since the slide's numbers are row · 2 + column + 1.
  const clamped = across([0, 0, 1, 1], [0, 1, 2, 3]);
  assert.is((1 + clamped + 2 * clamped).toFixed(2), bicubicTable[1].split(' ')[1]);
  const three = across([0, 0, 1, 1], [0, 1, 2]);
  assert.is.not((1 + three + 2 * three).toFixed(2), bicubicTable[1].split(' ')[1]);
  // Edges left out, and the rest normalized.
  const outside = across([0, 0, 1, 0], [1, 2]);
  assert.is.not((1 + outside + 2 * outside).toFixed(2), bicubicTable[1].split(' ')[1]);
});

test('the gradient of nearest neighbor sums each block', async () => {
  const x = zeros([1, 2, 3, 1]);
  const upstream = tensor(
    Float32Array.from({ length: 24 }, (_, i) => i),
    [1, 4, 6, 1],
  );
  const [slope] = gradients(sum(multiply(resize(x, { scale: 2, mode: 'nearest' }), upstream)), [x]);
  assert.equal([...(await slope.data())], [0 + 1 + 6 + 7, 2 + 3 + 8 + 9, 4 + 5 + 10 + 11, 62, 70, 78]);
});

const modes: ResizeMode[] = ['nearest', 'nearestExact', 'bilinear', 'bicubic'];
const cases: [x: number[], size: [number, number]][] = [
  [
    [2, 3, 4, 5],
    [6, 8],
  ],
  [
    [1, 5, 3, 4],
    [15, 9],
  ],
  [
    [1, 6, 9, 1],
    [4, 5],
  ],
  [
    [1, 4, 5, 8],
    [7, 4],
  ],
  [
    [2, 1, 3, 2],
    [4, 1],
  ],
];

for (const mode of modes) {
  test(`${mode} agrees with its float64 reference`, async () => {
    for (const [seed, [shape, size]] of cases.entries()) {
      for (const options of mode.startsWith('nearest') ? [{}] : [{}, { alignCorners: true }]) {
        const settings = { size, mode, ...options, ...(mode === 'bicubic' && seed % 2 ? { cubic: -0.5 } : {}) };
        await checkReference({
          operation: (x) => resize(x, settings),
          reference: (x) => reference.resize(x, settings),
          inputs: [randomArray(createNumbers(seed), shape)],
        });
      }
    }
  });
}

test('slopes of a curved function of a resized image', async () => {
  const x = randomArray(createNumbers(3), [1, 3, 4, 2]);
  await gradientCheck(
    (image) => {
      const larger = resize(image, { size: [5, 7], mode: 'bicubic' });
      return sum(multiply(larger, larger));
    },
    [x],
  );
});

for (const library of ['OpenCV', 'Pillow']) {
  test(`agrees with ${library}`, async () => {
    const cases = loadGolden('resizeLibraries').cases.filter(({ name }) => name.startsWith(library));
    for (const mode of ['bilinear', 'bicubic']) assert.ok(cases.some(({ options }) => options.mode === mode));
    for (const { name, inputs, options, output, ...rest } of cases) {
      const resized = await resize(goldenTensor(inputs.x), options).toNdarray();
      const expected = await goldenTensor(output!).toNdarray();
      const [, height, width, channels] = expected.shape;
      const all = [height, width].map((count) => Array.from({ length: count }, (_, i) => i));
      const [rows, columns] = (rest as { inside?: number[][] }).inside ?? all;
      const depth = Array.from({ length: channels }, (_, c) => c);
      const pixels = (image: typeof resized) =>
        rows.flatMap((y) => columns.flatMap((x) => depth.map((c) => image.get(0, y, x, c))));
      assertAllClose(pixels(resized), pixels(expected), { name, absolute: 1e-5 });
    }
  });
}

const golden = loadGolden('resize').cases as DifferentiatedCase[];
test(`gives PyTorch's outputs and gradients (${golden.length} cases)`, async () => {
  for (const mode of modes) assert.ok(golden.some(({ options }) => options.mode === mode));
  for (const one of golden) await checkGolden(({ x }, { options }) => resize(x, options), one);
});

test('the kernels of two and of four taps equal the one for any number', async () => {
  const x = tensor(randomArray(createNumbers(5), [3 * 7 * 16]).data);
  for (const [taps, kernel] of [
    [2, kernels.resizeAxisTwoTaps],
    [4, kernels.resizeAxisFourTaps],
  ] as const) {
    const first = tensor(Float32Array.from({ length: 5 }, (_, i) => Math.min(7 - taps, i)));
    const weights = tensor(randomArray(createNumbers(taps), [5 * taps]).data);
    const launch = { inputs: [x, first, weights], shape: [3, 5, 16], constants: { length: 7, inner: 16, taps } };
    const expected = await applyKernel(kernels.resizeAxis, launch).data();
    assertAllClose(await applyKernel(kernel, launch).data(), expected, { absolute: 1e-6 });
  }
});

test('the same size changes nothing, and what is linear stays so', async () => {
  const x = tensor([1, 2, 3, 4, 5, 6], [1, 2, 3, 1]);
  for (const mode of modes) assert.is(resize(x, { size: [2, 3], mode }), x);
  // A ramp from corner to corner.
  const ramp = tensor([0, 1, 2, 3], [1, 1, 4, 1]);
  const finer = await resize(ramp, { size: [1, 7], alignCorners: true }).data();
  assertAllClose(finer, [0, 0.5, 1, 1.5, 2, 2.5, 3]);
});

test('the shape function checks without a device', () => {
  assert.equal(resizeShape([2, 5, 7, 3], { scale: 1.5 }).shape, [2, 7, 10, 3]);
  assert.equal(resizeShape([2, 5, 7, 3], { size: [3, 4] }).shape, [2, 3, 4, 3]);
  const x = zeros([1, 4, 4, 1]);
  const rejected: [ResizeSettings, string][] = [
    [{}, 'resize: expected one of size and scale, got neither'],
    [{ size: 4, scale: 2 }, 'resize: expected one of size and scale, got both'],
    [{ size: 2.5 }, 'resize: expected size to be one or two whole numbers ≥ 1, got 2.5'],
    [{ scale: -1 }, 'resize: expected scale to be one or two positive numbers, got -1'],
    [{ scale: [2, Number.NaN] }, 'resize: expected scale to be one or two positive numbers, got [2, NaN]'],
    [{ scale: 0.2 }, 'resize: expected a result of at least one pixel, got [0, 0] from [1, 4, 4, 1]'],
    [
      { size: 4, mode: 'linear' as ResizeMode },
      'resize: expected mode nearest, nearestExact, bilinear, bicubic, got linear',
    ],
    [
      { size: 4, mode: 'nearest', alignCorners: true },
      'resize: expected alignCorners with mode bilinear or bicubic, got nearest',
    ],
    [{ size: 4, cubic: -0.5 }, 'resize: expected cubic with mode bicubic, got bilinear'],
    [{ size: 4, mode: 'bicubic', cubic: Number.NaN }, 'resize: expected cubic to be a finite number, got NaN'],
  ];
  for (const [settings, message] of rejected) assertThrows(() => resize(x, settings), message);
  assertThrows(() => resize(zeros([4, 4, 1]), { size: 2 }), 'resize: expected x [N, H, W, C], got [4, 4, 1]');
  assertThrows(
    () => resize(zeros([1, 0, 4, 1]), { size: 2 }),
    'resize: expected an image with pixels, got [1, 0, 4, 1]',
  );
});

test('no images', async () => {
  const x = zeros([0, 4, 4, 3]);
  const y = resize(x, { scale: 2 });
  assert.equal([...y.shape], [0, 8, 8, 3]);
  assert.is((await gradients(sum(y), [x])[0].data()).length, 0);
});

test.run();
