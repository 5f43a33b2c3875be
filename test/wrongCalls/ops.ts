import ndarray from 'ndarray';
import * as detseg from '../../src/index';
import { numbers } from '../support/numbers';
import type { Call } from '../support/wrongCalls';

const image = () => numbers(1, 4, 4, 2);
const channels = () => numbers(2);
const volume = () => numbers(1, 3, 4, 4, 2);
const signal = () => numbers(1, 6, 2);
const pooling = { size: 2, stride: 2, padding: 0, dilation: 1, ceilMode: false };
const convolution = { stride: 1, padding: 0, dilation: 1, groups: 1 };
const regions = () => ({ boxes: ndarray(Float32Array.from([0, 0, 3, 3]), [1, 4]), images: [0] });
const recurrent = (gates: number) => ({
  inputWeight: numbers(2, gates * 3),
  hiddenWeight: numbers(3, gates * 3),
  inputBias: numbers(gates * 3),
  hiddenBias: numbers(gates * 3),
});

const unary = (name: string, options?: object): Call => ({
  name,
  args: () => (options ? [numbers(2, 3), { ...options }] : [numbers(2, 3)]),
});

const binary = (name: string): Call => ({ name, args: () => [numbers(2, 3), numbers(3)] });

const elementwise: Call[] = [
  ...'abs exp hardSigmoid hardSwish log log1p negate relu relu6 sigmoid silu softplus sqrt tanh'
    .split(' ')
    .map((name) => unary(name)),
  unary('elu', { alpha: 1 }),
  unary('gelu', { approximate: 'tanh' }),
  unary('leakyRelu', { slope: 0.1 }),
  unary('clamp', { min: -1, max: 1 }),
  ...'add divide equal greater greaterEqual less lessEqual maximum minimum multiply notEqual subtract'
    .split(' ')
    .map(binary),
  { name: 'add', args: () => [[[1, 2]], 3], data: ['0', '1'] },
  { name: 'pow', args: () => [numbers(3), 1.5] },
  { name: 'scale', args: () => [numbers(3), 2, 1] },
  { name: 'prelu', args: () => [numbers(2, 3), numbers(3)] },
  { name: 'where', args: () => [numbers(3), 1, numbers(3)], data: ['1'] },
  { name: 'dropout', args: () => [numbers(3), { probability: 0.5, seed: 1 }] },
];

const reductions: Call[] = [
  ...'sum mean max min logSumExp'.split(' ').map((name) => unary(name, { axes: [0], keepDims: true })),
  ...'argMax argMin'.split(' ').map((name) => unary(name, { axis: 0, keepDims: true })),
  unary('variance', { axes: [1], keepDims: true, correction: 1 }),
  unary('cumulativeSum', { axis: 0, reverse: true }),
  unary('softmax', { axis: 0 }),
  unary('logSoftmax', { axis: 0 }),
  unary('sort', { axis: 0, descending: true }),
  { name: 'topK', args: () => [numbers(2, 3), 2, { axis: 1, largest: true }] },
];

const layout: Call[] = [
  { name: 'concat', args: () => [[numbers(2, 3), numbers(2, 1)], { axis: 1 }] },
  { name: 'stack', args: () => [[numbers(2, 3), numbers(2, 3)], { axis: 1 }] },
  { name: 'split', args: () => [numbers(2, 3), [1, 2], { axis: 1 }] },
  { name: 'expand', args: () => [numbers(1, 3), [2, 3]] },
  { name: 'reshape', args: () => [numbers(2, 3), [3, -1]] },
  { name: 'permute', args: () => [numbers(2, 3), [1, 0]] },
  { name: 'flip', args: () => [numbers(2, 3), { axes: [0] }] },
  { name: 'slice', args: () => [numbers(2, 3), { start: [0], end: [2], step: [1] }] },
  {
    name: 'pad',
    args: () => [
      numbers(2, 3),
      [
        [1, 0],
        [0, 1],
      ],
      { mode: 'constant', value: 1 },
    ],
    data: ['2.value'],
  },
  {
    name: 'pad',
    args: () => [
      numbers(2, 3),
      [
        [1, 0],
        [0, 1],
      ],
      { mode: 'replicate' },
    ],
  },
  { name: 'gather', args: () => [numbers(2, 3), [0, 1], { axis: 0 }] },
  { name: 'scatterAdd', args: () => [numbers(2, 3), [0, 1], { size: 4, axis: 0 }] },
  { name: 'embedding', args: () => [numbers(4, 3), [0, 1]] },
  { name: 'oneHot', args: () => [[0, 1], { classes: 3 }] },
  { name: 'matmul', args: () => [numbers(2, 3), numbers(3, 2), { transposeA: false, transposeB: false }] },
];

