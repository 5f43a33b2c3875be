import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { gradients, maxPool2dWithIndices, maxUnpool2d, multiply, sum, tensor, zeros } from '../../src/index';
import { maxUnpool2dShape } from '../../src/ops/maxUnpool2d';
import { maxPool2dIndices, type Pool2dSettings } from '../reference/pool2d';
import * as reference from '../reference/unpool';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { checkGolden, type DifferentiatedCase, goldenTensor } from '../support/checkGolden';
import { loadGolden } from '../support/golden';
import { checkReference, toTensor } from '../support/gradientCheck';
import { createNumbers, randomArray, shuffled } from '../support/randomTensor';

const test = suite('maxUnpool2d');

test("the slides' table: pooled, and unpooled to the remembered positions", async () => {
  const image = tensor([1, 2, 6, 3, 3, 5, 2, 1, 1, 2, 2, 1, 7, 3, 4, 8], [1, 4, 4, 1]);
  const { output, indices } = maxPool2dWithIndices(image, { size: 2 });
  assert.equal([...(await output.data())], [5, 6, 7, 8]);
  assert.equal([...(await indices.data())], [5, 2, 12, 15]);
  const x = tensor([1, 2, 3, 4], [1, 2, 2, 1]);
  const y = maxUnpool2d(x, indices, { size: 2 });
  assert.equal([...(await y.data())], [0, 0, 2, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3, 0, 0, 4]);
  // Unpooling what was pooled keeps the maxima alone.
  const kept = maxUnpool2d(output, indices, { size: 2 });
  assert.equal([...(await kept.data())], [0, 0, 6, 0, 0, 5, 0, 0, 0, 0, 0, 0, 7, 0, 0, 8]);
  const [slope] = gradients(sum(multiply(y, image)), [x]);
  assert.equal([...(await slope.data())], [5, 6, 7, 8]);
});

const cases: [image: number[], settings: Pool2dSettings][] = [
  [[2, 4, 6, 5], { size: [2, 2], stride: [2, 2], padding: [0, 0] }],
  [[1, 7, 5, 16], { size: [2, 2], stride: [2, 2], padding: [0, 0] }],
  [[1, 8, 9, 3], { size: [2, 1], stride: [3, 2], padding: [0, 0] }],
  [[1, 7, 7, 4], { size: [3, 3], stride: [3, 3], padding: [1, 1] }],
  [[2, 7, 5, 3], { size: [3, 3], stride: [2, 2], padding: [0, 0] }],
  [[1, 6, 7, 4], { size: [3, 2], stride: [1, 2], padding: [1, 1] }],
  [[1, 7, 8, 2], { size: [2, 3], stride: [2, 3], padding: [0, 0], ceilMode: true }],
  [[1, 9, 8, 3], { size: [2, 2], stride: [4, 3], padding: [0, 1], dilation: [3, 2] }],
];

for (const [seed, [shape, settings]] of cases.entries()) {
  test(`agrees with its float64 reference: image [${shape}], ${JSON.stringify(settings)}`, async () => {
    const positions = maxPool2dIndices(shuffled(createNumbers(seed), shape), settings);
    const outputSize: [number, number] = [shape[1], shape[2]];
    await checkReference({
      operation: (x) => maxUnpool2d(x, toTensor(positions), { ...settings, outputSize }),
      reference: (x) => reference.maxUnpool2d(x, positions, outputSize),
      inputs: [randomArray(createNumbers(seed + 50), positions.shape)],
      tolerance: { absolute: 0, relative: 1e-7 },
    });
  });
}

test('undoes a pooling with same padding', async () => {
  const image = tensor(
    Float32Array.from({ length: 25 }, (_, i) => i + 1),
    [1, 5, 5, 1],
  );
  const options = { size: 2, padding: 'same' } as const;
  const { output, indices } = maxPool2dWithIndices(image, options);
  assert.equal([...(await output.data())], [7, 9, 10, 17, 19, 20, 22, 24, 25]);
  const kept = await maxUnpool2d(output, indices, { ...options, outputSize: 5 }).data();
  const maxima = [7, 9, 10, 17, 19, 20, 22, 24, 25];
  assert.equal(
    [...kept],
    Array.from({ length: 25 }, (_, i) => (maxima.includes(i + 1) ? i + 1 : 0)),
  );
  assertThrows(
    () => maxUnpool2d(output, indices, options),
    'maxUnpool2d: expected outputSize with padding same, got none',
  );
});

