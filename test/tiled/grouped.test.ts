import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { add, type Conv2dOptions, conv2d, convTranspose2d, gradients, multiply, relu6, sum } from '../../src/index';
import { loweredKernels } from '../support/loweredKernels';
import { compareBackEnds, draw } from '../support/plainAndTiled';
import { createNumbers } from '../support/randomTensor';

const test = suite('tiled/grouped');

interface Case extends Conv2dOptions {
  /** `[N, H, W]`. */
  x: number[];
  /** `[kh, kw]`. */
  window: number[];
  groups: number;
  /** Channels of a group, in and out. */
  width: number;
  outWidth?: number;
}

const cases: Case[] = [
  // As ResNeXt has them, with fewer groups: 4 to 32 channels a group.
  { x: [1, 8, 8], window: [3, 3], groups: 8, width: 4, padding: 1 },
  { x: [2, 8, 8], window: [3, 3], groups: 4, width: 8, padding: 1, stride: 2 },
  { x: [1, 7, 7], window: [3, 3], groups: 4, width: 16, padding: 1 },
  { x: [1, 6, 6], window: [3, 3], groups: 2, width: 32, padding: 1 },
  { x: [1, 14, 14], window: [5, 5], groups: 3, width: 8, padding: 2, stride: 2 },
  { x: [1, 8, 8], window: [1, 1], groups: 4, width: 8 },
  // Channels that grow and shrink.
  { x: [1, 6, 8], window: [3, 3], groups: 3, width: 4, outWidth: 8, padding: 1 },
  { x: [1, 6, 8], window: [3, 3], groups: 2, width: 8, outWidth: 4, padding: 1, stride: 2 },
  // Rows that no tile divides: a tile goes on in the next row, and in the next image.
  { x: [2, 5, 19], window: [3, 3], groups: 2, width: 8, padding: 1 },
  { x: [3, 3, 11], window: [3, 3], groups: 2, width: 16 },
  { x: [1, 19, 19], window: [3, 3], groups: 2, width: 8, padding: 1, stride: 2 },
  { x: [1, 1, 1], window: [3, 3], groups: 2, width: 4, padding: 1 },
  // Strides larger than the window, dilation, more padding than the window is wide.
  { x: [1, 12, 13], window: [2, 3], groups: 2, width: 4, stride: [3, 1], padding: [1, 0] },
  { x: [1, 11, 12], window: [1, 1], groups: 2, width: 4, stride: 3 },
  { x: [2, 12, 16], window: [3, 3], groups: 2, width: 8, padding: 3, dilation: 3 },
  { x: [1, 13, 11], window: [3, 2], groups: 2, width: 4, stride: [2, 1], padding: [2, 1], dilation: [2, 3] },
  { x: [1, 6, 7], window: [2, 2], groups: 2, width: 4, padding: 4 },
  { x: [1, 20, 21], window: [3, 3], groups: 2, width: 4, stride: 5 },
  { x: [1, 20, 21], window: [3, 3], groups: 2, width: 4, stride: 10 },
  // Groups narrower than the lanes: several are taken as one.
  { x: [1, 6, 7], window: [3, 3], groups: 8, width: 2, padding: 1 },
  { x: [2, 6, 6], window: [3, 3], groups: 6, width: 2, padding: 1, stride: 2 },
  { x: [1, 6, 7], window: [3, 3], groups: 4, width: 3, padding: 1 },
  { x: [1, 6, 7], window: [3, 3], groups: 3, width: 2, outWidth: 5, padding: 1 },
  { x: [1, 6, 7], window: [3, 3], groups: 2, width: 6, outWidth: 2, padding: 1, stride: 2 },
  { x: [1, 6, 7], window: [3, 3], groups: 5, width: 2, outWidth: 4, padding: 1 },
];

