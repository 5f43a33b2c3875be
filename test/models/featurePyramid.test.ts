import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { concat, createRandom, FeaturePyramid, reshape, type Tensor, tensor, zeros } from '../../src/index';
import type { Conv2d } from '../../src/nn/conv2d';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { checkGolden, type DifferentiatedCase } from '../support/checkGolden';
import { loadGolden } from '../support/golden';
import { ofBlock, ofConv } from '../support/oneStage';

const test = suite('FeaturePyramid');
const random = () => createRandom(1);

for (const golden of loadGolden('oneStage').cases) {
  if (golden.op !== 'featurePyramid') continue;
  test(`torchvision's, outputs and gradients: ${golden.name}`, async () => {
    const { inputs: channelsIn, channels } = golden.options;
    await checkGolden((inputs) => {
      const pyramid = new FeaturePyramid({ inputs: channelsIn, channels, random: random() });
      for (const [i, lateral] of pyramid.laterals.entries()) {
        const output = pyramid.outputs[i] as Conv2d;
        // The given tensors themselves, so that gradients reach them.
        Object.assign(lateral, { weight: inputs[`lateral${i}`], bias: inputs[`lateralBias${i}`] });
        Object.assign(output, { weight: inputs[`output${i}`], bias: inputs[`outputBias${i}`] });
      }
      const maps = pyramid.forward(pyramid.laterals.map((_, i) => inputs[`map${i}`]));
      return concat(maps.map((map) => reshape(map, [map.size])));
    }, golden as DifferentiatedCase);
  });
}

test('by hand: what only the coarsest map sees arrives at every level', async () => {
  const pyramid = new FeaturePyramid({ inputs: [1, 1], channels: 1, random: random() });
  for (const [i, lateral] of pyramid.laterals.entries()) {
    lateral.weight.assign(tensor([[[[1]]]]));
    const center = new Float32Array(9);
    center[4] = 1;
    (pyramid.outputs[i] as Conv2d).weight.assign(tensor(center, [3, 3, 1, 1]));
  }
  const fine = tensor([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1]);
  const coarse = tensor([10, 20, 30, 40], [1, 2, 2, 1]);
  const [first, second] = pyramid.forward([fine, coarse]);
  // Nearest: rows and columns 0, 0, 1.
  assert.equal([...(await first.data())], [11, 12, 23, 14, 15, 26, 37, 38, 49]);
  assert.equal([...(await second.data())], [10, 20, 30, 40]);
});

test('the number of parameters, plain and with batch norm', () => {
  const inputs = [16, 32, 64];
  const count = (normalized: boolean) =>
    new FeaturePyramid({ inputs, channels: 24, random: random(), normalized }).parameterCount();
  const laterals = inputs.reduce((sum, own) => sum + ofConv(1, own, 24), 0);
  assert.is(count(false), laterals + 3 * ofConv(3, 24, 24));
  assert.is(count(true), laterals + 3 * ofBlock(3, 24, 24));
});

test('normalized: outputs are those of a ReLU after batch norm', async () => {
  const pyramid = new FeaturePyramid({ inputs: [2], channels: 4, random: random(), normalized: true });
  const next = createRandom(2);
  const map = tensor(
    Float32Array.from({ length: 2 * 6 * 6 * 2 }, () => next.normal()),
    [2, 6, 6, 2],
  );
  const [out] = pyramid.forward([map]);
  const data = await out.data();
  assert.equal([...out.shape], [2, 6, 6, 4]);
  assert.ok(data.every((value) => value >= 0) && data.some((value) => value === 0));
  // max(x, 0) of a standard normal number has the mean 1 / √(2π).
  assertAllClose([data.reduce((sum, value) => sum + value, 0) / data.length], [0.4], { absolute: 0.1 });
});

test('throws', () => {
  const pyramid = new FeaturePyramid({ inputs: [2, 3], channels: 4, random: random() });
  const forward =
    (...maps: Tensor[]) =>
    () =>
      pyramid.forward(maps);
  assertThrows(forward(zeros([1, 4, 4, 2])), 'FeaturePyramid: expected 2 maps, the finest first, got 1');
  assertThrows(
    forward(zeros([1, 4, 4, 2]), zeros([1, 2, 2, 2])),
    'FeaturePyramid: expected map 1 [N, H, W, 3], got [1, 2, 2, 2]',
  );
  assertThrows(
    () => new FeaturePyramid({ inputs: [], channels: 4, random: random() }),
    'FeaturePyramid: expected inputs to be a list of 1 or more whole numbers ≥ 1, got []',
  );
  assertThrows(
    () => new FeaturePyramid({ inputs: [2], channels: 0, random: random() }),
    'FeaturePyramid: expected channels to be a whole number ≥ 1, got 0',
  );
});

test.run();
