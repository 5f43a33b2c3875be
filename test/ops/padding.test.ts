import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  avgPool2d,
  Conv1d,
  Conv2d,
  type Conv2dOptions,
  type ConvOptions,
  conv1d,
  conv2d,
  conv3d,
  convMatrix,
  convTranspose1d,
  convTranspose2d,
  convTranspose3d,
  createRandom,
  gradients,
  maxPool2d,
  type PaddingMode,
  pad,
  sum,
  type Tensor,
  tensor,
  zeros,
} from '../../src/index';
import { conv2dShape } from '../../src/ops/conv2d';
import { convTranspose2dShape } from '../../src/ops/convTranspose2d';
import { resolvePadding } from '../../src/ops/padding';
import type { Array64 } from '../reference/array64';
import * as reference from '../reference/conv';
import { extend, pad as padZeros, slice } from '../reference/layout';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { checkReference, toTensor } from '../support/gradientCheck';
import { createNumbers, randomArray } from '../support/randomTensor';

const test = suite('padding');
const tight = { absolute: 1e-5, relative: 1e-5 };

test("same: as many windows as strides fit, half of the border before, the odd cell after; TensorFlow's rule", () => {
  const border = (size: number, kernel: number, stride: number, dilation = 1) => {
    const [{ before, after }] = resolvePadding('conv1d', 'same', [{ size, kernel, stride, dilation }]);
    return [before, after];
  };
  assert.equal(border(224, 3, 2), [0, 1]);
  assert.equal(border(225, 3, 2), [1, 1]);
  assert.equal(border(56, 3, 1), [1, 1]);
  assert.equal(border(56, 4, 1), [1, 2]);
  assert.equal(border(112, 5, 2), [1, 2]);
  assert.equal(border(7, 2, 2), [0, 1]);
  assert.equal(border(8, 2, 2), [0, 0]);
  // A stride larger than the window leaves cells out, not in.
  assert.equal(border(8, 1, 2), [0, 0]);
  assert.equal(border(10, 3, 1, 4), [4, 4]);
  assert.equal(border(2, 5, 3), [1, 2]);
});

/** Borders, and how the window walks over what they surround. */
interface Case {
  x: number[];
  weight: number[];
  borders: [number, number][];
  mode?: PaddingMode;
  settings?: reference.ConvSettings;
}

const cases: Case[] = [
  { x: [2, 6, 3], weight: [3, 3, 4], borders: [[0, 2]] },
  { x: [1, 7, 2], weight: [4, 2, 3], borders: [[3, 1]], mode: 'reflect', settings: { stride: [2] } },
  {
    x: [2, 6, 8, 3],
    weight: [3, 3, 3, 5],
    borders: [
      [0, 1],
      [0, 1],
    ],
    settings: { stride: [2, 2] },
  },
  {
    x: [1, 5, 7, 4],
    weight: [2, 3, 4, 8],
    borders: [
      [1, 0],
      [0, 2],
    ],
  },
  // Windows that lie on the border alone.
  {
    x: [1, 3, 4, 2],
    weight: [2, 2, 2, 4],
    borders: [
      [3, 0],
      [0, 4],
    ],
  },
  {
    x: [1, 8, 7, 4],
    weight: [3, 3, 4, 4],
    borders: [
      [0, 3],
      [2, 1],
    ],
    settings: { stride: [1, 2], dilation: [2, 2] },
  },
  {
    x: [2, 6, 5, 4],
    weight: [3, 3, 1, 4],
    borders: [
      [0, 1],
      [1, 2],
    ],
    settings: { stride: [2, 1], groups: 4 },
  },
  {
    x: [1, 6, 6, 8],
    weight: [3, 3, 4, 8],
    borders: [
      [0, 1],
      [2, 0],
    ],
    settings: { stride: [2, 2], groups: 2 },
  },
  {
    x: [2, 5, 6, 3],
    weight: [3, 3, 3, 4],
    borders: [
      [1, 1],
      [1, 1],
    ],
    mode: 'reflect',
  },
  {
    x: [1, 4, 3, 2],
    weight: [3, 3, 2, 3],
    borders: [
      [3, 1],
      [0, 2],
    ],
    mode: 'reflect',
    settings: { stride: [2, 1] },
  },
  {
    x: [2, 4, 5, 4],
    weight: [3, 5, 1, 4],
    borders: [
      [1, 1],
      [2, 2],
    ],
    mode: 'replicate',
    settings: { groups: 4 },
  },
  {
    x: [1, 3, 4, 3, 2],
    weight: [2, 3, 2, 2, 3],
    borders: [
      [0, 1],
      [1, 1],
      [2, 0],
    ],
  },
  {
    x: [1, 3, 4, 3, 2],
    weight: [3, 2, 2, 2, 2],
    borders: [
      [1, 1],
      [1, 0],
      [2, 1],
    ],
    mode: 'replicate',
    settings: { stride: [1, 2, 1] },
  },
];

