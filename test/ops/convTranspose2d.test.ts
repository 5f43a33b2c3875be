import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { conv2d, convTranspose2d, gradients, multiply, ones, sum, tanh, tensor, zeros } from '../../src/index';
import { convTranspose2dShape } from '../../src/ops/convTranspose2d';
import * as reference from '../reference/conv';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { checkReference, gradientCheck, toTensor } from '../support/gradientCheck';
import { createNumbers, randomArray } from '../support/randomTensor';

const test = suite('convTranspose2d');

const square = tensor([1, 2, 3, 4], [1, 2, 2, 1]);
const filter = tensor([1, 2, 3, 4, 5, 6, 7, 8, 9], [3, 3, 1, 1]);
// Four copies of the filter, weighed 1, 2, 3 and 4, two pixels apart.
const overlapping = [
  [1, 2, 3 + 2, 4, 6],
  [4, 5, 6 + 8, 10, 12],
  [7 + 3, 8 + 6, 9 + 14 + 9 + 4, 16 + 8, 18 + 12],
  [12, 15, 18 + 16, 20, 24],
  [21, 24, 27 + 28, 32, 36],
];

test('a 3×3 filter with stride 2 takes 2×2 to 5×5: weighed copies of the filter, summed where they overlap', async () => {
  const y = convTranspose2d(square, filter, { stride: 2 });
  assert.equal([...y.shape], [1, 5, 5, 1]);
  assert.equal([...(await y.data())], overlapping.flat());
});

test('the 5×5 trimmed by one row and column on one side is the 4×4 of padding 1 and output padding 1', async () => {
  const y = convTranspose2d(square, filter, { stride: 2, padding: 1, outputPadding: 1 });
  assert.equal([...y.shape], [1, 4, 4, 1]);
  assert.equal(
    [...(await y.data())],
    overlapping.slice(1).flatMap((row) => row.slice(1)),
  );
});

test('padding 1 alone trims both sides: 3×3, not 4×4', async () => {
  const y = convTranspose2d(square, filter, { stride: 2, padding: 1 });
  assert.equal([...y.shape], [1, 3, 3, 1]);
  assert.equal(
    [...(await y.data())],
    overlapping.slice(1, 4).flatMap((row) => row.slice(1, 4)),
  );
});

test('a bias is added everywhere, also where no window reaches', async () => {
  const y = convTranspose2d(ones([1, 2, 1, 1]), ones([1, 1, 1, 1]), {
    stride: [2, 1],
    outputPadding: [1, 0],
    bias: tensor([10]),
  });
  assert.equal([...(await y.data())], [11, 10, 11, 10]);
});

test('the shape is that of the image which the convolution with the same weight reads', async () => {
  const x = zeros([2, 8, 7, 6]);
  const weight = zeros([3, 4, 3, 10]);
  const settings = { stride: [2, 1], padding: [1, 2], groups: 2 } as const;
  const y = conv2d(x, weight, settings);
  assert.equal([...y.shape], [2, 4, 8, 10]);
  assert.equal([...convTranspose2d(y, weight, { ...settings, outputPadding: [1, 0] }).shape], [2, 8, 7, 6]);
});

test('it is the adjoint of conv2d: ⟨conv2d(x, w), y⟩ = ⟨x, convTranspose2d(y, w)⟩', async () => {
  const next = createNumbers(5);
  const settings = { stride: 2, padding: 1, dilation: [1, 2] } as const;
  const [x, weight] = [randomArray(next, [2, 9, 8, 3]), randomArray(next, [3, 2, 3, 5])].map(toTensor);
  const forward = conv2d(x, weight, settings);
  const y = toTensor(randomArray(next, forward.shape));
  const left = await sum(multiply(forward, y)).item();
  const back = convTranspose2d(y, weight, { ...settings, outputPadding: [0, 1] });
  const right = await sum(multiply(x, back)).item();
  assert.ok(Math.abs(left) > 0.1);
  assertAllClose([right], [left], { relative: 1e-5, absolute: 1e-5 });
});

