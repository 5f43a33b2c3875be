import * as gpujs from 'gpu.js';
import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import * as detseg from '../../src';
import { enableSimd, simdReport } from '../../src/simd';
import { difference, noise } from './agreement';

const test = suite("simd: the library's own kernels");

enableSimd(gpujs);

const random = (shape: number[], seed: number) =>
  detseg.tensor(
    noise(
      shape.reduce((a, b) => a * b, 1),
      seed,
    ),
    shape,
  );

/** A number that depends on every element in its own way, so that its gradient tests the whole backward pass. */
const probe = (x: detseg.Tensor) => detseg.sum(detseg.multiply(x, random([...x.shape], 99)));

interface Example {
  inputs: number[][];
  run(...inputs: detseg.Tensor[]): detseg.Tensor;
}

const elementwise: Record<string, (x: detseg.Tensor) => detseg.Tensor> = {
  negate: detseg.negate,
  exp: detseg.exp,
  abs: detseg.abs,
  relu: detseg.relu,
  leakyRelu: detseg.leakyRelu,
  sigmoid: detseg.sigmoid,
  softplus: detseg.softplus,
  tanh: detseg.tanh,
  clamp: (x) => detseg.clamp(x, { min: -0.2, max: 0.3 }),
  sqrt: (x) => detseg.sqrt(detseg.add(x, 0.75)),
  log: (x) => detseg.log(detseg.add(x, 0.75)),
  pow: (x) => detseg.pow(x, 3),
  relu6: (x) => detseg.relu6(detseg.scale(x, 10)),
  elu: detseg.elu,
  hardSigmoid: (x) => detseg.hardSigmoid(detseg.scale(x, 8)),
  hardSwish: (x) => detseg.hardSwish(detseg.scale(x, 8)),
  silu: detseg.silu,
  gelu: detseg.gelu,
  'gelu, tanh': (x) => detseg.gelu(x, { approximate: 'tanh' }),
};

