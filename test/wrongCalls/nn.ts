import * as detseg from '../../src/index';
import { numbers } from '../support/numbers';
import type { Call } from '../support/wrongCalls';

const random = () => detseg.createRandom(1);
const image = () => numbers(1, 4, 4, 2);
const settings = () => ({ random: random(), bias: true, initialize: detseg.xavierUniform });
const walk = { stride: 1, padding: 0, dilation: 1, groups: 1 };
const conv = () => new detseg.Conv2d(2, 2, { size: 3, random: random() });

/** A layer's constructor, with a forward pass of what it made, and that forward pass by itself. */
function layer(name: string, args: () => unknown[], input: () => unknown[], says: readonly string[] = []): Call[] {
  const make = () => new (detseg as any)[name](...args());
  return [
    { name, args, after: (made) => made.forward(...input()), says },
    { name: `${name}.forward`, on: make, args: input, says },
  ];
}

const initializer = (name: string): Call => ({ name, args: () => [[2, 3], random()] });

export const calls: readonly Call[] = [
  ...layer(
    'Conv1d',
    () => [2, 2, { size: 3, ...settings(), ...walk, paddingMode: 'zeros' }],
    () => [numbers(1, 5, 2)],
  ),
  ...layer(
    'Conv2d',
    () => [2, 2, { size: [3, 3], ...settings(), ...walk, paddingMode: 'zeros' }],
    () => [image()],
  ),
  ...layer(
    'Conv3d',
    () => [2, 2, { size: 2, ...settings(), ...walk, paddingMode: 'zeros' }],
    () => [numbers(1, 3, 3, 3, 2)],
  ),
  ...layer(
    'ConvTranspose1d',
    () => [2, 2, { size: 3, ...settings(), ...walk, outputPadding: 0 }],
    () => [numbers(1, 5, 2)],
  ),
  ...layer(
    'ConvTranspose2d',
    () => [2, 2, { size: 3, ...settings(), ...walk, outputPadding: 0 }],
    () => [image()],
  ),
  ...layer(
    'ConvTranspose3d',
    () => [2, 2, { size: 2, ...settings(), ...walk, outputPadding: 0 }],
    () => [numbers(1, 3, 3, 3, 2)],
  ),
  ...layer(
    'Linear',
    () => [3, 2, settings()],
    () => [numbers(2, 3)],
    ['matmul'],
  ),
  ...layer(
    'Embedding',
    () => [4, 2, { random: random(), initialize: detseg.normal(1) }],
    () => [[0, 1]],
  ),
  ...layer(
    'BatchNorm2d',
    () => [2, { momentum: 0.1, epsilon: 1e-5 }],
    () => [image()],
  ),
  ...layer(
    'GroupNorm',
    () => [2, { groups: 2, epsilon: 1e-5 }],
    () => [image()],
  ),
  ...layer(
    'InstanceNorm',
    () => [2, { epsilon: 1e-5 }],
    () => [image()],
  ),
  ...layer(
    'LayerNorm',
    () => [[2], { epsilon: 1e-5 }],
    () => [image()],
  ),
  ...layer(
    'PRelu',
    () => [2, { slope: 0.25 }],
    () => [image()],
    ['prelu'],
  ),
  ...layer(
    'Dropout',
    () => [{ probability: 0.5, random: random() }],
    () => [image()],
  ),
  ...layer(
    'Sequential',
    () => [conv(), detseg.relu],
    () => [image()],
    ['conv2d'],
  ),
  ...layer(
    'LstmCell',
    () => [3, 2, { ...settings(), forgetBias: 1 }],
    () => [numbers(1, 3), { hidden: numbers(1, 2), cell: numbers(1, 2) }],
  ).map((call) => (call.on ? { ...call, records: ['1'] } : call)),
  ...layer(
    'GruCell',
    () => [3, 2, settings()],
    () => [numbers(1, 3), numbers(1, 2)],
  ),
  ...layer(
    'Lstm',
    () => [3, 2, { ...settings(), forgetBias: 1, layers: 1 }],
    () => [numbers(1, 2, 3), { state: { hidden: numbers(1, 1, 2), cell: numbers(1, 1, 2) }, lengths: [2] }],
    ['LstmCell'],
  ),
  ...layer(
    'Gru',
    () => [3, 2, { ...settings(), layers: 2 }],
    () => [numbers(1, 2, 3), { hidden: numbers(2, 1, 2), lengths: [2] }],
    ['GruCell'],
  ),
  ...'kaimingNormal kaimingUniform xavierNormal xavierUniform'.split(' ').map(initializer),
  { name: 'normal', args: () => [0.1], after: (draw) => draw([2, 2], random()) },
  { name: 'bilinear', args: () => [[2, 2, 1, 1]] },
  { name: 'Parameter', args: () => [new Float32Array(4), [2, 2]] },
  {
    name: 'Parameter.assign',
    on: () => new detseg.Parameter(new Float32Array(4), [2, 2]),
    args: () => [numbers(2, 2)],
  },
  { name: 'RunningValue', args: () => [new Float32Array(4), [2, 2], { averaged: true }] },
  { name: 'freeze', args: () => [conv()] },
  { name: 'unfreeze', args: () => [conv()] },
  { name: 'foldBatchNorm', args: () => [conv()] },
  {
    name: 'Conv2d.loadStateDict',
    on: conv,
    args: () => [{ weight: numbers(3, 3, 2, 2), bias: numbers(2) }],
    records: ['0'],
  },
  {
    name: 'receptiveField',
    args: () => [[{ size: 3, stride: 2, dilation: 1, padding: 1 }]],
  },
  {
    name: 'measureReceptiveField',
    args: () => [conv(), { size: [4, 4], random: random(), channels: 2, at: [0, 0], samples: 1 }],
    says: ['conv2d'],
  },
];
