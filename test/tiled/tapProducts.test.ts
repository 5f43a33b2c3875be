import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { conv2dInputGradient } from '../../kernels/conv2d';
import { type Backend, convTranspose2d, useDevice } from '../../src/index';
import type { PlanDescription } from '../../src/plan/planDescription';
import { lower } from '../../src/tiled/lower';
import { assertAllClose } from '../support/allClose';
import { toTensor } from '../support/gradientCheck';
import { createNumbers, randomArray } from '../support/randomTensor';

const test = suite('tiled/tapProducts');

interface Case {
  x: number[];
  weight: number[];
  stride?: [number, number];
  padding?: [number, number];
  dilation?: [number, number];
  outputPadding?: [number, number];
  /** What does the work. */
  kernel: string;
}

const cases: Case[] = [
  // As FCN goes up, by 8 and 16 at once.
  { x: [2, 3, 4, 21], weight: [16, 16, 21, 21], stride: [8, 8], padding: [4, 4], kernel: 'sumTapProducts' },
  { x: [1, 2, 3, 8], weight: [32, 32, 4, 8], stride: [16, 16], padding: [8, 8], kernel: 'sumTapProducts' },
  { x: [2, 5, 6, 6], weight: [3, 3, 8, 6], dilation: [2, 3], padding: [2, 1], kernel: 'conv2dTiled' },
  {
    x: [1, 3, 2, 4],
    weight: [2, 2, 8, 4],
    dilation: [1, 3],
    padding: [0, 2],
    outputPadding: [0, 2],
    kernel: 'conv2dTiled',
  },
  {
    x: [1, 4, 5, 4],
    weight: [2, 3, 12, 4],
    stride: [3, 2],
    dilation: [2, 5],
    outputPadding: [1, 4],
    kernel: 'conv2dInputGradientTiled',
  },
  // Past the window on every side, and padding as wide as the window.
  { x: [1, 4, 3, 4], weight: [2, 1, 5, 4], stride: [5, 7], outputPadding: [4, 6], kernel: 'sumTapProducts' },
  { x: [1, 6, 7, 4], weight: [2, 2, 4, 4], padding: [2, 2], kernel: 'sumTapProducts' },
  { x: [1, 6, 7, 4], weight: [2, 2, 4, 4], dilation: [2, 1], padding: [3, 2], kernel: 'sumTapProducts' },
  // Widths that are no multiple of the stride.
  { x: [2, 4, 5, 8], weight: [3, 3, 8, 8], stride: [2, 2], padding: [1, 1], kernel: 'conv2dInputGradientTiled' },
  { x: [1, 5, 4, 3], weight: [4, 4, 5, 3], stride: [3, 3], padding: [0, 1], kernel: 'conv2dInputGradientTiled' },
  { x: [1, 4, 3, 4], weight: [2, 2, 16, 4], stride: [2, 4], outputPadding: [1, 1], kernel: 'conv2dInputGradientTiled' },
];

/** The names of the kernels that a plan of one transposed convolution becomes. */
function kernelsOf({ x, weight, stride = [1, 1], padding = [0, 0], dilation = [1, 1] }: Case, size: readonly number[]) {
  const [batch, height, width, inChannels] = size;
  const step = {
    kernel: conv2dInputGradient,
    grid: [inChannels, width, batch * height],
    constants: {
      ...{ batch, height, width, inChannels, outHeight: x[1], outWidth: x[2], outChannels: x[3] },
      ...{ kernelHeight: weight[0], kernelWidth: weight[1], strideY: stride[0], strideX: stride[1] },
      ...{ padY: padding[0], padX: padding[1], dilationY: dilation[0], dilationX: dilation[1] },
    },
    scalars: {},
    inputs: [~0, ~1],
  };
  const description: PlanDescription = { leafSizes: [1, 1], steps: [step], pauses: [], outputs: [0] };
  return lower(description).steps.map(({ kernel }) => kernel.name);
}

for (const entry of cases) {
  const { x: shape, weight: window, kernel, ...settings } = entry;
  test(`${kernel} agrees with the plain kernel: x [${shape}], weight [${window}], ${JSON.stringify(settings)}`, async () => {
    const next = createNumbers(shape[1]);
    const [x, weight] = [randomArray(next, shape), randomArray(next, window)];
    const compute = async (backend: Backend) => {
      await useDevice(backend);
      const y = convTranspose2d(toTensor(x), toTensor(weight), settings);
      return { shape: y.shape, data: await y.data() };
    };
    const plain = await compute('cpu');
    const tiled = await compute('webasm');
    assertAllClose(tiled.data, plain.data, { absolute: 2e-5, relative: 1e-5 });
    const names = kernelsOf(entry, plain.shape);
    assert.ok(names.includes(kernel), `expected ${kernel}, got ${names}`);
    assert.not.ok(names.includes('conv2dInputGradient'));
  });
}

test('too many products are not written down', () => {
  const large = { x: [64, 32, 32, 16], weight: [5, 5, 16, 16], padding: [5, 5] as [number, number], kernel: '' };
  assert.equal(kernelsOf(large, [64, 26, 26, 16]), ['conv2dInputGradient']);
  const small = { ...large, x: [1, 32, 32, 16] };
  assert.ok(kernelsOf(small, [1, 26, 26, 16]).includes('sumTapProducts'));
});

test.run();