const convolutions = [conv1d, conv2d, conv3d] as ((x: Tensor, w: Tensor, options: ConvOptions<any>) => Tensor)[];
const transposes = [convTranspose1d, convTranspose2d, convTranspose3d] as typeof convolutions;

/** One number for signals, a list for others. */
const spread = <Value>(list: readonly Value[] | undefined) => (list?.length === 1 ? list[0] : list);

function surround(x: Array64, borders: [number, number][], mode: PaddingMode): Array64 {
  const all = [[0, 0], ...borders, [0, 0]] as [number, number][];
  return mode === 'zeros' ? padZeros(x, all, 0) : extend(x, all, mode);
}

for (const entry of cases) {
  const { x, weight, borders, mode = 'zeros', settings = {} } = entry;
  const rank = x.length - 2;
  const walk = { stride: spread(settings.stride), dilation: spread(settings.dilation), groups: settings.groups };
  test(`a convolution agrees with that of the padded image: ${JSON.stringify(entry)}`, async () => {
    const next = createNumbers(x[1] + weight[0]);
    await checkReference({
      operation: (image, filters) =>
        convolutions[rank - 1](image, filters, { ...walk, padding: borders, paddingMode: mode }),
      reference: (image, filters) => reference.conv(surround(image, borders, mode), filters, null, settings),
      inputs: [randomArray(next, x), randomArray(next, weight)],
      tolerance: tight,
      gradientTolerance: { absolute: 3e-5, relative: 3e-5 },
    });
  });

  if (mode !== 'zeros') continue;
  test(`a transposed convolution cuts the border off again: ${JSON.stringify(entry)}`, async () => {
    const next = createNumbers(x[1] + weight[0] + 1);
    // The transpose reads what the convolution gives.
    const padded = {
      shape: [x[0], ...borders.map(([b, a], i) => b + x[i + 1] + a), x.at(-1)!],
      data: new Float64Array(),
    };
    padded.data = new Float64Array(padded.shape.reduce((product, size) => product * size, 1));
    const { shape } = reference.conv(
      padded,
      { shape: weight, data: new Float64Array(weight.reduce((a, b) => a * b, 1)) },
      null,
      settings,
    );
    await checkReference({
      operation: (features, filters) => transposes[rank - 1](features, filters, { ...walk, padding: borders }),
      reference: (features, filters) => {
        const whole = reference.convTranspose(features, filters, null, settings);
        return slice(
          whole,
          whole.shape.map((size, axis) => {
            const [before, after] = borders[axis - 1] ?? [0, 0];
            return [before, size - after, 1];
          }),
        );
      },
      inputs: [randomArray(next, shape), randomArray(next, weight)],
      tolerance: tight,
      gradientTolerance: { absolute: 3e-5, relative: 3e-5 },
    });
  });
}

