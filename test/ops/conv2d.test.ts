import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { conv2d, gradients, ones, sum, tanh, tensor, zeros } from '../../src/index';
import { conv2dShape } from '../../src/ops/conv2d';
import * as reference from '../reference/conv2d';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { checkReference, gradientCheck, toTensor } from '../support/gradientCheck';
import { createNumbers, randomArray } from '../support/randomTensor';

const test = suite('conv2d');

test('hand integers', async () => {
  const image = tensor([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1]);
  const diagonal = tensor([1, 0, 0, -1], [2, 2, 1, 1]);
  const y = conv2d(image, diagonal, { bias: tensor([10]) });
  assert.equal([...y.shape], [1, 2, 2, 1]);
  assert.equal([...(await y.data())], [6, 6, 6, 6]);
  const padded = conv2d(image, ones([3, 3, 1, 1]), { padding: 1, stride: 2 });
  assert.equal([...(await padded.data())], [12, 16, 24, 28]);
});

interface Case extends reference.Conv2dSettings {
  x: number[];
  weight: number[];
  bias?: boolean;
}

const cases: Case[] = [
  { x: [1, 1, 1, 1], weight: [1, 1, 1, 1] },
  { x: [2, 5, 7, 3], weight: [3, 3, 3, 5], bias: true },
  { x: [1, 5, 4, 3], weight: [3, 3, 3, 7], padding: [1, 1] },
  { x: [3, 7, 6, 1], weight: [3, 3, 1, 3], stride: [2, 2], padding: [1, 1] },
  { x: [1, 7, 8, 2], weight: [3, 2, 2, 3], stride: [3, 2], padding: [2, 0] },
  { x: [1, 7, 6, 3], weight: [3, 3, 3, 1], dilation: [2, 2], padding: [2, 2] },
  { x: [1, 6, 9, 2], weight: [2, 3, 2, 3], dilation: [3, 2], stride: [1, 2], padding: [1, 3], bias: true },
  { x: [2, 3, 3, 5], weight: [1, 1, 5, 3], stride: [2, 2] },
  // The padding reaches past what any window reads, and some pixels are read by none.
  { x: [1, 5, 5, 1], weight: [1, 2, 1, 1], stride: [3, 3], padding: [0, 2] },
  { x: [1, 4, 5, 4], weight: [3, 3, 2, 6], groups: 2, padding: [1, 1], bias: true },
  { x: [2, 7, 4, 4], weight: [3, 2, 2, 6], groups: 2, stride: [2, 1], padding: [1, 0], dilation: [1, 2] },
  { x: [2, 4, 7, 2], weight: [2, 3, 1, 4], groups: 2, stride: [1, 3], padding: [0, 2], dilation: [2, 1] },
  { x: [2, 5, 5, 3], weight: [3, 3, 1, 3], groups: 3, stride: [2, 2], padding: [1, 1] },
  { x: [1, 5, 6, 5], weight: [2, 3, 1, 10], groups: 5, dilation: [2, 1] },
  // More than 16 output rows: the weight gradient works in blocks.
  { x: [3, 7, 3, 1], weight: [2, 2, 1, 3], padding: [1, 1] },
];

for (const { x, weight, bias = false, ...settings } of cases) {
  test(`agrees with its float64 reference: x [${x}], weight [${weight}], ${JSON.stringify(settings)}`, async () => {
    const next = createNumbers(x.length + weight[3]);
    const inputs = [randomArray(next, x), randomArray(next, weight)];
    if (bias) inputs.push(randomArray(next, [weight[3]]));
    await checkReference({
      operation: (image, filters, offset) => conv2d(image, filters, { ...settings, bias: offset }),
      reference: (image, filters, offset = null as any) => reference.conv2d(image, filters, offset, settings),
      inputs,
    });
  });
}

test('a larger batch on threads agrees with its float64 reference', async () => {
  const next = createNumbers(8);
  const [x, weight] = [randomArray(next, [4, 33, 31, 8]), randomArray(next, [3, 3, 8, 16])];
  const y = conv2d(toTensor(x), toTensor(weight), { padding: 1 });
  const expected = reference.conv2d(x, weight, null, { padding: [1, 1] });
  assertAllClose(await y.data(), expected.data, { name: 'values', relative: 1e-4, absolute: 1e-4 });
});

test('float32 differences agree with the gradients of two layers', async () => {
  const next = createNumbers(4);
  await gradientCheck(
    (x, first, second) => {
      return sum(conv2d(tanh(conv2d(x, first, { padding: 1 })), second, { stride: 2 }));
    },
    [randomArray(next, [1, 5, 5, 2]), randomArray(next, [3, 3, 2, 3]), randomArray(next, [3, 3, 3, 2])],
    { step: 1e-2 },
  );
});

test('the shape function checks without a device', () => {
  assert.equal(conv2dShape([2, 7, 8, 3], [3, 2, 3, 5], { stride: [2, 3], padding: [1, 0] }).y, [2, 4, 3, 5]);
  const weight = [3, 3, 3, 4];
  const x = [1, 5, 5, 3];
  assertThrows(() => conv2dShape([5, 5, 3], weight), 'conv2d: expected x [N, H, W, Cin], got [5, 5, 3]');
  assertThrows(() => conv2dShape(x, [3, 3, 3]), 'conv2d: expected weight [kh, kw, Cin / groups, Cout], got [3, 3, 3]');
  assertThrows(
    () => conv2dShape(x, [3, 3, 4, 4]),
    'conv2d: expected weight [kh, kw, 3, Cout] for x [1, 5, 5, 3], got [3, 3, 4, 4]',
  );
  assertThrows(
    () => conv2dShape(x, weight, { groups: 2 }),
    'conv2d: expected groups to divide 3 and 4 channels, got 2',
  );
  assertThrows(
    () => conv2dShape([1, 2, 5, 3], weight),
    'conv2d: expected an image at least as large as the window, got [1, 2, 5, 3] with window [3, 3, 3, 4]',
  );
  assertThrows(
    () => conv2dShape(x, weight, { stride: 0 }),
    'conv2d: expected stride to be one or two whole numbers ≥ 1, got 0',
  );
  assertThrows(
    () => conv2dShape(x, weight, { padding: [1, -1] }),
    'conv2d: expected padding to be one or two whole numbers ≥ 0, got [1, -1]',
  );
  assertThrows(
    () => conv2dShape(x, weight, { dilation: 1.5 }),
    'conv2d: expected dilation to be one or two whole numbers ≥ 1, got 1.5',
  );
  assertThrows(
    () => conv2dShape(x, [0, 3, 3, 4]),
    'conv2d: expected a window of at least one tap, got weight [0, 3, 3, 4]',
  );
  assertThrows(() => conv2d(zeros(x), zeros(weight), { bias: zeros([3]) }), 'conv2d: expected bias [4], got [3]');
});

test('no images give no outputs and no slope', async () => {
  for (const [groups, inPerGroup] of [
    [1, 2],
    [2, 1],
  ]) {
    const [x, weight, bias] = [zeros([0, 4, 4, 2]), ones([3, 3, inPerGroup, 2]), ones([2])];
    const y = conv2d(x, weight, { groups, bias });
    assert.equal([...y.shape], [0, 2, 2, 2]);
    const slopes = gradients(sum(y), [x, weight, bias]);
    assert.is((await slopes[0].data()).length, 0);
    assert.equal([...(await slopes[1].data())], new Array(9 * inPerGroup * 2).fill(0));
    assert.equal([...(await slopes[2].data())], [0, 0]);
  }
});

test.run();
