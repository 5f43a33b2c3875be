import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  abs,
  add,
  batchNorm2dEvaluate,
  clamp,
  conv2d,
  exp,
  gelu,
  gradients,
  hardSwish,
  leakyRelu,
  matmul,
  multiply,
  realize,
  relu,
  relu6,
  reshape,
  scale,
  silu,
  softplus,
  sum,
  type Tensor,
  tensor,
  useDevice,
} from '../../src/index';
import { loweredKernels } from '../support/loweredKernels';
import { compareBackEnds, draw } from '../support/plainAndTiled';

const test = suite('tiled/ending');

/** Batch norm with statistics of its own. */
function normalize(y: Tensor): Tensor {
  const channels = y.shape[y.rank - 1];
  const image = y.rank === 4 ? y : reshape(y, [1, 1, y.size / channels, channels]);
  const [mean, scales, shift] = [5, 6, 7].map((seed) => draw(seed, channels));
  const variance = add(abs(draw(8, channels)), 0.1);
  return reshape(batchNorm2dEvaluate(image, scales, shift, { mean, variance }), y.shape);
}

/** A dense, a pointwise, a grouped and a depthwise convolution and a product, each with its numbers and the kernel that sums. */
const layers: Record<
  string,
  { inputs: () => [Tensor, Tensor]; run: (x: Tensor, w: Tensor) => Tensor; kernel: string }
> = {
  dense: {
    inputs: () => [draw(1, 2, 9, 10, 8), draw(2, 3, 3, 8, 12)],
    run: (x, w) => conv2d(x, w, { padding: 1 }),
    kernel: 'conv2dTiled',
  },
  'dense, broken lanes': {
    inputs: () => [draw(1, 2, 9, 10, 8), draw(2, 3, 3, 8, 6)],
    run: (x, w) => conv2d(x, w, { padding: 1 }),
    kernel: 'conv2dTiled',
  },
  depthwise: {
    inputs: () => [draw(1, 2, 9, 19, 12), draw(2, 3, 3, 1, 12)],
    run: (x, w) => conv2d(x, w, { padding: 1, groups: 12 }),
    kernel: 'depthwiseTiled',
  },
  product: { inputs: () => [draw(1, 15, 20), draw(2, 20, 8)], run: (a, b) => matmul(a, b), kernel: 'matmulTiled' },
  'products of a batch': {
    inputs: () => [draw(1, 3, 6, 20), draw(2, 3, 20, 8)],
    run: (a, b) => matmul(a, b),
    kernel: 'matmulTiled',
  },
};

const endings: Record<string, (y: Tensor) => Tensor> = {
  relu,
  relu6,
  clamp: (y) => clamp(y, { min: -0.5, max: 0.25 }),
  leakyRelu: (y) => leakyRelu(y, { slope: 0.2 }),
  hardSwish,
  silu,
  gelu,
  softplus,
  exp: (y) => exp(scale(y, 0.1)),
  'bias, ReLU6': (y) => relu6(add(y, draw(5, y.shape[y.rank - 1]))),
  'bias, shortcut, ReLU': (y) => relu(add(add(y, draw(5, y.shape[y.rank - 1])), draw(6, ...y.shape))),
  'shortcut on the left': (y) => relu(add(draw(6, ...y.shape), y)),
  'twice the same activation': (y) => leakyRelu(leakyRelu(y, { slope: 0.5 }), { slope: 0.25 }),
  'batch norm': normalize,
  'batch norm, shortcut, ReLU': (y) => relu(add(normalize(y), draw(9, ...y.shape))),
  'bias, batch norm, ReLU6': (y) => relu6(normalize(add(y, draw(4, y.shape[y.rank - 1])))),
  'two shortcuts': (y) => add(abs(add(y, draw(6, ...y.shape))), draw(7, ...y.shape)),
};

for (const [layer, { inputs, run }] of Object.entries(layers)) {
  for (const [ending, apply] of Object.entries(endings)) {
    test(`${layer}, then ${ending}: alone and with gradients, as the plain kernels`, async () => {
      const difference = await compareBackEnds(() => {
        const leaves = inputs();
        return { inputs: leaves, output: apply(run(leaves[0], leaves[1])) };
      });
      assert.ok(difference < 1e-5, `relative difference ${difference}`);
      const results: Float32Array[] = [];
      for (const backend of ['cpu', 'webasm'] as const) {
        await useDevice(backend);
        results.push(await apply(run(...inputs())).data());
      }
      const [plain, joined] = results;
      const largest = plain.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const apart = plain.reduce((most, value, i) => Math.max(most, Math.abs(value - joined[i])), 0);
      assert.ok(apart < 1e-5 * largest, `difference ${apart} of ${largest}`);
    });
  }
}

for (const [layer, { inputs, run, kernel }] of Object.entries(layers)) {
  if (layer === 'dense, broken lanes') continue;
  test(`${layer}: bias, batch norm, shortcut and activation are one launch with the sums`, async () => {
    const names = await loweredKernels(() => {
      const y = run(...inputs());
      return [relu6(add(normalize(add(y, draw(5, y.shape[y.rank - 1]))), draw(6, ...y.shape)))];
    });
    assert.is(names.at(-1), kernel);
    assert.equal(
      names.filter((name) => !['padImage', 'abs', 'add', 'batchNormFactor'].includes(name)),
      [kernel],
    );
  });
}

test('the later of two convolutions takes the other along', async () => {
  const names = await loweredKernels(() => {
    const x = draw(1, 1, 8, 8, 8);
    return [relu(add(conv2d(x, draw(2, 1, 1, 8, 8)), conv2d(x, draw(3, 1, 1, 8, 8))))];
  });
  assert.is(names.length, 2);
});

test('sums that others read, too, stay as they are', async () => {
  const convolution = () => conv2d(draw(1, 1, 8, 8, 8), draw(2, 1, 1, 8, 8));
  const handedOut = await loweredKernels(() => {
    const y = convolution();
    return [y, relu6(y)];
  });
  assert.is(handedOut.length, 2);
  const readTwice = await loweredKernels(() => {
    const y = convolution();
    return [multiply(relu6(y), exp(y))];
  });
  assert.is(readTwice.length, 4);
  const withItself = await loweredKernels(() => {
    const y = convolution();
    return [add(y, y)];
  });
  assert.is(withItself.length, 2);
});

test('in training the activation stays apart, since its gradient needs the sums', async () => {
  const names = await loweredKernels(() => {
    const [x, w] = [draw(1, 1, 8, 8, 8), draw(2, 1, 1, 8, 8)];
    const output = relu6(conv2d(x, w));
    return [output, ...gradients(sum(multiply(output, output)), [w])];
  });
  assert.is(names.filter((name) => /^relu6/.test(name)).length, 2, `${names}`);
});

test('a number that is none passes through the joined activations', async () => {
  await useDevice('webasm');
  const x = tensor(new Float32Array(4 * 8).fill(Number.NaN), [1, 2, 2, 8]);
  for (const activation of [relu, relu6]) {
    const y = activation(conv2d(x, draw(2, 1, 1, 8, 8)));
    await realize(y);
    assert.ok((await y.data()).every(Number.isNaN));
  }
});

test.run();