const examples: Record<string, Example> = {
  conv2d: {
    inputs: [
      [2, 9, 7, 5],
      [3, 3, 5, 8],
    ],
    run: (x, w) => detseg.conv2d(x, w, { padding: 1 }),
  },
  'conv2d, strided, dilated, odd channels': {
    inputs: [
      [2, 11, 9, 3],
      [3, 2, 3, 7],
    ],
    run: (x, w) => detseg.conv2d(x, w, { stride: 2, padding: [2, 1], dilation: [2, 1] }),
  },
  'conv2d, larger than a thread takes': {
    inputs: [
      [2, 17, 16, 4],
      [3, 3, 4, 12],
    ],
    run: (x, w) => detseg.conv2d(x, w, { padding: 1 }),
  },
  'conv2d, groups': {
    inputs: [
      [2, 7, 6, 8],
      [3, 3, 4, 6],
    ],
    run: (x, w) => detseg.conv2d(x, w, { padding: 1, groups: 2 }),
  },
  matmul: {
    inputs: [
      [3, 9, 13],
      [3, 13, 10],
    ],
    run: (a, b) => detseg.matmul(a, b),
  },
  'matmul, transposed': {
    inputs: [
      [13, 9],
      [12, 13],
    ],
    run: (a, b) => detseg.matmul(a, b, { transposeA: true, transposeB: true }),
  },
  maxPool2d: { inputs: [[2, 9, 8, 6]], run: (x) => detseg.maxPool2d(x, { size: 3, stride: 2, padding: 1 }) },
  avgPool2d: {
    inputs: [[2, 9, 8, 6]],
    run: (x) => detseg.avgPool2d(x, { size: 3, stride: 2, padding: 1, countIncludePad: false }),
  },
  'conv2d, same, reflected': {
    inputs: [
      [2, 8, 6, 4],
      [3, 3, 4, 8],
    ],
    run: (x, w) => detseg.conv2d(x, w, { padding: 'same', paddingMode: 'reflect', stride: 2 }),
  },
  'maxPool2d, dilated': {
    inputs: [[2, 9, 8, 6]],
    run: (x) => detseg.maxPool2d(x, { size: 3, stride: 1, dilation: 2 }),
  },
  'avgPool2d, rounded up': { inputs: [[2, 9, 8, 6]], run: (x) => detseg.avgPool2d(x, { size: 2, ceilMode: true }) },
  adaptiveAvgPool2d: { inputs: [[2, 9, 7, 6]], run: (x) => detseg.adaptiveAvgPool2d(x, { size: [4, 3] }) },
  adaptiveMaxPool2d: { inputs: [[2, 9, 7, 6]], run: (x) => detseg.adaptiveMaxPool2d(x, { size: [4, 3] }) },
  add: { inputs: [[2, 5, 6], [6]], run: (a, b) => detseg.add(a, b) },
  subtract: {
    inputs: [
      [2, 5, 7],
      [2, 1, 7],
    ],
    run: (a, b) => detseg.subtract(a, b),
  },
  multiply: {
    inputs: [
      [2, 5, 6],
      [5, 1],
    ],
    run: (a, b) => detseg.multiply(a, b),
  },
  divide: { inputs: [[2, 5, 6], [6]], run: (a, b) => detseg.divide(a, detseg.add(b, 2)) },
  maximum: { inputs: [[2, 5, 6], [6]], run: (a, b) => detseg.maximum(a, b) },
  minimum: { inputs: [[2, 5, 6], [6]], run: (a, b) => detseg.minimum(a, b) },
  prelu: { inputs: [[2, 5, 6], [6]], run: (x, slope) => detseg.prelu(x, slope) },
  where: { inputs: [[2, 5, 6], [5, 1], [6]], run: (c, a, b) => detseg.where(detseg.greater(c, 0), a, b) },
  sum: { inputs: [[6, 140, 5]], run: (x) => detseg.sum(x, { axes: 1 }) },
  max: { inputs: [[6, 14, 5]], run: (x) => detseg.max(x, { axes: [0, 1] }) },
  permute: { inputs: [[3, 4, 5, 6]], run: (x) => detseg.permute(x, [2, 0, 3, 1]) },
  slice: { inputs: [[7, 8, 9]], run: (x) => detseg.slice(x, { start: [1, 2, 0], end: [6, 8, 9], step: [2, 3, 2] }) },
  pad: {
    inputs: [[3, 4, 5]],
    run: (x) =>
      detseg.pad(
        x,
        [
          [1, 0],
          [2, 3],
          [3, 4],
        ],
        { value: 0.5 },
      ),
  },
  concat: {
    inputs: [
      [3, 5],
      [3, 6],
    ],
    run: (a, b) => detseg.concat([a, b]),
  },
  gather: { inputs: [[6, 9]], run: (x) => detseg.gather(x, [5, 0, 3, 3]) },
  scatterAdd: { inputs: [[6, 9]], run: (x) => detseg.scatterAdd(x, [5, 0, 3, 3, 1, 5], { size: 7 }) },
  cumulativeSum: { inputs: [[3, 21, 5]], run: (x) => detseg.cumulativeSum(x, { axis: 1, reverse: true }) },
  topK: { inputs: [[6, 9]], run: (x) => detseg.topK(x, 4).values },
  flip: { inputs: [[5, 6, 7]], run: (x) => detseg.flip(x, { axes: [0, 2] }) },
  variance: { inputs: [[6, 14, 5]], run: (x) => detseg.variance(x, { axes: 1 }) },
  logSumExp: { inputs: [[6, 14, 5]], run: (x) => detseg.logSumExp(x, { axes: [0, 2] }) },
  softmax: { inputs: [[6, 9]], run: (x) => detseg.softmax(x) },
  logSoftmax: { inputs: [[6, 9]], run: (x) => detseg.logSoftmax(x) },
  batchNorm2d: {
    inputs: [[3, 4, 5, 6], [6], [6]],
    run: (x, scale, shift) => detseg.batchNorm2d(x, scale, shift).output,
  },
  groupNorm: {
    inputs: [[3, 4, 5, 6], [6], [6]],
    run: (x, scale, shift) => detseg.groupNorm(x, scale, shift, { groups: 2 }),
  },
  layerNorm: {
    inputs: [[3, 4, 5, 6], [6], [6]],
    run: (x, scale, shift) => detseg.layerNorm(x, scale, shift),
  },
  instanceNorm: {
    inputs: [[3, 4, 5, 6], [6], [6]],
    run: (x, scale, shift) => detseg.instanceNorm(x, scale, shift),
  },
  dropout: { inputs: [[40, 9]], run: (x) => detseg.dropout(x, { probability: 0.4, seed: 5 }) },
  crossEntropy: { inputs: [[8, 5]], run: (x) => detseg.crossEntropy(x, detseg.tensor([0, 1, 2, 3, 4, 3, 2, 0], [8])) },
  bceWithLogits: {
    inputs: [
      [8, 5],
      [8, 5],
    ],
    run: (x, t) => detseg.bceWithLogits(x, detseg.abs(t)),
  },
  smoothL1: {
    inputs: [
      [8, 5],
      [8, 5],
    ],
    run: (x, t) => detseg.smoothL1(x, t),
  },
};
for (const [name, run] of Object.entries(elementwise)) examples[name] = { inputs: [[6, 7]], run };