test('any sizes, strides and borders agree with the float64 reference', async () => {
  const next = createNumbers(11);
  const between = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  for (let round = 0; round < 40; round++) {
    const groups = [1, 1, 2, 4][between(0, 3)];
    const [window, dilation] = [
      [between(1, 4), between(1, 4)],
      [between(1, 2), between(1, 2)],
    ];
    const stride = [between(1, 3), between(1, 3)] as const;
    const borders = [0, 1].map((): [number, number] => [between(0, 3), between(0, 3)]);
    const least = window.map((taps, i) => (taps - 1) * dilation[i] + 1 - borders[i][0] - borders[i][1]);
    const size = least.map((count) => Math.max(1, count) + between(0, 6));
    const channels = groups * between(1, 3);
    const x = randomArray(next, [between(1, 2), ...size, channels]);
    const weight = randomArray(next, [...window, channels / groups, groups * between(1, 4)]);
    const settings = { stride, dilation: [dilation[0], dilation[1]] as const, groups };
    const [image, filters] = [toTensor(x), toTensor(weight)];
    const y = conv2d(image, filters, { ...settings, padding: borders });
    const expected = reference.conv(surround(x, borders, 'zeros'), weight, null, settings);
    const name = `x [${x.shape}], weight [${weight.shape}], ${JSON.stringify({ ...settings, borders })}`;
    assert.equal([...y.shape], [...expected.shape], name);
    assertAllClose(await y.data(), expected.data, { name, absolute: 3e-5 });
    // ⟨A x, g⟩ is linear in both: the gradients give it back.
    const slopes = gradients(sum(y), [image, filters]);
    const total = expected.data.reduce((a, b) => a + b, 0);
    for (const [slope, values] of [
      [slopes[0], x],
      [slopes[1], weight],
    ] as const) {
      const product = [...(await slope.data())].reduce((partial, value, i) => partial + value * values.data[i], 0);
      assertAllClose([product], [total], { name, absolute: 1e-3, relative: 1e-4 });
    }
  }
});

test('same agrees with TensorFlow.js: convolutions, maxima and means', async () => {
  const tf = await import('@tensorflow/tfjs');
  await tf.setBackend('cpu');
  const next = createNumbers(3);
  for (const [height, width, size, stride, dilation] of [
    [6, 8, 3, 2, 1],
    [7, 5, 3, 2, 1],
    [6, 7, 2, 1, 1],
    [9, 10, 4, 3, 1],
    [5, 6, 5, 1, 1],
    [8, 7, 3, 1, 2],
    [8, 8, 2, 3, 1],
  ]) {
    const x = randomArray(next, [2, height, width, 3]);
    const weight = randomArray(next, [size, size, 3, 4]);
    const name = `${height}×${width}, size ${size}, stride ${stride}, dilation ${dilation}`;
    const theirs = tf.tensor4d([...x.data], x.shape as any);
    const filters = tf.tensor4d([...weight.data], weight.shape as any);
    const expected = tf.conv2d(theirs, filters, stride, 'same', 'NHWC', dilation);
    const options = { stride, dilation, padding: 'same' } as const;
    const y = conv2d(toTensor(x), toTensor(weight), options);
    assert.equal([...y.shape], expected.shape, name);
    assertAllClose(await y.data(), await expected.data(), { name });
    if (dilation > 1) continue;
    const pooling = { ...options, size };
    const [largest, mean] = [tf.maxPool(theirs, size, stride, 'same'), tf.avgPool(theirs, size, stride, 'same')];
    assertAllClose(await maxPool2d(toTensor(x), pooling).data(), await largest.data(), { name });
    const means = avgPool2d(toTensor(x), { ...pooling, countIncludePad: false });
    assertAllClose(await means.data(), await mean.data(), { name });
  }
});

test('layers and the matrix of a convolution take the same settings', async () => {
  const random = createRandom(1);
  const x = toTensor(randomArray(createNumbers(1), [1, 6, 5, 2]));
  for (const options of [
    { stride: 2, padding: 'same' },
    { padding: [[2, 0] as const, [1, 1] as const], paddingMode: 'reflect' },
  ] satisfies Conv2dOptions[]) {
    const layer = new Conv2d(2, 3, { size: 3, random, ...options });
    const expected = await conv2d(x, layer.weight, { ...options, bias: layer.bias! }).data();
    assert.equal([...(await layer.forward(x).data())], [...expected]);
  }
  const signal = new Conv1d(2, 1, { size: 3, padding: 'same', random });
  assert.equal([...signal.forward(zeros([1, 6, 2])).shape], [1, 6, 1]);
  const matrix = convMatrix([1, 2, 4], { size: 4, stride: 2, padding: 'same' });
  assert.equal(
    [matrix.shape, [...matrix.data]],
    [
      [2, 4],
      [1, 2, 4, 0, 0, 0, 1, 2],
    ],
  );
});