interface Case extends reference.ConvTransposeSettings {
  x: number[];
  weight: number[];
  bias?: boolean;
}

const cases: Case[] = [
  { x: [1, 1, 1, 1], weight: [1, 1, 1, 1] },
  { x: [2, 4, 5, 3], weight: [3, 3, 5, 3], bias: true },
  { x: [1, 5, 4, 3], weight: [3, 3, 4, 3], padding: [1, 1], bias: true },
  // Whole lanes and even sizes, as decoders have them: these run on tiles.
  { x: [2, 3, 4, 4], weight: [2, 2, 4, 4], stride: [2, 2], bias: true },
  { x: [1, 4, 4, 3], weight: [4, 4, 8, 3], stride: [2, 2], padding: [1, 1] },
  { x: [1, 3, 4, 5], weight: [3, 3, 3, 5], stride: [2, 2], padding: [1, 1], outputPadding: [1, 1], bias: true },
  { x: [1, 3, 2, 2], weight: [8, 8, 2, 2], stride: [4, 4], padding: [2, 2] },
  { x: [1, 3, 3, 2], weight: [3, 2, 3, 2], stride: [2, 1], padding: [0, 1], outputPadding: [1, 0] },
  // Strides past the window leave rows and columns that nothing reaches.
  { x: [2, 3, 2, 3], weight: [2, 1, 2, 3], stride: [3, 2], outputPadding: [2, 1], bias: true },
  { x: [1, 3, 4, 2], weight: [3, 2, 3, 2], dilation: [2, 3], padding: [1, 1] },
  { x: [1, 3, 3, 2], weight: [2, 3, 2, 2], stride: [3, 2], dilation: [2, 2], padding: [1, 2], outputPadding: [2, 1] },
  // Output padding past the stride, which a dilation past the stride allows.
  { x: [1, 3, 4, 2], weight: [2, 2, 3, 2], stride: [1, 2], dilation: [3, 4], outputPadding: [2, 3], bias: true },
  // Padding past the window: only the middle is left.
  { x: [1, 5, 6, 2], weight: [2, 1, 3, 2], padding: [2, 1] },
  {
    x: [2, 3, 4, 4],
    weight: [3, 3, 3, 4],
    groups: 2,
    stride: [2, 2],
    padding: [1, 1],
    outputPadding: [1, 0],
    bias: true,
  },
  { x: [1, 4, 3, 6], weight: [2, 3, 1, 6], groups: 3, dilation: [2, 1], stride: [1, 2] },
  { x: [2, 4, 3, 4], weight: [3, 3, 1, 4], groups: 4, stride: [2, 2], padding: [1, 1] },
];

for (const { x, weight, bias = false, ...settings } of cases) {
  test(`agrees with its float64 reference: x [${x}], weight [${weight}], ${JSON.stringify(settings)}`, async () => {
    const next = createNumbers(x.length + weight[0]);
    const inputs = [randomArray(next, x), randomArray(next, weight)];
    if (bias) inputs.push(randomArray(next, [weight[2] * (settings.groups ?? 1)]));
    await checkReference({
      operation: (image, filters, offset) => convTranspose2d(image, filters, { ...settings, bias: offset } as object),
      reference: (image, filters, offset = null as any) => reference.convTranspose(image, filters, offset, settings),
      inputs,
    });
  });
}

test('a larger batch on threads agrees with its float64 reference', async () => {
  const next = createNumbers(8);
  const [x, weight] = [randomArray(next, [4, 8, 8, 8]), randomArray(next, [4, 4, 4, 8])];
  const y = convTranspose2d(toTensor(x), toTensor(weight), { stride: 2, padding: 1 });
  const expected = reference.convTranspose(x, weight, null, { stride: [2, 2], padding: [1, 1] });
  assertAllClose(await y.data(), expected.data, { name: 'values', relative: 1e-4, absolute: 1e-4 });
});

