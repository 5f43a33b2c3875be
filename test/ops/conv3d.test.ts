import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { conv3d, gradients, ones, sum, tensor, zeros } from '../../src/index';
import { conv3dShape } from '../../src/ops/conv3d';
import * as reference from '../reference/conv';
import { assertThrows } from '../support/assertThrows';
import { checkReference } from '../support/gradientCheck';
import { createNumbers, randomArray } from '../support/randomTensor';

const test = suite('conv3d');

test('hand integers: the sum of each 2×2×2 cube', async () => {
  const x = tensor([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [1, 3, 2, 2, 1]);
  const cube = ones([2, 2, 2, 1, 1]);
  assert.equal([...(await conv3d(x, cube).data())], [36, 68]);
  assert.equal(
    [...(await conv3d(x, cube, { padding: [1, 0, 0], stride: [2, 1, 1], bias: tensor([0.5]) }).data())],
    [10.5, 68.5],
  );
});

interface Case extends reference.ConvSettings {
  x: number[];
  window: number[];
  outChannels: number;
  bias?: boolean;
}

const cases: Case[] = [
  { x: [2, 3, 4, 3, 2], window: [2, 3, 2], outChannels: 3, bias: true },
  { x: [1, 4, 3, 4, 2], window: [3, 3, 3], outChannels: 2, padding: [1, 1, 1], stride: [2, 2, 2] },
  // Strides past the window leave planes that nothing reads.
  { x: [1, 5, 3, 3, 1], window: [1, 2, 1], outChannels: 2, stride: [3, 1, 2] },
  {
    x: [1, 5, 4, 4, 4],
    window: [2, 2, 3],
    outChannels: 4,
    groups: 2,
    dilation: [3, 2, 1],
    padding: [1, 0, 1],
    bias: true,
  },
  { x: [1, 3, 3, 3, 3], window: [3, 2, 3], outChannels: 3, groups: 3, padding: [2, 0, 1], stride: [1, 2, 1] },
];

for (const { x, window, outChannels, bias = false, ...settings } of cases) {
  test(`agrees with its float64 reference: x [${x}], window [${window}], ${JSON.stringify(settings)}`, async () => {
    const next = createNumbers(x[1]);
    const weight = [...window, x[4] / (settings.groups ?? 1), outChannels];
    const inputs = [randomArray(next, x), randomArray(next, weight)];
    if (bias) inputs.push(randomArray(next, [outChannels]));
    await checkReference({
      operation: (volume, filters, offset) => conv3d(volume, filters, { ...settings, bias: offset } as object),
      reference: (volume, filters, offset = null as any) => reference.conv(volume, filters, offset, settings),
      inputs,
    });
  });
}

test('the shape function checks without a device', () => {
  assert.equal(conv3dShape([2, 6, 5, 4, 3], [3, 3, 2, 3, 7], { stride: [2, 1, 1] }).y, [2, 2, 3, 3, 7]);
  const x = [1, 4, 4, 4, 2];
  const weight = [3, 3, 3, 2, 2];
  assertThrows(() => conv3dShape([4, 4, 4, 2], weight), 'conv3d: expected x [N, D, H, W, Cin], got [4, 4, 4, 2]');
  assertThrows(
    () => conv3dShape(x, [3, 3, 3, 1, 2]),
    'conv3d: expected weight [kd, kh, kw, 2, Cout] for x [1, 4, 4, 4, 2], got [3, 3, 3, 1, 2]',
  );
  assertThrows(
    () => conv3dShape(x, weight, { padding: [1, 1] as any }),
    'conv3d: expected padding to be one or three whole numbers ≥ 0, got [1, 1]',
  );
  assertThrows(() => conv3d(zeros(x), zeros(weight), { bias: zeros([3]) }), 'conv3d: expected bias [2], got [3]');
});

test('no volumes give no outputs and no slope', async () => {
  const [x, weight] = [zeros([0, 3, 3, 3, 2]), ones([2, 2, 2, 2, 2])];
  const y = conv3d(x, weight, { padding: 1 });
  assert.equal([...y.shape], [0, 4, 4, 4, 2]);
  const slopes = gradients(sum(y), [x, weight]);
  assert.is((await slopes[0].data()).length, 0);
  assert.equal([...(await slopes[1].data())], new Array(32).fill(0));
});

test.run();