async function results(backend: detseg.Backend, { inputs, run }: Example): Promise<number[]> {
  await detseg.useDevice(backend);
  const leaves = inputs.map((shape, i) => random(shape, i + 1));
  const value = run(...leaves);
  const slopes = detseg.gradients(probe(value), leaves);
  const all = [value, ...slopes];
  await detseg.realize(...all);
  return (await Promise.all(all.map((part) => part.data()))).flatMap((data) => Array.from(data as Float32Array));
}

for (const [name, example] of Object.entries(examples)) {
  test(`${name}: value and gradient`, async () => {
    const expected = await results('cpu', example);
    const actual = await results('webasm', example);
    assert.ok(expected.length > 1 && expected.every(Number.isFinite));
    const apart = difference(actual, expected);
    assert.ok(apart < 1e-5, `${apart}`);
  });
}

// What has no gradient: several steps, each of which starts from the numbers of the one before.
const optimizers: Record<string, (target: detseg.Parameter[]) => detseg.Optimizer> = {
  'sgd with momentum': (target) => detseg.sgd(target, { learningRate: 0.05, momentum: 0.9, weightDecay: 0.01 }),
  'sgd with a look ahead': (target) => detseg.sgd(target, { learningRate: 0.05, momentum: 0.9, nesterov: true }),
  adam: (target) => detseg.adam(target, { learningRate: 0.01, weightDecay: 0.1 }),
  adamW: (target) => detseg.adamW(target, { learningRate: 0.01, weightDecay: 0.1 }),
};
const cloud = (count: number, dimensions: number) => ndarray(noise(count * dimensions, 7), [count, dimensions]);
const programs: Record<string, () => Promise<ArrayLike<number>[]>> = {
  kMeans: async () => {
    const { centers, labels, objective } = await detseg.kMeans(cloud(1300, 3), { k: 5, init: cloud(5, 3) });
    return [centers.data, labels.data, [objective]];
  },
};
for (const kernel of ['flat', 'gaussian'] as const) {
  programs[`meanShift, ${kernel}`] = async () => {
    // Where a walk ends depends on roundings; its first steps hardly do.
    const options = { bandwidth: 0.35, kernel, maxIterations: 3, trajectories: true };
    const { trajectories } = await detseg.meanShift(cloud(500, 2), options);
    return trajectories.map(({ data }) => data);
  };
}
for (const [name, create] of Object.entries(optimizers)) {
  programs[name] = async () => {
    // More numbers than a tile takes, in whole and in broken quads, and fewer.
    const parameters = [1600, 1303, 5].map((size, i) => new detseg.Parameter(noise(size, i + 1), [size]));
    const optimizer = create(parameters);
    for (let step = 0; step < 4; step++) {
      await optimizer.step(parameters.map((p, i) => detseg.mse(p, random([p.size], i + 9))).reduce(detseg.add));
    }
    return [
      ...parameters.map(({ value }) => value.data!),
      ...Object.values(optimizer.stateDict().slots).map(({ data }) => data),
    ];
  };
}
for (const [name, program] of Object.entries(programs)) {
  test(`${name}: the numbers of plain JavaScript`, async () => {
    const parts: number[][][] = [];
    for (const backend of ['cpu', 'webasm'] as const) {
      await detseg.useDevice(backend);
      parts.push((await program()).map((part) => Array.from(part)));
    }
    const [expected, actual] = parts;
    assert.ok(expected.length > 1);
    for (const [part, numbers] of expected.entries()) {
      assert.ok(numbers.length > 0 && numbers.every(Number.isFinite));
      const apart = difference(actual[part], numbers);
      assert.ok(apart < 1e-5, `part ${part}: ${apart}`);
    }
  });
}

test('no kernel was left to gpu.js', () => {
  const report = simdReport();
  assert.ok(report.length > 50, `${report.length} kernels`);
  assert.equal(
    report.filter(({ stock }) => stock !== null),
    [],
  );
  const hot = report.filter(({ kernel }) => /^(conv2d|matmul)/.test(kernel) && !/Grouped/.test(kernel));
  assert.ok(hot.length >= 10, `${hot.length} kernels`);
  for (const { kernel, loads } of hot) assert.is(loads.gathered, 0, kernel);
});

test.after(async () => {
  await detseg.useDevice('cpu');
  setImmediate(() => process.exit());
});
test.run();