test('a border of zeros can also be put there by pad', async () => {
  const x = toTensor(randomArray(createNumbers(2), [1, 4, 5, 2]));
  const weight = toTensor(randomArray(createNumbers(3), [3, 3, 2, 3]));
  const borders = [
    [1, 2],
    [0, 3],
  ] as const;
  const padded = pad(x, [[0, 0], ...borders, [0, 0]]);
  assertAllClose(await conv2d(x, weight, { padding: borders }).data(), await conv2d(padded, weight).data());
});

test('what does not fit is refused', () => {
  const [x, weight] = [zeros([1, 5, 5, 3]), zeros([3, 3, 3, 4])];
  const shape = (padding: any) => conv2dShape(x.shape, weight.shape, { padding });
  assert.equal(shape('same').y, [1, 5, 5, 4]);
  assert.equal(
    shape([
      [0, 1],
      [2, 0],
    ]).y,
    [1, 4, 5, 4],
  );
  const pairs = 'conv2d: expected padding [before, after] ≥ 0 for each of 2 axes';
  assertThrows(() => shape([[0, 1]]), `${pairs}, got [[0, 1]]`);
  assertThrows(() => shape([[0, 1], 2]), `${pairs}, got [[0, 1], 2]`);
  assertThrows(
    () =>
      shape([
        [0, -1],
        [0, 0],
      ]),
    `${pairs}, got [[0, -1], [0, 0]]`,
  );
  assertThrows(() => shape('valid'), 'conv2d: expected padding same or numbers, got valid');
  assertThrows(
    () => conv2d(x, weight, { padding: 1, paddingMode: 'circular' as 'zeros' }),
    'conv2d: expected paddingMode zeros, reflect or replicate, got circular',
  );
  assertThrows(
    () => conv2d(x, weight, { padding: 5, paddingMode: 'reflect' }),
    'conv2d: expected at most 4 cells on a side of axis 1 of [1, 5, 5, 3] with mode reflect, got [5, 5]',
  );
  assertThrows(
    () => conv2dShape([1, 5, 5, 1], [3, 3, 1, 1], { dilation: 3 }),
    'conv2d: expected an image at least as large as the window, got [1, 5, 5, 1] with window [3, 3, 1, 1], dilation [3, 3]',
  );
  assertThrows(
    () =>
      conv2dShape([1, 3, 5, 1], [6, 3, 1, 1], {
        padding: [
          [1, 1],
          [0, 0],
        ],
      }),
    'conv2d: expected an image at least as large as the window, got [1, 3, 5, 1] with window [6, 3, 1, 1], padding [1, 0]',
  );
  assertThrows(
    () => convTranspose2dShape([1, 5, 5, 4], [3, 3, 3, 4], { padding: 'same' as any }),
    'convTranspose2d: expected padding as numbers, got same, which depends on the size of the result',
  );
  assert.equal(
    convTranspose2dShape([1, 5, 5, 4], [3, 3, 3, 4], {
      padding: [
        [0, 1],
        [2, 0],
      ],
    }).x,
    [1, 6, 5, 3],
  );
});

test('no images', async () => {
  const [x, weight] = [zeros([0, 4, 4, 2]), tensor(new Float32Array(36).fill(1), [3, 3, 2, 2])];
  for (const options of [
    { padding: 'same', stride: 2 },
    { padding: 1, paddingMode: 'reflect' },
  ] satisfies Conv2dOptions[]) {
    const y = conv2d(x, weight, options);
    assert.is(y.shape[0], 0);
    assert.is((await gradients(sum(y), [x])[0].data()).length, 0);
    assert.equal([...(await gradients(sum(y), [weight])[0].data())], new Array(36).fill(0));
  }
});

test.run();
