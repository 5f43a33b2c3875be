import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  avgPool2d,
  deviceReport,
  gradients,
  maxPool2d,
  maxPool2dWithIndices,
  sum,
  tensor,
  zeros,
} from '../../src/index';
import { pool2dShape } from '../../src/ops/pool2d';
import * as reference from '../reference/pool2d';
import { assertThrows } from '../support/assertThrows';
import { checkReference } from '../support/gradientCheck';
import { createNumbers, randomArray, shuffled } from '../support/randomTensor';

const test = suite('pool2d');

test('hand integers', async () => {
  const x = tensor([1, 2, 5, 6, 3, 4, 7, 9, 0, 0, 1, 1, 8, 0, 1, 1], [1, 4, 4, 1]);
  const { output, indices } = maxPool2dWithIndices(x, { size: 2 });
  assert.equal([...output.shape], [1, 2, 2, 1]);
  assert.equal([...(await output.data())], [4, 9, 8, 1]);
  assert.equal([...(await indices.data())], [5, 7, 12, 10]);
  assert.equal([...(await avgPool2d(x, { size: 2 }).data())], [2.5, 6.75, 2, 1]);
  // The corner window covers one pixel and three cells of padding.
  const corner = { size: 2, stride: 8, padding: 1 };
  assert.equal([...(await avgPool2d(x, corner).data())], [0.25]);
  assert.equal([...(await avgPool2d(x, { ...corner, countIncludePad: false }).data())], [1]);
});

const cases: [x: number[], settings: reference.Pool2dSettings][] = [
  [[1, 4, 4, 1], { size: [2, 2], stride: [2, 2], padding: [0, 0] }],
  [[2, 5, 7, 3], { size: [2, 2], stride: [2, 2], padding: [0, 0] }],
  [[1, 7, 5, 5], { size: [3, 3], stride: [2, 2], padding: [1, 1] }],
  [[3, 5, 6, 1], { size: [3, 2], stride: [1, 1], padding: [0, 1] }],
  [[1, 5, 9, 7], { size: [1, 3], stride: [2, 4], padding: [0, 1] }],
  [[2, 3, 3, 2], { size: [3, 3], stride: [1, 1], padding: [1, 1] }],
  // Sides that differ, as 'same' makes them.
  [
    [2, 6, 7, 3],
    {
      size: [3, 3],
      stride: [2, 2],
      padding: [
        [0, 1],
        [1, 1],
      ],
    },
  ],
  [
    [1, 5, 6, 4],
    {
      size: [2, 4],
      stride: [1, 3],
      padding: [
        [1, 0],
        [0, 2],
      ],
    },
  ],
  [[1, 9, 8, 2], { size: [3, 2], stride: [1, 2], padding: [0, 0], dilation: [2, 3] }],
  [[2, 9, 7, 1], { size: [3, 3], stride: [2, 1], padding: [2, 1], dilation: [3, 2] }],
  [[1, 6, 7, 3], { size: [3, 2], stride: [2, 2], padding: [0, 0], ceilMode: true }],
  [[2, 7, 8, 2], { size: [3, 3], stride: [3, 2], padding: [1, 1], ceilMode: true }],
  // The last window would begin on the border behind the image, so there is none.
  [[1, 5, 5, 1], { size: [2, 2], stride: [3, 3], padding: [1, 1], ceilMode: true }],
  [
    [1, 9, 8, 2],
    {
      size: [3, 2],
      stride: [3, 4],
      padding: [
        [1, 2],
        [0, 1],
      ],
      dilation: [2, 2],
      ceilMode: true,
    },
  ],
  // A window larger than the image.
  [[1, 2, 3, 2], { size: [3, 5], stride: [2, 3], padding: [0, 0], ceilMode: true }],
];

for (const [seed, [shape, settings]] of cases.entries()) {
  test(`agrees with its float64 reference: x [${shape}], ${JSON.stringify(settings)}`, async () => {
    const inputs = [shuffled(createNumbers(seed), shape)];
    await checkReference({
      operation: (x) => maxPool2d(x, settings),
      reference: (x) => reference.maxPool2d(x, settings),
      inputs,
      tolerance: { absolute: 0, relative: 0 },
    });
    await checkReference({
      operation: (x) => maxPool2dWithIndices(x, settings).indices,
      reference: (x) => reference.maxPool2dIndices(x, settings),
      inputs,
      differentiable: [],
      tolerance: { absolute: 0, relative: 0 },
    });
    for (const countIncludePad of [true, false]) {
      await checkReference({
        operation: (x) => avgPool2d(x, { ...settings, countIncludePad }),
        reference: (x) => reference.avgPool2d(x, settings, countIncludePad),
        inputs: [randomArray(createNumbers(seed), shape)],
      });
    }
  });
}

const { NaN: none, NEGATIVE_INFINITY: least } = Number;
/** The four cells of a window, the largest, its place, and the place of the one NaN that PyTorch's argmax takes. */
const odd: [cells: number[], largest: number, place: number][] = [
  [[1, none, 3, 4], none, 1],
  [[none, 9, 9, 9], none, 0],
  [[1, 2, none, none], none, 3],
  [[none, none, none, none], none, 3],
  [[least, least, least, least], least, 0],
  [[least, least, -3.2e38, least], -3.2e38, 2],
];

