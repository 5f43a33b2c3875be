import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { maxPool2dGradient as gradientKernel, maxPool2dIndices as indicesKernel } from '../../kernels/pool2d';
import {
  avgPool2d,
  createRandom,
  gradients,
  maxPool2dWithIndices,
  multiply,
  type Pool2dOptions,
  realize,
  sum,
  type Tensor,
  tensor,
  useDevice,
} from '../../src/index';
import { pool2dShape } from '../../src/ops/pool2d';
import { lower } from '../../src/tiled/lower';
import * as reference from '../reference/pool2d';

const test = suite('tiled/pool2d');

/** Normal numbers, many of them equal, and one that is no number; or many that are none or infinite. */
function draw(shape: number[], odd: 'one' | 'many'): Tensor {
  const random = createRandom(1);
  const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => {
    if (odd === 'many' && random.uniform() < 0.6) return [Number.NaN, -1 / 0, -1 / 0, 1 / 0][random.integer(4)];
    return Math.round(4 * random.normal()) / 4;
  });
  data[data.length >> 1] = Number.NaN;
  return tensor(data, shape);
}

type Pooling = (x: Tensor, options: Pool2dOptions) => Tensor[];
const poolings: Record<string, Pooling> = {
  maximum: (x, options) => {
    const { output, indices } = maxPool2dWithIndices(x, options);
    return [output, indices];
  },
  'average with the border': (x, options) => [avgPool2d(x, options)],
  'average without the border': (x, options) => [avgPool2d(x, { ...options, countIncludePad: false })],
};

async function results(
  backend: 'cpu' | 'webasm',
  shape: number[],
  pool: Pooling,
  options: Pool2dOptions,
  odd: 'one' | 'many' = 'one',
) {
  await useDevice(backend);
  const x = draw(shape, odd);
  const outputs = pool(x, options);
  const probe = tensor(
    Float32Array.from({ length: outputs[0].size }, (_, i) => Math.sin(i)),
    outputs[0].shape,
  );
  const all = [...outputs, ...gradients(sum(multiply(outputs[0], probe)), [x])];
  await realize(...all);
  return Promise.all(all.map((part) => part.data()));
}

const windows: Pool2dOptions[] = [
  { size: 2 },
  { size: 3 },
  { size: 2, stride: 1 },
  { size: 3, stride: 2, padding: 1 },
  { size: [3, 2], stride: [1, 2], padding: [1, 0] },
  { size: 2, stride: 3 },
  { size: 3, stride: 2, padding: 'same' },
  { size: 2, ceilMode: true },
  { size: 3, stride: 2, padding: 1, ceilMode: true },
  { size: [2, 3], stride: 1, dilation: [3, 2] },
  { size: 3, stride: 1, padding: 2, dilation: 2 },
];
const shapes = [
  [2, 8, 16, 8],
  [1, 9, 7, 1],
  [2, 6, 11, 3],
  [2, 12, 12, 5],
  [1, 6, 18, 12],
  [1, 7, 9, 17],
];

for (const options of windows) {
  test(`agrees with the plain kernels, bit for bit where nothing is added: ${JSON.stringify(options)}`, async () => {
    for (const shape of shapes) {
      for (const [name, pool] of Object.entries(poolings)) {
        const plain = await results('cpu', shape, pool, options);
        const tiled = await results('webasm', shape, pool, options);
        assert.ok(name !== 'maximum' || plain[0].some(Number.isNaN), 'the maximum keeps what is no number');
        for (const [part, data] of plain.entries()) {
          if (name === 'maximum' && part < 2)
            assert.ok(
              data.every((value, i) => Object.is(value, tiled[part][i])),
              `${name} of [${shape}], part ${part}`,
            );
          const worst = data.reduce((most, value, i) => {
            const both = Number.isNaN(value) && Number.isNaN(tiled[part][i]);
            return both ? most : Math.max(most, Math.abs(value - tiled[part][i]));
          }, 0);
          assert.ok(worst < 1e-6, `${name} of [${shape}], part ${part}: ${worst}`);
        }
      }
    }
  });
}

test('what is no number wins, infinite ones keep their places: as the float64 reference has it', async () => {
  for (const shape of [shapes[0], shapes[3]]) {
    const x = draw(shape, 'many');
    const source = { shape, data: Float64Array.from(await x.data()) };
    assert.ok(source.data.filter(Number.isNaN).length > source.data.length / 10);
    for (const options of windows) {
      const { axes } = pool2dShape('maxPool2d', shape, options);
      const both = <Value>(of: (axis: (typeof axes)[number]) => Value): [Value, Value] => [of(axes[0]), of(axes[1])];
      const settings: reference.Pool2dSettings = {
        size: both(({ kernel }) => kernel),
        stride: both((axis) => axis.stride),
        padding: both(({ before, after }): [number, number] => [before, after]),
        dilation: both((axis) => axis.dilation),
        ceilMode: options.ceilMode,
      };
      const expected = [reference.maxPool2d, reference.maxPool2dIndices].map((pool) => pool(source, settings));
      for (const backend of ['cpu', 'webasm'] as const) {
        const found = await results(backend, shape, poolings.maximum, options, 'many');
        for (const [part, { data }] of expected.entries()) {
          const wrong = data.findIndex((value, i) => !Object.is(value, found[part][i]));
          assert.is(
            wrong,
            -1,
            `${backend}, part ${part} of [${shape}], ${JSON.stringify(options)}: ${data[wrong]}, ${found[part][wrong]}`,
          );
        }
      }
    }
  }
});

const kernelNames = (channels: number, width: number, options: Pool2dOptions, wholeTiles = false) => {
  const { constants, inGrid, outGrid } = pool2dShape('maxPool2d', [1, 8, width, channels], options);
  const step = { constants, scalars: {} };
  const steps = [
    { ...step, kernel: indicesKernel, grid: outGrid, inputs: [~0] },
    { ...step, kernel: gradientKernel, grid: inGrid, inputs: [0, ~1] },
  ];
  return lower({ leafSizes: [1, 1], steps, pauses: [], outputs: [1] }, { wholeTiles }).steps.map(
    ({ kernel, constants }) => [kernel.name, constants.TILE_Y ?? 1],
  );
};

test('windows side by side are computed whole, others pixel by pixel', () => {
  assert.equal(kernelNames(8, 16, { size: 2 }), [
    ['maxPool2dIndicesTiled', 4],
    ['maxPool2dGradientTiled', 4],
  ]);
  assert.equal(kernelNames(8, 16, { size: 3, stride: 2, padding: 1 }), [
    ['maxPool2dIndicesTiled', 1],
    ['maxPool2dGradientTiled', 1],
  ]);
});

test('where tiles must be whole, broken quads stay plain', () => {
  assert.equal(kernelNames(6, 16, { size: 2 }, true), [
    ['maxPool2dIndices', 1],
    ['maxPool2dGradient', 1],
  ]);
});

test.after(async () => {
  await useDevice('cpu');
  setImmediate(() => process.exit());
});
test.run();