test('of cells with one place, the last wins, and it alone gets the gradient', async () => {
  // The maximum in the middle is that of all four windows.
  const image = tensor([0, 0, 0, 0, 9, 0, 0, 0, 0], [1, 3, 3, 1]);
  const options = { size: 2, stride: 1 };
  const { indices } = maxPool2dWithIndices(image, options);
  const x = tensor([1, 2, 3, 4], [1, 2, 2, 1]);
  const y = maxUnpool2d(x, indices, options);
  assert.equal([...(await y.data())], [0, 0, 0, 0, 4, 0, 0, 0, 0]);
  assert.equal([...(await gradients(sum(y), [x])[0].data())], [0, 0, 0, 1]);
});

const golden = loadGolden('maxUnpool2d').cases;
test(`gives PyTorch's outputs, and its gradients where no windows overlap (${golden.length} cases)`, async () => {
  let differentiated = 0;
  for (const one of golden) {
    const { inputs, indices, options, output, gradients: slopes } = one;
    if (slopes) {
      differentiated++;
      await checkGolden(({ x }) => maxUnpool2d(x, goldenTensor(indices!), options as any), one as DifferentiatedCase);
    } else {
      const found = maxUnpool2d(goldenTensor(inputs.x), goldenTensor(indices!), options as any);
      assertAllClose(await found.data(), output!.data, { name: one.name });
    }
  }
  assert.is(differentiated, 5);
  assert.is(golden.length, 8);
});

test('the shape function checks without a device', () => {
  assert.equal(maxUnpool2dShape([2, 3, 4, 5], [2, 3, 4, 5], { size: 2 }).shape, [2, 6, 8, 5]);
  assert.equal(maxUnpool2dShape([2, 3, 4, 5], [2, 3, 4, 5], { size: 2, outputSize: [7, 9] }).shape, [2, 7, 9, 5]);
  assert.equal(maxUnpool2dShape([1, 3, 3, 1], [1, 3, 3, 1], { size: 3, stride: 2, padding: 1 }).shape, [1, 5, 5, 1]);
  const x = zeros([1, 2, 2, 1]);
  assertThrows(
    () => maxUnpool2d(zeros([2, 2, 1]), x, { size: 2 }),
    'maxUnpool2d: expected x [N, H, W, C], got [2, 2, 1]',
  );
  assertThrows(
    () => maxUnpool2d(x, zeros([1, 2, 1, 1]), { size: 2 }),
    'maxUnpool2d: expected indices [1, 2, 2, 1], got [1, 2, 1, 1]',
  );
  assertThrows(
    () => maxUnpool2d(x, x, { size: 0 }),
    'maxUnpool2d: expected size to be one or two whole numbers ≥ 1, got 0',
  );
  assertThrows(
    () => maxUnpool2d(x, x, { size: 2, outputSize: [4, 6] }),
    'maxUnpool2d: expected an outputSize that pools to [2, 2], got [4, 6], which pools to [2, 3]',
  );
});

test('known indices must lie inside their own windows', () => {
  const x = zeros([1, 2, 2, 1]);
  for (const [position, wrong] of [
    [2, [2, 2, 8, 10]],
    [0.5, [0.5, 2, 8, 10]],
    [-1, [-1, 2, 8, 10]],
    [16, [0, 2, 8, 16]],
    [Number.NaN, [Number.NaN, 2, 8, 10]],
  ] as [number, number[]][]) {
    const cell = position === 16 ? '[1, 1]' : '[0, 0]';
    assertThrows(
      () => maxUnpool2d(x, tensor(wrong, [1, 2, 2, 1]), { size: 2 }),
      `maxUnpool2d: expected indices inside their own windows of an image [4, 4], got ${position} for cell ${cell}`,
    );
  }
});

test('no images', async () => {
  for (const options of [{ size: 2 }, { size: 3, stride: 2 }]) {
    const x = zeros([0, 2, 2, 3]);
    const y = maxUnpool2d(x, zeros([0, 2, 2, 3]), options);
    assert.is(y.shape[0], 0);
    assert.is((await gradients(sum(y), [x])[0].data()).length, 0);
  }
});

test.run();
