import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { conv3d, convTranspose3d, gradients, multiply, ones, sum, tensor, zeros } from '../../src/index';
import { convTranspose3dShape } from '../../src/ops/convTranspose3d';
import * as reference from '../reference/conv';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { checkReference, toTensor } from '../support/gradientCheck';
import { createNumbers, randomArray } from '../support/randomTensor';

const test = suite('convTranspose3d');

test('hand integers: copies of a column of three, two planes apart', async () => {
  const depths = tensor([1, 10, 100], [3, 1, 1, 1, 1]);
  const spread = convTranspose3d(tensor([1, 2], [1, 2, 1, 1, 1]), depths, { stride: [2, 1, 1] });
  assert.equal([...(await spread.data())], [1, 10, 102, 20, 200]);
  const trimmed = convTranspose3d(tensor([1, 2], [1, 2, 1, 1, 1]), depths, {
    stride: [2, 1, 1],
    padding: [1, 0, 0],
    outputPadding: [1, 0, 0],
  });
  assert.equal([...(await trimmed.data())], [10, 102, 20, 200]);
});

interface Case extends reference.ConvTransposeSettings {
  x: number[];
  window: number[];
  outChannels: number;
  bias?: boolean;
}

const cases: Case[] = [
  { x: [2, 2, 3, 2, 2], window: [2, 3, 2], outChannels: 3, bias: true },
  {
    x: [1, 2, 2, 3, 2],
    window: [3, 3, 3],
    outChannels: 2,
    padding: [1, 1, 1],
    stride: [2, 2, 2],
    outputPadding: [1, 0, 1],
  },
  { x: [1, 2, 2, 3, 1], window: [1, 2, 1], outChannels: 2, stride: [3, 1, 2], outputPadding: [2, 0, 1], bias: true },
  {
    x: [1, 3, 2, 2, 4],
    window: [2, 2, 3],
    outChannels: 4,
    groups: 2,
    dilation: [3, 2, 1],
    padding: [1, 0, 1],
    outputPadding: [2, 1, 0],
  },
  { x: [1, 3, 3, 2, 3], window: [3, 2, 3], outChannels: 3, groups: 3, padding: [2, 0, 1], stride: [1, 2, 1] },
];

for (const { x, window, outChannels, bias = false, ...settings } of cases) {
  test(`agrees with its float64 reference: x [${x}], window [${window}], ${JSON.stringify(settings)}`, async () => {
    const next = createNumbers(x[1]);
    const weight = [...window, outChannels / (settings.groups ?? 1), x[4]];
    const inputs = [randomArray(next, x), randomArray(next, weight)];
    if (bias) inputs.push(randomArray(next, [outChannels]));
    await checkReference({
      operation: (volume, filters, offset) => convTranspose3d(volume, filters, { ...settings, bias: offset } as object),
      reference: (volume, filters, offset = null as any) => reference.convTranspose(volume, filters, offset, settings),
      inputs,
    });
  });
}

test('it is the adjoint of conv3d: ⟨conv3d(x, w), y⟩ = ⟨x, convTranspose3d(y, w)⟩', async () => {
  const next = createNumbers(5);
  const settings = { stride: 2, padding: [1, 0, 1] } as const;
  const [x, weight] = [randomArray(next, [1, 6, 5, 5, 2]), randomArray(next, [3, 2, 3, 2, 4])].map(toTensor);
  const down = conv3d(x, weight, settings);
  const y = toTensor(randomArray(next, down.shape));
  const up = convTranspose3d(y, weight, { ...settings, outputPadding: [1, 1, 0] });
  assert.equal([...up.shape], [...x.shape]);
  const left = await sum(multiply(down, y)).item();
  assert.ok(Math.abs(left) > 0.1);
  assertAllClose([await sum(multiply(x, up)).item()], [left], { relative: 1e-5, absolute: 1e-5 });
});

test('the shape function checks without a device', () => {
  assert.equal(convTranspose3dShape([2, 2, 3, 3, 7], [3, 3, 2, 3, 7], { stride: [2, 1, 1] }).x, [2, 5, 5, 4, 3]);
  const x = [1, 4, 4, 4, 2];
  const weight = [3, 3, 3, 2, 2];
  assertThrows(
    () => convTranspose3dShape(x, [3, 3, 3, 2, 4]),
    'convTranspose3d: expected weight [kd, kh, kw, Cout / groups, 2] for x [1, 4, 4, 4, 2], got [3, 3, 3, 2, 4]',
  );
  assertThrows(
    () => convTranspose3dShape(x, weight, { stride: 2, outputPadding: [2, 0, 0] }),
    'convTranspose3d: expected outputPadding below stride [2, 2, 2] or dilation [1, 1, 1], got [2, 0, 0]',
  );
  assertThrows(
    () => convTranspose3d(zeros(x), zeros(weight), { bias: zeros([3]) }),
    'convTranspose3d: expected bias [2], got [3]',
  );
});

test('no volumes give no outputs and no slope', async () => {
  const [x, weight] = [zeros([0, 3, 3, 3, 2]), ones([2, 2, 2, 2, 2])];
  const y = convTranspose3d(x, weight, { stride: 2, padding: 1 });
  assert.equal([...y.shape], [0, 4, 4, 4, 2]);
  const slopes = gradients(sum(y), [x, weight]);
  assert.is((await slopes[0].data()).length, 0);
  assert.equal([...(await slopes[1].data())], new Array(32).fill(0));
});

test.run();
