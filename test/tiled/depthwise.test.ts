import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { conv2dGrouped, conv2dGroupedInputGradient, conv2dGroupedWeightGradient } from '../../kernels/conv2dGrouped';
import { type Conv2dOptions, conv2d, convTranspose2d } from '../../src/index';
import type { PlanDescription } from '../../src/plan/planDescription';
import { lower } from '../../src/tiled/lower';
import { compareBackEnds, draw } from '../support/plainAndTiled';
import { createNumbers } from '../support/randomTensor';

const test = suite('tiled/depthwise');

interface Case extends Conv2dOptions {
  /** `[N, H, W, C]`. */
  x: number[];
  /** `[kh, kw]`. */
  window: number[];
  /** Outputs of each channel. */
  multiplier?: number;
}

const cases: Case[] = [
  // As MobileNetV2 and EfficientNet-Lite0 have them, with fewer channels.
  { x: [1, 16, 16, 8], window: [3, 3], padding: 1 },
  { x: [2, 16, 16, 8], window: [3, 3], stride: 2, padding: 1 },
  { x: [1, 14, 14, 12], window: [5, 5], padding: 2 },
  { x: [1, 14, 14, 12], window: [5, 5], stride: 2, padding: 2 },
  { x: [2, 7, 7, 16], window: [3, 3], padding: 1 },
  // More columns than a block, whole and broken ones, and a single one.
  { x: [1, 5, 38, 4], window: [3, 3], padding: 1 },
  { x: [2, 6, 19, 4], window: [3, 3], stride: 2, padding: 1 },
  { x: [1, 9, 1, 4], window: [3, 1] },
  { x: [1, 1, 30, 4], window: [1, 3], padding: [0, 1] },
  // Odd rows, no padding, more padding than the window is wide.
  { x: [3, 9, 11, 4], window: [3, 3] },
  { x: [1, 6, 7, 4], window: [3, 3], padding: 4 },
  { x: [1, 5, 5, 4], window: [2, 2], stride: 2, padding: [1, 3] },
  { x: [1, 12, 13, 8], window: [3, 3], stride: 3 },
  { x: [1, 12, 13, 8], window: [2, 3], stride: [3, 1], padding: [1, 0] },
  // Windows that leave pixels out.
  { x: [1, 11, 12, 4], window: [1, 1], stride: 3 },
  { x: [1, 11, 12, 4], window: [2, 2], stride: 4, padding: 1 },
  { x: [2, 12, 20, 4], window: [3, 3], padding: 3, dilation: 3 },
  { x: [1, 13, 11, 4], window: [3, 2], stride: [2, 1], padding: [2, 1], dilation: [2, 3] },
  { x: [1, 9, 9, 4], window: [7, 7], padding: 3 },
  // Broken lanes.
  { x: [2, 6, 7, 3], window: [3, 3], padding: 1 },
  { x: [1, 6, 7, 10], window: [3, 3], stride: 2, padding: 1 },
  // Channels whose cells fall into the same lines of a cache.
  { x: [1, 6, 14, 512], window: [3, 3], padding: 1 },
  { x: [1, 8, 13, 1024], window: [3, 3], stride: 2, padding: 1 },
  { x: [2, 6, 7, 4], window: [3, 3], padding: 1, multiplier: 2 },
  { x: [1, 7, 6, 3], window: [3, 3], stride: 2, padding: 1, multiplier: 3 },
];

const buildOf =
  ({ x: shape, window, multiplier = 1, ...options }: Case) =>
  () => {
    const channels = shape[3];
    const [x, w, bias] = [
      draw(1, ...shape),
      draw(2, ...window, 1, channels * multiplier),
      draw(3, channels * multiplier),
    ];
    return { inputs: [x, w, bias], output: conv2d(x, w, { ...options, bias, groups: channels }) };
  };

for (const entry of cases) {
  test(`agrees with the plain kernels, and so do its gradients: ${JSON.stringify(entry)}`, async () => {
    const difference = await compareBackEnds(buildOf(entry));
    assert.ok(difference < 1e-5, `relative difference ${difference}`);
  });
}

test('any sizes and settings agree with the plain kernels', async () => {
  const next = createNumbers(5);
  const between = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  for (let round = 0; round < 60; round++) {
    const window = [between(1, 5), between(1, 5)];
    const dilation = [between(1, 3), between(1, 3)] as [number, number];
    const padding = [between(0, 4), between(0, 4)] as [number, number];
    const stride = [between(1, 3), between(1, 3)] as [number, number];
    const reach = window.map((taps, axis) => (taps - 1) * dilation[axis] + 1 - 2 * padding[axis]);
    const size = reach.map((least) => Math.max(1, least) + between(0, 17));
    const channels = [4, 8, 12, between(1, 9)][between(0, 3)];
    const multiplier = between(0, 4) === 0 ? 2 : 1;
    const entry: Case = { x: [between(1, 3), ...size, channels], window, stride, padding, dilation, multiplier };
    const difference = await compareBackEnds(buildOf(entry));
    assert.ok(difference < 1e-5, `${JSON.stringify(entry)}: relative difference ${difference}`);
  }
});

test('a transposed convolution of each channel agrees, with pixels more at the bottom and right', async () => {
  for (const outputPadding of [0, 1]) {
    const difference = await compareBackEnds(() => {
      const [x, w, bias] = [draw(1, 2, 5, 9, 8), draw(2, 3, 3, 1, 8), draw(3, 8)];
      const output = convTranspose2d(x, w, { bias, stride: 2, padding: 1, outputPadding, groups: 8 });
      return { inputs: [x, w, bias], output };
    });
    assert.ok(difference < 1e-5, `relative difference ${difference}`);
  }
});

/** What a convolution of 8 channels in 8 groups becomes. */
function kernelsOf(kernel: PlanDescription['steps'][number]['kernel'], window: number): string[] {
  const size = 16;
  const constants = {
    ...{ batch: 1, height: size, width: size, inChannels: 8, outHeight: size, outWidth: size, outChannels: 8 },
    ...{ kernelHeight: window, kernelWidth: window, strideY: 1, strideX: 1, padY: window >> 1, padX: window >> 1 },
    ...{ dilationY: 1, dilationX: 1, inPerGroup: 1, outPerGroup: 1, blockRows: size },
  };
  const grid = kernel === conv2dGroupedWeightGradient ? [8, 1, window * window] : [8, size, size];
  const step = { kernel, grid, constants, scalars: {}, inputs: [~0, ~1] };
  const description: PlanDescription = { leafSizes: [2048, 72], steps: [step], pauses: [], outputs: [0] };
  return lower(description).steps.map((lowered) => lowered.kernel.name);
}

test('a convolution of each channel is one launch, without a border written around the images', () => {
  assert.equal(kernelsOf(conv2dGrouped, 3), ['depthwiseTiled']);
  assert.equal(kernelsOf(conv2dGroupedInputGradient, 3), ['depthwiseTiled']);
  assert.equal(kernelsOf(conv2dGroupedWeightGradient, 3), ['depthwiseWeightGradientTiled']);
});

test('windows whose sums would be too long to write out stay plain', () => {
  assert.equal(kernelsOf(conv2dGrouped, 15), ['conv2dGrouped']);
  assert.equal(kernelsOf(conv2dGroupedWeightGradient, 15), ['conv2dGroupedWeightGradient']);
});

test.run();
