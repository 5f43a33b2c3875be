import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  adaptiveAvgPool2d,
  adaptiveMaxPool2d,
  adaptiveMaxPool2dWithIndices,
  deviceReport,
  gradients,
  sum,
  type Tensor,
  tensor,
  zeros,
} from '../../src/index';
import { adaptivePool2dShape } from '../../src/ops/adaptivePool2d';
import * as reference from '../reference/pool2d';
import { assertThrows } from '../support/assertThrows';
import { checkReference } from '../support/gradientCheck';
import { createNumbers, randomArray, shuffled } from '../support/randomTensor';

const test = suite('adaptivePool2d');
const exact = { absolute: 0, relative: 0 };
const tight = { absolute: 1e-5, relative: 1e-5 };

const values = async (x: Tensor) => [...(await x.data())];

test('hand integers: five columns as three, of which two are shared', async () => {
  const x = tensor([1, 2, 9, 4, 6], [1, 1, 5, 1]);
  const { output, indices } = adaptiveMaxPool2dWithIndices(x, { size: [1, 3] });
  assert.equal([...output.shape], [1, 1, 3, 1]);
  assert.equal(await values(output), [2, 9, 6]);
  assert.equal(await values(indices), [1, 2, 4]);
  assert.equal(await values(adaptiveAvgPool2d(x, { size: [1, 3] })), [1.5, 5, 5]);
  // More bins than cells: cells are repeated.
  assert.equal(await values(adaptiveMaxPool2d(tensor([1, 2], [1, 2, 1, 1]), { size: [4, 1] })), [1, 1, 2, 2]);
  assert.equal(await values(adaptiveAvgPool2d(x, { size: 1 })), [Math.fround(22 / 5)]);
});

const cases: [x: number[], size: [number, number]][] = [
  [
    [2, 4, 6, 3],
    [2, 3],
  ],
  [
    [1, 5, 7, 4],
    [3, 2],
  ],
  [
    [2, 7, 7, 1],
    [7, 7],
  ],
  [
    [1, 3, 4, 5],
    [5, 6],
  ],
  [
    [2, 8, 9, 2],
    [1, 1],
  ],
  [
    [1, 13, 10, 8],
    [6, 7],
  ],
  // In float32, 3 · (10 / 6) is more than 5, and a cell too many would belong to the bin.
  [
    [1, 10, 10, 1],
    [6, 6],
  ],
];

for (const [seed, [shape, size]] of cases.entries()) {
  test(`agrees with its float64 reference: x [${shape}] to [${size}]`, async () => {
    await checkReference({
      operation: (x) => adaptiveAvgPool2d(x, { size }),
      reference: (x) => reference.adaptiveAvgPool2d(x, size),
      inputs: [randomArray(createNumbers(seed), shape)],
      tolerance: tight,
      gradientTolerance: tight,
    });
    const inputs = [shuffled(createNumbers(seed), shape)];
    await checkReference({
      operation: (x) => adaptiveMaxPool2d(x, { size }),
      reference: (x) => reference.adaptiveMaxPool2d(x, size),
      inputs,
      tolerance: exact,
    });
    await checkReference({
      operation: (x) => adaptiveMaxPool2dWithIndices(x, { size }).indices,
      reference: (x) => reference.adaptiveMaxPool2dIndices(x, size),
      inputs,
      differentiable: [],
      tolerance: exact,
    });
  });
}

test('a NaN spoils the bins that hold it, and no other', async () => {
  // WebGPU leaves open what becomes of NaN.
  if ((await deviceReport()).backend === 'webgpu') return;
  const { NaN: none } = Number;
  // Bins [0, 2), [1, 4), [3, 5): the third cell belongs to the second alone.
  const x = tensor([1, 2, none, 4, 5], [1, 1, 5, 1]);
  assert.equal(await values(adaptiveAvgPool2d(x, { size: [1, 3] })), [1.5, none, 4.5]);
  const { output, indices } = adaptiveMaxPool2dWithIndices(x, { size: [1, 3] });
  assert.equal(
    [await values(output), await values(indices)],
    [
      [2, none, 5],
      [1, 2, 4],
    ],
  );
  const least = Number.NEGATIVE_INFINITY;
  const low = adaptiveMaxPool2dWithIndices(tensor([least, least, least, 0, 0], [1, 1, 5, 1]), { size: [1, 3] });
  assert.equal(await values(low.indices), [0, 3, 3]);
});

test('the first of equal values wins and gets the gradient', async () => {
  const x = tensor([7, 7, 7, 7, 7], [1, 1, 5, 1]);
  const { output, indices } = adaptiveMaxPool2dWithIndices(x, { size: [1, 3] });
  assert.equal(await values(indices), [0, 1, 3]);
  assert.equal(await values(gradients(sum(output), [x])[0]), [1, 1, 0, 1, 0]);
});

test('the shape function checks without a device', () => {
  const { shape, rows } = adaptivePool2dShape('adaptiveAvgPool2d', [2, 5, 6, 3], { size: [3, 2] });
  assert.equal(shape, [2, 3, 2, 3]);
  assert.equal(rows.bins, [
    [0, 2],
    [1, 4],
    [3, 5],
  ]);
  assert.equal(rows.holders, [
    [0, 1],
    [0, 2],
    [1, 2],
    [1, 3],
    [2, 3],
  ]);
  assertThrows(
    () => adaptiveAvgPool2d(zeros([5, 6, 3]), { size: 2 }),
    'adaptiveAvgPool2d: expected x [N, H, W, C], got [5, 6, 3]',
  );
  assertThrows(
    () => adaptiveMaxPool2d(zeros([1, 5, 6, 3]), { size: 0 }),
    'adaptiveMaxPool2d: expected size to be one or two whole numbers ≥ 1, got 0',
  );
  assertThrows(
    () => adaptiveMaxPool2d(zeros([1, 0, 6, 3]), { size: 1 }),
    'adaptiveMaxPool2d: expected an image with pixels, got [1, 0, 6, 3]',
  );
});

test('no images', async () => {
  const x = zeros([0, 5, 4, 3]);
  for (const pool of [adaptiveAvgPool2d, adaptiveMaxPool2d]) {
    for (const size of [1, 2, 3]) {
      const y = pool(x, { size });
      assert.equal([...y.shape], [0, size, size, 3]);
      assert.is((await gradients(sum(y), [x])[0].data()).length, 0);
    }
  }
});

test.run();