for (const [cells, largest, place] of odd) {
  test(`in PyTorch's order [${cells}] has its largest at ${place}, inside its window`, async () => {
    // WebGPU leaves open what becomes of NaN and infinities.
    if ((await deviceReport()).backend === 'webgpu') return;
    // The window is the last of nine; the others hold zeros.
    const x = Float32Array.from({ length: 36 }, (_, i) => (i >= 28 && i % 6 > 3 ? cells.shift()! : 0));
    const at = [28, 29, 34, 35][place];
    const { output, indices } = maxPool2dWithIndices(tensor(x, [1, 6, 6, 1]), { size: 2 });
    const input = tensor(x, [1, 6, 6, 1]);
    const slope = gradients(sum(maxPool2d(input, { size: 2 })), [input])[0];
    assert.ok(Object.is((await output.data())[8], Math.fround(largest)));
    assert.is((await indices.data())[8], at);
    assert.equal(
      [...(await slope.data())]
        .map((value, i) => [value, i])
        .filter(([value, i]) => value === 1 && i >= 28 && i % 6 > 3),
      [[1, at]],
    );
  });
}

test('same padding: with stride 2 and even sizes 0 before and 1 after, in the mean only what lies inside', async () => {
  const x = tensor(
    Float32Array.from({ length: 16 }, (_, i) => i + 1),
    [1, 4, 4, 1],
  );
  const options = { size: 3, stride: 2, padding: 'same' } as const;
  assert.equal([...(await maxPool2d(x, options).data())], [11, 12, 15, 16]);
  assert.equal([...(await avgPool2d(x, { ...options, countIncludePad: false }).data())], [6, 7.5, 12, 13.5]);
});

test('ceilMode: what is left over gets a window', async () => {
  const x = tensor([1, 2, 3, 4, 5], [1, 1, 5, 1]);
  const options = { size: [1, 2], ceilMode: true } as const;
  assert.equal([...(await maxPool2d(x, options).data())], [2, 4, 5]);
  assert.equal([...(await avgPool2d(x, options).data())], [1.5, 3.5, 5]);
});

test('the first of equal values wins and gets the gradient; padding never wins', async () => {
  const x = tensor([-3, -3, -3, -3], [1, 2, 2, 1]);
  const { output, indices } = maxPool2dWithIndices(x, { size: 2 });
  assert.equal([...(await indices.data())], [0]);
  assert.equal([...(await gradients(sum(output), [x])[0].data())], [1, 0, 0, 0]);
  assert.equal([...(await maxPool2d(x, { size: 2, padding: 1 }).data())], [-3, -3, -3, -3]);
});

test('the shape function checks without a device', () => {
  assert.equal(pool2dShape('maxPool2d', [2, 7, 8, 3], { size: 3, stride: 2, padding: 1 }).shape, [2, 4, 4, 3]);
  assertThrows(
    () => pool2dShape('maxPool2d', [7, 8, 3], { size: 2 }),
    'maxPool2d: expected x [N, H, W, C], got [7, 8, 3]',
  );
  assertThrows(
    () => maxPool2d(zeros([1, 4, 4, 1]), { size: 0 }),
    'maxPool2d: expected size to be one or two whole numbers ≥ 1, got 0',
  );
  assertThrows(
    () => avgPool2d(zeros([1, 4, 4, 1]), { size: 3, padding: 2 }),
    'avgPool2d: expected padding of at most half a window, got [2, 2] with size [3, 3]',
  );
  assertThrows(
    () => avgPool2d(zeros([1, 2, 4, 1]), { size: 3 }),
    'avgPool2d: expected an image at least as large as the window, got [1, 2, 4, 1] with size [3, 3]',
  );
  assert.equal(pool2dShape('maxPool2d', [2, 7, 8, 3], { size: 3, stride: 2, padding: 'same' }).shape, [2, 4, 4, 3]);
  assert.equal(pool2dShape('maxPool2d', [2, 8, 8, 3], { size: 3, stride: 2, ceilMode: true }).shape, [2, 4, 4, 3]);
  assertThrows(
    () => maxPool2d(zeros([1, 4, 4, 1]), { size: 2, dilation: 0 }),
    'maxPool2d: expected dilation to be one or two whole numbers ≥ 1, got 0',
  );
  assertThrows(
    () =>
      maxPool2d(zeros([1, 4, 4, 1]), {
        size: 3,
        padding: [
          [0, 2],
          [0, 0],
        ],
      }),
    'maxPool2d: expected padding of at most half a window, got [[0, 2], [0, 0]] with size [3, 3]',
  );
  assertThrows(
    () => maxPool2d(zeros([1, 4, 4, 1]), { size: 2, padding: [[0, 1]] }),
    'maxPool2d: expected padding [before, after] ≥ 0 for each of 2 axes, got [[0, 1]]',
  );
  assertThrows(
    () => maxPool2d(zeros([1, 4, 4, 1]), { size: 2, padding: 'valid' as 'same' }),
    'maxPool2d: expected padding same or numbers, got valid',
  );
  assertThrows(
    () => maxPool2d(zeros([1, 4, 4, 1]), { size: 3, dilation: 2 }),
    'maxPool2d: expected an image at least as large as the window, got [1, 4, 4, 1] with size [3, 3] and dilation [2, 2]',
  );
  assertThrows(
    () => avgPool2d(zeros([1, 1, 4, 1]), { size: [2, 1], dilation: [4, 1], padding: [2, 0] }),
    'avgPool2d: expected every window to meet a pixel, got [1, 1, 4, 1] with size [2, 1], dilation [4, 1] and padding [2, 0]',
  );
  assertThrows(
    () => maxPool2d(zeros([1, 0, 4, 1]), { size: 2, padding: 1 }),
    'maxPool2d: expected an image at least as large as the window, got [1, 0, 4, 1] with size [2, 2]',
  );
});

test('no images', async () => {
  const x = zeros([0, 4, 4, 3]);
  for (const pool of [maxPool2d, avgPool2d]) {
    const y = pool(x, { size: 2 });
    assert.equal([...y.shape], [0, 2, 2, 3]);
    assert.is((await gradients(sum(y), [x])[0].data()).length, 0);
  }
});

test.run();