const buildOf =
  ({ x: size, window, groups, width, outWidth = width, ...options }: Case) =>
  () => {
    const [x, w, bias] = [
      draw(1, ...size, groups * width),
      draw(2, ...window, width, groups * outWidth),
      draw(3, groups * outWidth),
    ];
    return { inputs: [x, w, bias], output: conv2d(x, w, { ...options, bias, groups }) };
  };

for (const entry of cases) {
  test(`agrees with the plain kernels, and so do its gradients: ${JSON.stringify(entry)}`, async () => {
    const difference = await compareBackEnds(buildOf(entry));
    assert.ok(difference < 1e-5, `relative difference ${difference}`);
  });
}

test('any sizes, settings and groups agree with the plain kernels', async () => {
  const next = createNumbers(7);
  const between = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  for (let round = 0; round < 60; round++) {
    const window = [between(1, 4), between(1, 4)];
    const dilation = [between(1, 3), between(1, 3)] as [number, number];
    const padding = [between(0, 3), between(0, 3)] as [number, number];
    const stride = [between(1, 3), between(1, 3)] as [number, number];
    const reach = window.map((taps, axis) => (taps - 1) * dilation[axis] + 1 - 2 * padding[axis]);
    const size = reach.map((least) => Math.max(1, least) + between(0, 12));
    const widths = () => [4, 8, 12, 16, between(2, 7)][between(0, 4)];
    const width = widths();
    const channels = { groups: between(2, 5), width, outWidth: between(0, 1) ? width : widths() };
    const entry: Case = { x: [between(1, 3), ...size], window, stride, padding, dilation, ...channels };
    const difference = await compareBackEnds(buildOf(entry));
    assert.ok(difference < 1e-5, `${JSON.stringify(entry)}: relative difference ${difference}`);
  }
});

test('a transposed convolution in groups agrees, with pixels more at the bottom and right', async () => {
  for (const outputPadding of [0, 1]) {
    const difference = await compareBackEnds(() => {
      const [x, w, bias] = [draw(1, 2, 5, 9, 16), draw(2, 3, 3, 4, 16), draw(3, 8)];
      const output = convTranspose2d(x, w, { bias, stride: 2, padding: 1, outputPadding, groups: 2 });
      return { inputs: [x, w, bias], output };
    });
    assert.ok(difference < 1e-5, `relative difference ${difference}`);
  }
});

test('bias, shortcut and activation join the sums of groups', async () => {
  const build = () => {
    const [x, w, bias, other] = [draw(1, 2, 5, 9, 16), draw(2, 3, 3, 4, 16), draw(3, 16), draw(4, 2, 5, 9, 16)];
    return { inputs: [x, w, bias, other], output: relu6(add(conv2d(x, w, { bias, padding: 1, groups: 4 }), other)) };
  };
  const difference = await compareBackEnds(build);
  assert.ok(difference < 1e-5, `relative difference ${difference}`);
  assert.equal(await loweredKernels(() => [build().output]), ['padImage', 'groupedTiled']);
});

test('what the groups become', async () => {
  const lowered = (width: number, groups: number) =>
    loweredKernels(() => {
      const [x, w] = [draw(1, 1, 8, 8, width * groups), draw(2, 3, 3, width, width * groups)];
      const y = conv2d(x, w, { padding: 1, groups });
      return [y, ...gradients(sum(multiply(y, y)), [x, w])];
    });
  const whole = await lowered(4, 4);
  assert.is(whole.filter((name) => name === 'groupedTiled').length, 2);
  assert.ok(whole.includes('groupedWeightGradientTiled'));
  const narrow = await lowered(2, 4);
  for (const name of ['mergeGroups', 'groupedTiled', 'splitGroups']) assert.ok(narrow.includes(name), `${narrow}`);
  const broken = await lowered(3, 3);
  for (const name of ['mergeGroups', 'conv2dTiled', 'splitGroups']) assert.ok(broken.includes(name), `${broken}`);
  for (const names of [whole, narrow, broken]) assert.not.ok(names.some((name) => /^conv2dGrouped/.test(name)));
});

test.run();
