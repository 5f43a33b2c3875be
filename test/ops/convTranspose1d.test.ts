import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { convTranspose1d, gradients, ones, sum, tensor, zeros } from '../../src/index';
import { convTranspose1dShape } from '../../src/ops/convTranspose1d';
import * as reference from '../reference/conv';
import { assertThrows } from '../support/assertThrows';
import { checkReference } from '../support/gradientCheck';
import { createNumbers, randomArray } from '../support/randomTensor';

const test = suite('convTranspose1d');

test('hand integers: filter (1, 2, 3) and input (10, 20) with stride 2', async () => {
  const [x, filter] = [tensor([10, 20], [1, 2, 1]), tensor([1, 2, 3], [3, 1, 1])];
  assert.equal([...(await convTranspose1d(x, filter, { stride: 2 }).data())], [10, 20, 30 + 20, 40, 60]);
  const trimmed = convTranspose1d(x, filter, { stride: 2, padding: 1, outputPadding: 1, bias: tensor([1]) });
  assert.equal([...(await trimmed.data())], [21, 51, 41, 61]);
});

interface Case {
  x: number[];
  weight: number[];
  bias?: boolean;
  settings?: { stride?: number; padding?: number; outputPadding?: number; dilation?: number; groups?: number };
}

const cases: Case[] = [
  { x: [2, 6, 3], weight: [3, 4, 3], bias: true },
  { x: [1, 5, 4], weight: [4, 4, 4], settings: { stride: 2, padding: 1 } },
  { x: [2, 3, 2], weight: [2, 3, 2], bias: true, settings: { stride: 4, outputPadding: 3 } },
  { x: [1, 5, 3], weight: [3, 2, 3], settings: { dilation: 3, padding: 1, outputPadding: 2 } },
  {
    x: [1, 4, 4],
    weight: [3, 3, 4],
    bias: true,
    settings: { groups: 2, dilation: 2, padding: 1, stride: 3, outputPadding: 2 },
  },
  { x: [2, 4, 4], weight: [3, 1, 4], settings: { groups: 4, stride: 2 } },
];

for (const { x, weight, bias = false, settings = {} } of cases) {
  test(`agrees with its float64 reference: x [${x}], weight [${weight}], ${JSON.stringify(settings)}`, async () => {
    const next = createNumbers(x[1]);
    const { stride = 1, padding = 0, outputPadding = 0, dilation = 1, groups = 1 } = settings;
    const inputs = [randomArray(next, x), randomArray(next, weight)];
    if (bias) inputs.push(randomArray(next, [weight[1] * groups]));
    const lists = { stride: [stride], padding: [padding], outputPadding: [outputPadding], dilation: [dilation] };
    await checkReference({
      operation: (signal, filters, offset) => convTranspose1d(signal, filters, { ...settings, bias: offset }),
      reference: (signal, filters, offset = null as any) =>
        reference.convTranspose(signal, filters, offset, { ...lists, groups }),
      inputs,
    });
  });
}

test('the shape function checks without a device', () => {
  assert.equal(convTranspose1dShape([2, 4, 3], [3, 5, 3], { stride: 2, padding: 1, outputPadding: 1 }).x, [2, 8, 5]);
  const x = [1, 5, 3];
  const weight = [3, 4, 3];
  assertThrows(() => convTranspose1dShape([5, 3], weight), 'convTranspose1d: expected x [N, L, Cin], got [5, 3]');
  assertThrows(
    () => convTranspose1dShape(x, [3, 3]),
    'convTranspose1d: expected weight [k, Cout / groups, Cin], got [3, 3]',
  );
  assertThrows(
    () => convTranspose1dShape(x, [3, 3, 4]),
    'convTranspose1d: expected weight [k, Cout / groups, 3] for x [1, 5, 3], got [3, 3, 4]',
  );
  assertThrows(
    () => convTranspose1dShape(x, weight, { stride: 3, outputPadding: 3 }),
    'convTranspose1d: expected outputPadding below stride [3] or dilation [1], got [3]',
  );
  assertThrows(
    () => convTranspose1d(zeros(x), zeros(weight), { bias: zeros([3]) }),
    'convTranspose1d: expected bias [4], got [3]',
  );
});

test('no signals give no outputs and no slope', async () => {
  const [x, weight] = [zeros([0, 5, 2]), ones([3, 4, 2])];
  const y = convTranspose1d(x, weight, { stride: 2 });
  assert.equal([...y.shape], [0, 11, 4]);
  const slopes = gradients(sum(y), [x, weight]);
  assert.is((await slopes[0].data()).length, 0);
  assert.equal([...(await slopes[1].data())], new Array(24).fill(0));
});

test.run();
