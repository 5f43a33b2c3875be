import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Tensor } from '../../src/index';
import * as detseg from '../../src/index';
import { assertAllClose } from '../support/allClose';
import { checkGolden, type DifferentiatedCase, goldenTensor } from '../support/checkGolden';
import { loadGolden } from '../support/golden';

const test = suite('golden');

type Inputs = Record<string, Tensor>;
type Operation = (inputs: Inputs, golden: DifferentiatedCase) => Tensor;

const binary = (operation: (a: Tensor, b: Tensor) => Tensor): Operation => {
  return ({ a, b }) => operation(a, b);
};
const unary = (operation: (x: Tensor) => Tensor): Operation => {
  return ({ x }) => operation(x);
};
const configured = (operation: (x: Tensor, options: any) => Tensor): Operation => {
  return ({ x }, { options }) => operation(x, options);
};
const convolution = (operation: (x: Tensor, weight: Tensor, options: any) => Tensor): Operation => {
  return ({ x, weight, bias }, { options }) => operation(x, weight, { ...options, bias });
};

/** A cell with given weights. */
const withWeights = <Cell extends object>(cell: Cell, { x: _, hidden: __, cell: ___, ...weights }: Inputs): Cell =>
  Object.assign(cell, weights);

/** Outputs `[N, T, H]` and states `[N, H]` in one row for each sequence. */
const rowsOf = (outputs: Tensor, ...states: Tensor[]): Tensor =>
  detseg.concat([outputs, ...states].map((x) => detseg.reshape(x, [x.shape[0], x.size / x.shape[0]])));

const families: Record<string, Record<string, Operation>> = {
  elementwise: {
    add: binary(detseg.add),
    subtract: binary(detseg.subtract),
    multiply: binary(detseg.multiply),
    divide: binary(detseg.divide),
    maximum: binary(detseg.maximum),
    minimum: binary(detseg.minimum),
    exp: unary(detseg.exp),
    log: unary(detseg.log),
    sqrt: unary(detseg.sqrt),
    log1p: unary(detseg.log1p),
    abs: unary(detseg.abs),
    negate: unary(detseg.negate),
    relu: unary(detseg.relu),
    sigmoid: unary(detseg.sigmoid),
    softplus: unary(detseg.softplus),
    tanh: unary(detseg.tanh),
    pow: ({ x }, { options }) => detseg.pow(x, options.exponent),
    clamp: configured(detseg.clamp),
    leakyRelu: configured(detseg.leakyRelu),
    relu6: unary(detseg.relu6),
    elu: configured(detseg.elu),
    hardSigmoid: unary(detseg.hardSigmoid),
    hardSwish: unary(detseg.hardSwish),
    silu: unary(detseg.silu),
    gelu: configured(detseg.gelu),
    prelu: ({ x, slope }) => detseg.prelu(x, slope),
    where: ({ condition, a, b }) => detseg.where(condition, a, b),
  },
  reduce: {
    sum: configured(detseg.sum),
    mean: configured(detseg.mean),
    max: configured(detseg.max),
    min: configured(detseg.min),
    variance: configured(detseg.variance),
    logSumExp: configured(detseg.logSumExp),
    cumulativeSum: configured(detseg.cumulativeSum),
    sort: ({ x }, { options }) => detseg.sort(x, options).values,
    topK: ({ x }, { options: { k, ...options } }) => detseg.topK(x, k, options).values,
    softmax: configured(detseg.softmax),
    logSoftmax: configured(detseg.logSoftmax),
  },
  matmul: { matmul: ({ a, b }, { options }) => detseg.matmul(a, b, options) },
  shape: {
    reshape: ({ x }, { options }) => detseg.reshape(x, options.shape),
    permute: ({ x }, { options }) => detseg.permute(x, options.axes),
    concat: (inputs, { options }) => detseg.concat(Object.values(inputs), options),
    slice: configured(detseg.slice),
    pad: ({ x }, { options: { padding, ...options } }) => detseg.pad(x, padding, options),
    flip: configured(detseg.flip),
    stack: (inputs, { options }) => detseg.stack(Object.values(inputs), options),
    split: ({ x }, { options: { sizes, part, ...options } }) => detseg.split(x, sizes, options)[part],
    scatterAdd: ({ x }, { options: { indices, ...options } }) =>
      detseg.scatterAdd(x, indices, options as { size: number }),
    embedding: ({ x }, { options }) => detseg.embedding(x, options.indices),
    gather: ({ x }, { options: { indices, ...options } }) => detseg.gather(x, indices, options),
  },
  conv1d: { conv1d: convolution(detseg.conv1d) },
  conv2d: { conv2d: convolution(detseg.conv2d) },
  conv3d: { conv3d: convolution(detseg.conv3d) },
  convTranspose1d: { convTranspose1d: convolution(detseg.convTranspose1d) },
  convTranspose2d: { convTranspose2d: convolution(detseg.convTranspose2d) },
  convTranspose3d: { convTranspose3d: convolution(detseg.convTranspose3d) },
  pool: {
    maxPool2d: configured(detseg.maxPool2d),
    avgPool2d: configured(detseg.avgPool2d),
    adaptiveMaxPool2d: configured(detseg.adaptiveMaxPool2d),
    adaptiveAvgPool2d: configured(detseg.adaptiveAvgPool2d),
  },
  normalize: {
    // The layer keeps running values with the momentum, not the operation.
    batchNorm2d: ({ x, scale, shift }, { options: { momentum, ...options } }) =>
      detseg.batchNorm2d(x, scale, shift, options).output,
    batchNorm2dEvaluate: ({ x, scale, shift, mean, variance }, { options }) =>
      detseg.batchNorm2dEvaluate(x, scale, shift, { ...options, mean, variance }),
    groupNorm: ({ x, scale, shift }, { options }) => detseg.groupNorm(x, scale, shift, options as { groups: number }),
    layerNorm: ({ x, scale, shift }, { options }) => detseg.layerNorm(x, scale, shift, options),
    instanceNorm: ({ x, scale, shift }, { options }) => detseg.instanceNorm(x, scale, shift, options),
  },
  recurrent: {
    lstm: ({ x, hidden, cell, ...weights }, { options }) => {
      const result = detseg.lstm(x, weights as unknown as detseg.RecurrentWeights, { hidden, cell, ...options });
      return rowsOf(result.outputs, result.hidden, result.cell);
    },
    gru: ({ x, hidden, ...weights }, { options }) => {
      const result = detseg.gru(x, weights as unknown as detseg.RecurrentWeights, { hidden, ...options });
      return rowsOf(result.outputs, result.hidden);
    },
    lstmCell: (inputs) => {
      const { x, hidden, cell } = inputs;
      const settings = { random: detseg.createRandom(0) };
      const module = withWeights(new detseg.LstmCell(x.shape[1], hidden.shape[1], settings), inputs);
      const state = module.forward(x, { hidden, cell });
      return rowsOf(state.hidden, state.cell);
    },
    gruCell: (inputs) => {
      const { x, hidden } = inputs;
      const settings = { random: detseg.createRandom(0) };
      return withWeights(new detseg.GruCell(x.shape[1], hidden.shape[1], settings), inputs).forward(x, hidden);
    },
  },
  losses: {
    crossEntropy: ({ logits }, { labels, options }) => detseg.crossEntropy(logits, goldenTensor(labels!), options),
    bceWithLogits: ({ logits, targets, weights }, { options }) =>
      detseg.bceWithLogits(logits, targets, { ...options, weights }),
    focalLoss: ({ logits, targets }, { options }) => detseg.focalLoss(logits, targets, options),
    diceLoss: ({ probabilities, targets }, { options }) => detseg.diceLoss(probabilities, targets, options),
    huber: ({ predicted, target }, { options }) => detseg.huber(predicted, target, options),
    l1: ({ predicted, target }, { options }) => detseg.l1(predicted, target, options),
    smoothL1: ({ predicted, target }, { options }) => detseg.smoothL1(predicted, target, options),
    mse: ({ predicted, target }, { options }) => detseg.mse(predicted, target, options),
  },
};

