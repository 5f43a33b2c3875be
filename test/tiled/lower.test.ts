import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { conv2dInputGradient, conv2d as conv2dKernel } from '../../kernels/conv2d';
import { conv2dGrouped } from '../../kernels/conv2dGrouped';
import { affine } from '../../kernels/elementwise';
import { add, applyKernel, conv2d, deviceReport, matmul, relu, tensor, useDevice } from '../../src/index';
import type { PlanDescription } from '../../src/plan/planDescription';
import { lower } from '../../src/tiled/lower';
import { chooseSumTile, chooseTile } from '../../src/tiled/source';
import { compareBackEnds, draw } from '../support/plainAndTiled';

const test = suite('tiled/lower');

// [N, H, W, Cin, Cout, kernel, stride, padding, dilation]: whole and broken lanes, odd sizes, every stride and border, 1 to 33 channels.
const shapes = [
  [2, 16, 16, 4, 8, 3, 1, 2, 2],
  [2, 15, 13, 5, 6, 3, 1, 2, 2],
  [1, 16, 16, 8, 8, 3, 2, 2, 2],
  [1, 18, 18, 4, 8, 3, 2, 3, 3],
  [1, 16, 16, 8, 4, 2, 2, 1, 3],
  [2, 17, 17, 3, 17, 3, 1, 0, 4],
  [1, 12, 12, 8, 8, 5, 3, 4, 2],
  [2, 16, 16, 4, 8, 3, 1, 1],
  [2, 16, 16, 3, 16, 3, 1, 1],
  [2, 16, 16, 16, 32, 3, 2, 1],
  [1, 16, 16, 4, 4, 3, 2, 1],
  [2, 16, 16, 8, 4, 5, 2, 2],
  [2, 16, 16, 8, 8, 1, 1, 0],
  [2, 16, 16, 8, 8, 2, 2, 0],
  [2, 16, 16, 3, 5, 3, 1, 1],
  [1, 16, 16, 6, 7, 3, 2, 1],
  [2, 16, 16, 2, 3, 5, 1, 2],
  [1, 17, 13, 5, 6, 3, 1, 1],
  [2, 15, 15, 3, 8, 3, 2, 1],
  [1, 9, 9, 1, 1, 3, 1, 0],
  [1, 12, 18, 4, 8, 3, 3, 1],
  [1, 11, 10, 7, 33, 3, 2, 0],
  [3, 32, 32, 8, 16, 3, 1, 1],
];

for (const [batch, height, width, inputs, outputs, size, stride, padding, dilation = 1] of shapes) {
  const name = `${batch}×${height}×${width}, ${inputs}→${outputs} channels, ${size}×${size}, stride ${stride}, padding ${padding}, dilation ${dilation}`;
  test(`conv2d and its gradients agree with the plain kernels: ${name}`, async () => {
    const difference = await compareBackEnds(() => {
      const [x, w, b] = [draw(1, batch, height, width, inputs), draw(2, size, size, inputs, outputs), draw(3, outputs)];
      return { inputs: [x, w, b], output: conv2d(x, w, { bias: b, stride, padding, dilation }) };
    });
    assert.ok(difference < 1e-5, `relative difference ${difference}`);
  });
}

test('layers in a row agree: a ReLU joins the border, a bias the sums', async () => {
  const difference = await compareBackEnds(() => {
    const [x, w1, b1, w2, b2] = [
      draw(1, 2, 24, 24, 3),
      draw(2, 3, 3, 3, 8),
      draw(3, 8),
      draw(4, 3, 3, 8, 12),
      draw(5, 12),
    ];
    const hidden = relu(conv2d(x, w1, { bias: b1, padding: 1 }));
    const again = relu(conv2d(hidden, w2, { bias: b2, stride: 2, padding: 1 }));
    return { inputs: [x, w1, b1, w2, b2], output: add(again, 1) };
  });
  assert.ok(difference < 1e-5, `relative difference ${difference}`);
  assert.match((await deviceReport()).executor ?? '', /^fused-/);
});

for (const [a, b, transposeA, transposeB] of [
  [[12, 20], [20, 16], false, false],
  [[20, 12], [20, 16], true, false],
  [[12, 20], [16, 20], false, true],
  [[20, 12], [16, 20], true, true],
  [[3, 6, 10], [10, 8], false, false],
  [[3, 6, 10], [3, 8, 10], false, true],
  [[5, 7], [7, 3], false, false],
] as const) {
  test(`matmul agrees with the plain kernel: [${a}] · [${b}], transposed ${transposeA}, ${transposeB}`, async () => {
    const difference = await compareBackEnds(() => {
      const [left, right] = [draw(1, ...a), draw(2, ...b)];
      return { inputs: [left, right], output: matmul(left, right, { transposeA, transposeB }) };
    });
    assert.ok(difference < 1e-5, `relative difference ${difference}`);
  });
}