test('float32 differences agree with the gradients of a layer down and a layer up', async () => {
  const next = createNumbers(4);
  await gradientCheck(
    (x, first, second) => {
      const down = tanh(conv2d(x, first, { stride: 2, padding: 1 }));
      return sum(tanh(convTranspose2d(down, second, { stride: 2, padding: 1, outputPadding: 1 })));
    },
    [randomArray(next, [1, 6, 6, 2]), randomArray(next, [3, 3, 2, 3]), randomArray(next, [3, 3, 2, 3])],
    { step: 1e-2 },
  );
});

test('the shape function checks without a device', () => {
  assert.equal(convTranspose2dShape([2, 4, 3, 6], [3, 4, 5, 6], { stride: [2, 3], padding: [1, 0] }).x, [2, 7, 10, 5]);
  assert.equal(convTranspose2dShape([1, 2, 2, 4], [3, 3, 3, 4], { groups: 2 }).x, [1, 4, 4, 6]);
  const x = [1, 5, 5, 3];
  const weight = [3, 3, 4, 3];
  assertThrows(
    () => convTranspose2dShape([5, 5, 3], weight),
    'convTranspose2d: expected x [N, H, W, Cin], got [5, 5, 3]',
  );
  assertThrows(
    () => convTranspose2dShape(x, [3, 3, 3]),
    'convTranspose2d: expected weight [kh, kw, Cout / groups, Cin], got [3, 3, 3]',
  );
  assertThrows(
    () => convTranspose2dShape(x, [3, 3, 3, 4]),
    'convTranspose2d: expected weight [kh, kw, Cout / groups, 3] for x [1, 5, 5, 3], got [3, 3, 3, 4]',
  );
  assertThrows(
    () => convTranspose2dShape(x, weight, { groups: 2 }),
    'convTranspose2d: expected groups to divide 3 channels, got 2',
  );
  assertThrows(
    () => convTranspose2dShape(x, weight, { outputPadding: 1 }),
    'convTranspose2d: expected outputPadding below stride [1, 1] or dilation [1, 1], got [1, 1]',
  );
  assertThrows(
    () => convTranspose2dShape(x, weight, { stride: 2, outputPadding: [0, 2] }),
    'convTranspose2d: expected outputPadding below stride [2, 2] or dilation [1, 1], got [0, 2]',
  );
  assertThrows(
    () => convTranspose2dShape(x, weight, { outputPadding: -1 }),
    'convTranspose2d: expected outputPadding to be one or two whole numbers ≥ 0, got -1',
  );
  assertThrows(
    () => convTranspose2dShape(x, weight, { stride: 0 }),
    'convTranspose2d: expected stride to be one or two whole numbers ≥ 1, got 0',
  );
  assertThrows(
    () => convTranspose2dShape(x, weight, { padding: [4, 0] }),
    'convTranspose2d: expected images of at least one pixel, got [1, 5, 5, 3] and a result of [1, -1, 7, 4]',
  );
  assertThrows(
    () => convTranspose2dShape([1, 0, 5, 3], weight),
    'convTranspose2d: expected images of at least one pixel, got [1, 0, 5, 3] and a result of [1, 2, 7, 4]',
  );
  assertThrows(
    () => convTranspose2dShape(x, [3, 0, 4, 3]),
    'convTranspose2d: expected a window of at least one tap, got weight [3, 0, 4, 3]',
  );
  assertThrows(
    () => convTranspose2d(zeros(x), zeros(weight), { bias: zeros([3]) }),
    'convTranspose2d: expected bias [4], got [3]',
  );
});

test('no images give no outputs and no slope', async () => {
  for (const groups of [1, 2]) {
    const [x, weight, bias] = [zeros([0, 4, 4, 2]), ones([3, 3, 3, 2]), ones([3 * groups])];
    const y = convTranspose2d(x, weight, { stride: 2, groups, bias });
    assert.equal([...y.shape], [0, 9, 9, 3 * groups]);
    const slopes = gradients(sum(y), [x, weight, bias]);
    assert.is((await slopes[0].data()).length, 0);
    assert.equal([...(await slopes[1].data())], new Array(9 * 3 * 2).fill(0));
    assert.equal([...(await slopes[2].data())], new Array(3 * groups).fill(0));
  }
});

test.run();
