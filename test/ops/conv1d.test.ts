import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { conv1d, gradients, ones, sum, tensor, zeros } from '../../src/index';
import { conv1dShape } from '../../src/ops/conv1d';
import * as reference from '../reference/conv';
import { assertThrows } from '../support/assertThrows';
import { checkReference } from '../support/gradientCheck';
import { createNumbers, randomArray } from '../support/randomTensor';

const test = suite('conv1d');

test('hand integers: differences of neighbors, and of neighbors but one', async () => {
  const x = tensor([1, 4, 9, 16, 25], [1, 5, 1]);
  const filter = tensor([-1, 1], [2, 1, 1]);
  assert.equal([...(await conv1d(x, filter).data())], [3, 5, 7, 9]);
  assert.equal([...(await conv1d(x, filter, { dilation: 2 }).data())], [8, 12, 16]);
  assert.equal([...(await conv1d(x, filter, { stride: 2, padding: 1, bias: tensor([100]) }).data())], [101, 105, 109]);
});

interface Case {
  x: number[];
  weight: number[];
  bias?: boolean;
  settings?: { stride?: number; padding?: number; dilation?: number; groups?: number };
}

const cases: Case[] = [
  { x: [2, 9, 3], weight: [3, 3, 4], bias: true },
  { x: [1, 10, 4], weight: [5, 4, 3], settings: { stride: 2, padding: 2 } },
  { x: [2, 11, 1], weight: [2, 1, 2], settings: { stride: 4 } },
  { x: [1, 12, 4], weight: [3, 2, 6], bias: true, settings: { groups: 2, dilation: 3, padding: 4, stride: 2 } },
  { x: [2, 6, 4], weight: [3, 1, 4], settings: { groups: 4, padding: 1 } },
];

for (const { x, weight, bias = false, settings = {} } of cases) {
  test(`agrees with its float64 reference: x [${x}], weight [${weight}], ${JSON.stringify(settings)}`, async () => {
    const next = createNumbers(x[1]);
    const inputs = [randomArray(next, x), randomArray(next, weight)];
    if (bias) inputs.push(randomArray(next, [weight[2]]));
    const { stride = 1, padding = 0, dilation = 1, groups } = settings;
    await checkReference({
      operation: (signal, filters, offset) => conv1d(signal, filters, { ...settings, bias: offset }),
      reference: (signal, filters, offset = null as any) =>
        reference.conv(signal, filters, offset, { stride: [stride], padding: [padding], dilation: [dilation], groups }),
      inputs,
    });
  });
}

test('the shape function checks without a device', () => {
  assert.equal(conv1dShape([2, 8, 3], [3, 3, 5], { stride: 2, padding: 1 }).y, [2, 4, 5]);
  const x = [1, 5, 3];
  const weight = [3, 3, 4];
  assertThrows(() => conv1dShape([5, 3], weight), 'conv1d: expected x [N, L, Cin], got [5, 3]');
  assertThrows(() => conv1dShape(x, [3, 3]), 'conv1d: expected weight [k, Cin / groups, Cout], got [3, 3]');
  assertThrows(() => conv1dShape(x, [3, 2, 4]), 'conv1d: expected weight [k, 3, Cout] for x [1, 5, 3], got [3, 2, 4]');
  assertThrows(
    () => conv1dShape(x, weight, { groups: 2 }),
    'conv1d: expected groups to divide 3 and 4 channels, got 2',
  );
  assertThrows(
    () => conv1dShape(x, [6, 3, 4]),
    'conv1d: expected an image at least as large as the window, got [1, 5, 3] with window [6, 3, 4]',
  );
  assertThrows(
    () => conv1dShape(x, weight, { stride: [1, 1] as any }),
    'conv1d: expected stride to be a whole number ≥ 1, got [1, 1]',
  );
  assertThrows(() => conv1d(zeros(x), zeros(weight), { bias: zeros([3]) }), 'conv1d: expected bias [4], got [3]');
});

test('no signals give no outputs and no slope', async () => {
  const [x, weight] = [zeros([0, 5, 2]), ones([3, 2, 4])];
  const y = conv1d(x, weight);
  assert.equal([...y.shape], [0, 3, 4]);
  const slopes = gradients(sum(y), [x, weight]);
  assert.is((await slopes[0].data()).length, 0);
  assert.equal([...(await slopes[1].data())], new Array(24).fill(0));
});

test.run();