function convolution(inputs: number[], outChannels = 8): PlanDescription['steps'][number] {
  const sizes = { batch: 1, height: 8, width: 8, inChannels: 4, outHeight: 8, outWidth: 8, outChannels };
  const window = { kernelHeight: 3, kernelWidth: 3, strideY: 1, strideX: 1, padY: 1, padX: 1 };
  const constants = { ...sizes, ...window, dilationY: 1, dilationX: 1 };
  return { kernel: conv2dKernel, grid: [outChannels, 8, 8], constants, scalars: {}, inputs };
}

const names = ({ steps }: PlanDescription) => steps.map(({ kernel }) => kernel.name);

test('a convolution becomes a border and a tiled sum; two of one image share the border', () => {
  const one = lower({ leafSizes: [1, 1], steps: [convolution([~0, ~1])], pauses: [], outputs: [0] });
  assert.equal(names(one), ['padImage', 'conv2dTiled']);
  const two = lower({
    leafSizes: [1, 1, 1],
    steps: [convolution([~0, ~1]), convolution([~0, ~2])],
    pauses: [],
    outputs: [0, 1],
  });
  assert.equal(names(two), ['padImage', 'conv2dTiled', 'conv2dTiled']);
  assert.equal(two.outputs, [1, 2]);
});

test('a pause stays between the same steps, and what it looks at is computed', () => {
  const scaled = { kernel: affine, grid: [512], constants: {}, scalars: { scale: 2, shift: 0 }, inputs: [~0] };
  const { steps, pauses, outputs } = lower({
    leafSizes: [256, 288, 288],
    // The second step is read by nobody; the pause looks at the first and decides on the weights of the third.
    steps: [convolution([~0, ~1]), scaled, convolution([~0, ~2]), { ...scaled, inputs: [2] }],
    pauses: [{ at: 2, inputs: [0, ~0], leaves: [2] }],
    outputs: [3],
  });
  const list = steps.map(({ kernel }) => kernel.name);
  // The scaling joins the sums of the convolution that it alone reads.
  assert.equal(list, ['padImage', 'conv2dTiled', 'conv2dTiled']);
  assert.equal(pauses, [{ at: 2, inputs: [1, ~0], leaves: [2] }]);
  assert.equal(outputs, [2]);
});

test('what the rules do not take stays as it was', () => {
  const step = { ...convolution([~0, ~1]), kernel: conv2dGrouped };
  assert.equal(lower({ leafSizes: [1, 1], steps: [step], pauses: [], outputs: [0] }), {
    leafSizes: [1, 1],
    steps: [step],
    pauses: [],
    outputs: [0],
  });
});

test('tiles divide the output and fit the registers', () => {
  for (let channels = 4; channels <= 64; channels += 4) {
    for (let cells = 1; cells <= 33; cells++) {
      for (const step of [1, 2, 3]) {
        for (const { quads, rows } of [
          chooseTile(channels, cells * step, { step }),
          chooseSumTile(channels, cells * step, step),
        ]) {
          assert.ok((channels / 4) % quads === 0 && (cells * step) % rows === 0 && rows % step === 0);
          assert.ok(quads * rows <= 12, `${quads} × ${rows}`);
        }
      }
    }
  }
});

test('a launch by hand that lacks a constant which the kernel never reads runs the plain kernel', async () => {
  await useDevice('webasm');
  const constants = {
    ...{ height: 5, width: 5, inChannels: 1, outHeight: 2, outWidth: 2, outChannels: 1 },
    ...{ kernelHeight: 3, kernelWidth: 3, strideY: 2, strideX: 2, padY: 0, padX: 0, dilationY: 1, dilationX: 1 },
  };
  const inputs = [
    tensor([
      [1, 2],
      [3, 4],
    ]),
    tensor(new Float32Array(9).fill(1)),
  ];
  const launched = applyKernel(conv2dInputGradient, { inputs, shape: [5, 5], grid: [1, 5, 5], constants });
  assert.equal([...(await launched.data())].slice(10, 15), [4, 4, 10, 6, 6]);
});

test.run();