const convolutions: Call[] = [
  {
    name: 'conv1d',
    args: () => [signal(), numbers(3, 2, 2), { ...convolution, paddingMode: 'zeros', bias: channels() }],
  },
  {
    name: 'conv2d',
    args: () => [
      image(),
      numbers(3, 3, 2, 2),
      { ...convolution, padding: [1, 1], paddingMode: 'reflect', bias: channels() },
    ],
  },
  {
    name: 'conv2d',
    args: () => [
      image(),
      numbers(3, 3, 2, 2),
      {
        stride: [1, 1],
        padding: [
          [1, 0],
          [0, 1],
        ],
        dilation: [1, 1],
      },
    ],
  },
  {
    name: 'conv3d',
    args: () => [volume(), numbers(2, 2, 2, 2, 2), { ...convolution, paddingMode: 'replicate', bias: channels() }],
  },
  {
    name: 'convTranspose1d',
    args: () => [signal(), numbers(3, 2, 2), { ...convolution, outputPadding: 0, bias: channels() }],
  },
  {
    name: 'convTranspose2d',
    args: () => [image(), numbers(3, 3, 2, 2), { ...convolution, outputPadding: 0, bias: channels() }],
  },
  {
    name: 'convTranspose3d',
    args: () => [volume(), numbers(2, 2, 2, 2, 2), { ...convolution, outputPadding: 0, bias: channels() }],
  },
  { name: 'convMatrix', args: () => [[1, 2, 3], { ...convolution, size: 5 }], data: ['0'] },
  {
    name: 'convMatrix',
    args: () => [
      [
        [1, 2],
        [3, 4],
      ],
      { ...convolution, size: [3, 3] },
    ],
    data: ['0'],
  },
];

const images: Call[] = [
  { name: 'maxPool2d', args: () => [image(), { ...pooling }] },
  { name: 'maxPool2dWithIndices', args: () => [image(), { ...pooling }], says: ['maxPool2d'] },
  { name: 'avgPool2d', args: () => [image(), { ...pooling, countIncludePad: false }] },
  {
    name: 'maxUnpool2d',
    args: () => [numbers(1, 1, 1, 1), detseg.tensor([[[[3]]]]), { ...pooling, outputSize: 2 }],
  },
  { name: 'adaptiveAvgPool2d', args: () => [image(), { size: [3, 3] }] },
  { name: 'adaptiveMaxPool2d', args: () => [image(), { size: 3 }] },
  { name: 'adaptiveMaxPool2dWithIndices', args: () => [image(), { size: 3 }], says: ['adaptiveMaxPool2d'] },
  { name: 'bedOfNails', args: () => [image(), { stride: 2 }] },
  {
    name: 'resize',
    args: () => [image(), { size: [3, 3], scale: undefined, mode: 'bicubic', alignCorners: false, cubic: -0.5 }],
  },
  { name: 'gridSample', args: () => [image(), numbers(1, 2, 3, 2), { alignCorners: true, padding: 'border' }] },
  { name: 'resize', args: () => [image(), { scale: [2, 1.5] }] },
  {
    name: 'roiAlign',
    args: () => [image(), regions(), { size: 2, stride: 1, samples: 2, aligned: true }],
    records: ['1'],
  },
  { name: 'roiPool', args: () => [image(), regions(), { size: 2, stride: 1 }], records: ['1'] },
];

const norms: Call[] = [
  { name: 'batchNorm2d', args: () => [image(), channels(), channels(), { epsilon: 1e-5 }] },
  {
    name: 'batchNorm2dEvaluate',
    args: () => [image(), channels(), channels(), { mean: channels(), variance: channels(), epsilon: 1e-5 }],
  },
  { name: 'groupNorm', args: () => [image(), channels(), channels(), { groups: 2, epsilon: 1e-5 }] },
  { name: 'instanceNorm', args: () => [image(), channels(), channels(), { epsilon: 1e-5 }] },
  { name: 'layerNorm', args: () => [image(), channels(), channels(), { epsilon: 1e-5 }] },
];

const recurrences: Call[] = [
  {
    name: 'gru',
    args: () => [numbers(1, 2, 2), recurrent(3), { hidden: numbers(1, 3), lengths: [2] }],
    records: ['1'],
  },
  {
    name: 'lstm',
    args: () => [numbers(1, 2, 2), recurrent(4), { hidden: numbers(1, 3), cell: numbers(1, 3), lengths: [2] }],
    records: ['1'],
  },
];

export const calls: readonly Call[] = [
  ...elementwise,
  ...reductions,
  ...layout,
  ...convolutions,
  ...images,
  ...norms,
  ...recurrences,
];