for (const [slug, operations] of Object.entries(families)) {
  const cases = loadGolden(slug).cases as DifferentiatedCase[];
  for (const [name, operation] of Object.entries(operations)) {
    const own = cases.filter(({ op }) => op === name);
    test(`${name} gives PyTorch's outputs and gradients (${own.length} cases)`, async () => {
      assert.ok(own.length > 0, `no golden case for ${name}`);
      for (const golden of own) await checkGolden(operation, golden);
    });
  }
  test(`${slug}: every golden case has its operation`, () => {
    assert.equal(
      cases.filter(({ op }) => !(op in operations)).map(({ name }) => name),
      [],
    );
  });
}

test("the indices of maxima are PyTorch's", async () => {
  for (const { op, inputs, options, indices } of loadGolden('pool').cases) {
    if (op !== 'maxPool2d' && op !== 'adaptiveMaxPool2d') continue;
    const pool = op === 'maxPool2d' ? detseg.maxPool2dWithIndices : detseg.adaptiveMaxPool2dWithIndices;
    const found = pool(goldenTensor(inputs.x), options as detseg.Pool2dOptions).indices;
    assert.equal([...(await found.data())], indices!.data);
  }
});

test("the indices of sort and topK are PyTorch's", async () => {
  for (const { op, inputs, options: all, indices } of loadGolden('reduce').cases) {
    if (op !== 'sort' && op !== 'topK') continue;
    const x = goldenTensor(inputs.x);
    const { k, ...options } = all;
    const found = op === 'sort' ? detseg.sort(x, options) : detseg.topK(x, k, options);
    assert.equal([...(await found.indices.data())], indices!.data);
  }
});

test("batchNorm2d's statistics are PyTorch's, running ones too", async () => {
  for (const golden of loadGolden('normalize').cases) {
    if (golden.op !== 'batchNorm2d') continue;
    const { x, scale, shift } = golden.inputs;
    const { epsilon, momentum } = golden.options;
    const result = detseg.batchNorm2d(goldenTensor(x), goldenTensor(scale), goldenTensor(shift), { epsilon });
    assertAllClose(await result.mean.data(), golden.mean!.data, { name: `${golden.name}: mean`, relative: 1e-4 });
    assertAllClose(await result.variance.data(), golden.variance!.data, {
      name: `${golden.name}: variance`,
      relative: 1e-4,
    });
    const layer = new detseg.BatchNorm2d(x.shape[3], { epsilon, momentum });
    layer.forward(goldenTensor(x));
    assertAllClose(await layer.mean.data(), golden.runningMean!.data, {
      name: `${golden.name}: running mean`,
      relative: 1e-4,
    });
    assertAllClose(await layer.variance.data(), golden.runningVariance!.data, {
      name: `${golden.name}: running variance`,
      relative: 1e-4,
    });
  }
});

test.run();
