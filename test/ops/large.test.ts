import { join } from 'node:path';
import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import * as detseg from '../../src/index';
import type { KernelFunction } from '../../src/plan/planDescription';
import { sizeOf } from '../../src/shape/shape';
import { type KernelCall, pendingBefore, realize } from '../../src/tensor/graph';
import { assertThrows } from '../support/assertThrows';
import { runNode } from '../support/inChild';
import { root } from '../support/root';

const test = suite('arrays of more than 2^24 numbers');

const { tensor } = detseg;
type Tensor = detseg.Tensor;

/** More than 2²⁴ numbers, none of the sizes a multiple of four. */
const images = [5, 513, 514, 13];
const line = [2 ** 24 + 9];

/** Whole numbers from −3 to 3, whose sums float32 holds, in an order that no stride repeats. */
const source = new Float32Array(27 * 2 ** 20);
for (let i = 0; i < source.length; i++) source[i] = ((i * 5 + (i >> 7) + (i >> 15)) % 7) - 3;
const numbers = (shape: readonly number[]) => tensor(source.subarray(0, sizeOf(shape)), shape);

/** A result, and its gradients where every number of it counts in its own way. */
function withGradients(y: Tensor, ...sources: Tensor[]): Tensor[] {
  return [y, ...detseg.gradients(detseg.sum(detseg.multiply(y, numbers(y.shape))), sources)];
}

/** A result with its gradient with respect to an array of the given shape. */
const of = (shape: readonly number[], operation: (x: Tensor) => Tensor) => () => {
  const x = numbers(shape);
  return withGradients(operation(x), x);
};

/** The same with respect to filters, too. */
const filtered =
  (shape: readonly number[], filters: readonly number[], operation: (x: Tensor, w: Tensor) => Tensor) => () => {
    const [x, w] = [numbers(shape), numbers(filters)];
    return withGradients(operation(x, w), x, w);
  };

const corners = [
  [3, 5, 509, 512],
  [490.5, 470, 514, 513],
];
const regions = { boxes: ndarray(Float32Array.from(corners.flat()), [2, 4]), images: [0, 4] };
const perChannel = () => [tensor(Array.from({ length: 13 }, (_, i) => i + 1)), numbers([13])] as const;
const labels = (rows: number) => tensor(Float32Array.from({ length: rows }, (_, i) => i % 13));
const rows = 1290556;

const examples: Record<string, () => Tensor[]> = {
  add: () => [detseg.add(numbers(line), 1)],
  'multiply and maximum, broadcast': () => {
    const x = numbers(images);
    return [detseg.multiply(x, numbers([5, 1, 1, 13])), detseg.maximum(x, numbers([514, 1]))];
  },
  'relu and scale': of(line, (x) => detseg.relu(detseg.scale(x, 2, 1))),
  sigmoid: () => [detseg.sigmoid(numbers(line))],
  dropout: () => [detseg.dropout(numbers(line), { probability: 0.5, seed: 7 })],
  'pad, a line': of(line, (x) => detseg.pad(x, [[1, 2]], { value: 9 })),
  'pad, images': () => {
    const border = [
      [0, 1],
      [1, 2],
      [3, 0],
      [0, 1],
    ] as const;
    return [detseg.pad(numbers(images), border)];
  },
  'slice, a line': of(line, (x) => detseg.slice(x, { start: [1] })),
  'slice, every third': of(line, (x) => detseg.slice(x, { start: [2], step: [3] })),
  'slice, images': of(images, (x) => detseg.slice(x, { start: [0, 2, 1, 3], end: [5, 512, 514, 12] })),
  'permute, channels first': () => [detseg.permute(numbers(images), [0, 3, 1, 2])],
  'permute, many rows': () => [detseg.permute(numbers([2 ** 22 + 1, 2, 2, 1]), [1, 2, 0, 3])],
  expand: of([5, 513, 514, 1], (x) => detseg.expand(x, images)),
  'concat, lines': () => [detseg.concat([numbers(line), tensor([9, 9, 9])])],
  'concat, channels': of([5, 513, 514, 7], (x) => detseg.concat([x, numbers([5, 513, 514, 6])])),
  gather: of(images, (x) => detseg.gather(x, [3, 512, 0, 511], { axis: 1 })),
  sum: () => {
    const x = numbers(images);
    return [detseg.sum(x, { axes: 3 }), detseg.sum(x, { axes: [1, 2] }), detseg.sum(x)];
  },
  max: () => {
    const x = numbers(images);
    return [detseg.max(x, { axes: 3 }), detseg.max(x, { axes: 0 }), detseg.argMax(x), detseg.argMax(x, { axis: 0 })];
  },
  softmax: of(images, detseg.softmax),
  'min and its place': () => {
    const x = numbers(images);
    return [detseg.min(x, { axes: 3 }), detseg.argMin(x, { axis: 0 })];
  },
  variance: () => [detseg.variance(numbers(images), { axes: 3 })],
  logSumExp: () => [detseg.logSumExp(numbers(images), { axes: 3 })],
  'cumulativeSum, few long rows': () => [detseg.cumulativeSum(numbers([1, 5, 2 ** 22]), { axis: 1 })],
  'cumulativeSum, many short rows': of([2 ** 22 + 3, 4], (x) => detseg.cumulativeSum(x, { reverse: true })),
  where: () => {
    const x = numbers(line);
    return [detseg.where(detseg.greater(x, 0), x, 7)];
  },
  oneHot: () => [detseg.oneHot(labels(rows), { classes: 13 })],
  'flip, a line': of(line, (x) => detseg.flip(x)),
  'flip, images': () => [detseg.flip(numbers(images), { axes: [1, 2] })],
  stack: () => [detseg.stack([numbers([3, 513, 514, 11]), numbers([3, 513, 514, 11])], { axis: 3 })],
  split: () => detseg.split(numbers(images), [6, 7]),
  scatterAdd: () => {
    const places = Array.from({ length: 513 }, (_, i) => (i * 5) % 513);
    return [detseg.scatterAdd(numbers(images), places, { size: 513, axis: 1 })];
  },
  embedding: () => {
    const table = numbers([100, 13]);
    return withGradients(detseg.embedding(table, labels(rows)), table);
  },
  adaptiveAvgPool2d: of(images, (x) => detseg.adaptiveAvgPool2d(x, { size: [7, 11] })),
  adaptiveMaxPool2d: of(images, (x) => detseg.adaptiveMaxPool2d(x, { size: [7, 11] })),
  layerNorm: () => [detseg.layerNorm(numbers(images), ...perChannel())],
  instanceNorm: () => [detseg.instanceNorm(numbers(images), ...perChannel())],
  'matmul, many cells': () => [detseg.matmul(numbers([4099, 3]), numbers([3, 4097]))],
  'matmul, a long product': () => [detseg.matmul(numbers([1, line[0]]), detseg.ones([line[0], 1]))],
  'matmul, transposed': () => [detseg.matmul(numbers([4099, 4097]), numbers([5, 4097]), { transposeB: true })],
  conv2d: filtered(images, [3, 3, 13, 4], (x, w) => detseg.conv2d(x, w, { padding: 1 })),
  'conv2d, strided': filtered(images, [3, 2, 13, 3], (x, w) => detseg.conv2d(x, w, { stride: 2, padding: 1 })),
  'conv2d, one column': () => [detseg.conv2d(numbers([1, line[0], 1, 1]), numbers([2, 1, 1, 1]))],
  convTranspose2d: () => [detseg.convTranspose2d(numbers([5, 257, 257, 13]), numbers([2, 2, 13, 13]), { stride: 2 })],
  maxPool2d: of(images, (x) => detseg.maxPool2d(x, { size: 3, stride: 2, padding: 1 })),
  'maxPool2d, one column': () => [detseg.maxPool2d(numbers([1, line[0], 1, 1]), { size: [3, 1], stride: [2, 1] })],
  avgPool2d: of(images, (x) => detseg.avgPool2d(x, { size: 2 })),
  maxUnpool2d: () => {
    const options = { size: 2 };
    const { output, indices } = detseg.maxPool2dWithIndices(numbers([5, 514, 514, 13]), options);
    return [detseg.maxUnpool2d(output, indices, options)];
  },
  'resize, bilinear': of([5, 257, 257, 13], (x) => detseg.resize(x, { size: [513, 514] })),
  'resize, nearest': () => [detseg.resize(numbers([1, 4099, 4097, 1]), { size: [4100, 4096], mode: 'nearest' })],
  batchNorm2d: of(images, (x) => detseg.batchNorm2d(x, ...perChannel()).output),
  groupNorm: () => [detseg.groupNorm(numbers(images), ...perChannel(), { groups: 13 })],
  roiAlign: of(images, (x) => detseg.roiAlign(x, regions, { size: 7, stride: 1 })),
  roiPool: of(images, (x) => detseg.roiPool(x, regions, { size: 7, stride: 1 })),
  bceWithLogits: () => [detseg.bceWithLogits(numbers(line), detseg.full(line, 0.25), { reduction: 'none' })],
  crossEntropy: of([rows, 13], (x) => detseg.crossEntropy(x, labels(rows), { reduction: 'none' })),
};

/** Cells at both ends, around the places where float32 begins to round, and some between. */
function watched(cells: number): number[] {
  const found: number[] = [];
  for (const middle of [0, 2 ** 21, 2 ** 22, 2 ** 23, 2 ** 24, cells - 1]) {
    for (let i = middle - 25; i <= middle + 25; i++) if (i >= 0 && i < cells) found.push(i);
  }
  for (let i = 0; i < cells; i += Math.ceil(cells / 300)) found.push(i);
  return found;
}

/** How many numbers a cell of this kernel reads: those with long loops are looked at in fewer places. */
const isLong = new Set([
  'matmul',
  'adaptiveAvgPool2d',
  'adaptiveMaxPool2dIndices',
  'scatterAdd',
  'gatherGradient',
  'conv2dWeightGradient',
  'roiAlignWeights',
]);

function checkCells(name: string, { kernel, grid, constants, scalars, inputs }: KernelCall, found: Float32Array): void {
  const data = inputs.map((input) => input.data!);
  const [width, height = 1] = grid;
  const plain: KernelFunction = kernel;
  const cells = watched(found.length).filter((_, place) => !isLong.has(kernel.name) || place % 97 === 0);
  const largest = cells.reduce((most, cell) => Math.max(most, Math.abs(found[cell])), 1);
  for (const i of cells) {
    const thread = { x: i % width, y: Math.floor(i / width) % height, z: Math.floor(i / (width * height)) };
    const expected = plain.call({ thread, constants: { ...constants, ...scalars } }, ...data);
    // Sums of products are rounded in float32 here and in double precision there.
    if (!(Math.abs(found[i] - expected) <= 1e-4 * largest)) {
      assert.unreachable(`${name}: ${kernel.name} [${grid}] at ${i}: expected ${expected}, got ${found[i]}`);
    }
  }
}

async function check(name: string, backend: 'webasm' | 'cpu'): Promise<void> {
  // A new device holds no plans of the examples before.
  await detseg.useDevice(backend);
  const pending = pendingBefore(examples[name]().map(({ value }) => value));
  const calls = pending.map(({ call }) => call!);
  const isLarge = ({ grid, inputs }: KernelCall) =>
    sizeOf(grid) > 2 ** 24 || inputs.some(({ data }) => data && data.length > 2 ** 24);
  assert.ok(calls.some(isLarge), name);
  await realize(pending);
  for (const [i, call] of calls.entries()) checkCells(name, call, pending[i].data!);
}

for (const name in examples) {
  test(`webasm: ${name}`, async () => {
    await check(name, 'webasm');
    assert.is((await detseg.deviceReport()).fallbackReason, null);
  });
}

for (const name of ['add', 'pad, a line', 'permute, many rows', 'max']) test(`cpu: ${name}`, () => check(name, 'cpu'));

test('gpu.js as it is refuses before it computes, on the first number and not on the last', async () => {
  const program = `
    const { add, full, permute, useDevice } = require(${JSON.stringify(join(root, 'dist', 'src', 'index.js'))});
    const say = (tensor) => tensor.data().then((data) => console.log(data.at(-1)), ({ name, message }) => console.log(name, message));
    useDevice('webasm').then(async () => {
      await say(add(full([2 ** 24], 1), 1));
      await say(add(full([2 ** 24 + 1], 1), 1));
      await say(permute(full([2 ** 23 + 1, 2, 1, 1, 1], 1), [1, 0, 2, 3, 4]));
    });`;
  const { output, errors } = await runNode(['-e', program], { DETSEG_SIMD: 'off' });
  const advice = 'Take smaller batches or images, or the back end webasm (with DETSEG_SIMD=on) or cpu.';
  assert.is(errors, '');
  assert.equal(output.trim().split('\n'), [
    '2',
    `DeviceError webasm (DETSEG_SIMD=off): expected at most 16777216 numbers in an array, got 16777217 in an input. ${advice}`,
    `DeviceError webasm (DETSEG_SIMD=off): expected at most 16777216 numbers in an array, got 16777218 in an input. ${advice}`,
  ]);
});

test('positions beyond 2^24, which float32 cannot name, are refused', () => {
  const long = numbers([1, 1, line[0], 1]);
  const refused = (operation: string) =>
    `${operation}: expected at most 16777216 positions, beyond which float32 does not tell whole numbers apart, got 16777225`;
  assertThrows(() => detseg.argMax(numbers(line)), refused('argMax'));
  assertThrows(() => detseg.gather(numbers(line), [1]), refused('gather'));
  assertThrows(() => detseg.maxPool2dWithIndices(long, { size: 1 }), refused('maxPool2d'));
  const pooled = detseg.maxPool2d(long, { size: 1 });
  assertThrows(() => detseg.gradients(detseg.sum(pooled), [long]), refused('maxPool2d'));
  const unpool = () => detseg.maxUnpool2d(long, detseg.zeros([1, 1, line[0], 1]), { size: 1 });
  assertThrows(unpool, refused('maxUnpool2d'));
  const region = { boxes: ndarray(new Float32Array(4), [1, 4]), images: [0] };
  assertThrows(() => detseg.roiPool(long, region, { size: 1, stride: 1 }), refused('roiPool'));
  assertThrows(() => detseg.resize(long, { size: 3 }), refused('resize'));
  assertThrows(() => detseg.argMin(numbers(line)), refused('argMin'));
  assertThrows(() => detseg.scatterAdd(detseg.tensor([1]), [0], { size: line[0] }), refused('scatterAdd'));
  assertThrows(() => detseg.embedding(numbers([line[0], 1]), [0]), refused('embedding'));
  assertThrows(() => detseg.oneHot([0], { classes: line[0] }), refused('oneHot'));
  assertThrows(() => detseg.adaptiveMaxPool2d(long, { size: 7 }), refused('adaptiveMaxPool2d'));
  const sequence = detseg.zeros([1, 2 ** 20 + 1, 1]);
  const weights = (gates: number) => ({
    inputWeight: detseg.zeros([1, 4 * gates]),
    hiddenWeight: detseg.zeros([4, 4 * gates]),
  });
  const gates = (operation: string, shape: string) =>
    `${operation}: expected at most 16777216 numbers in the gates of all steps, got ${shape}`;
  assertThrows(() => detseg.lstm(sequence, weights(4)), gates('lstm', '[1, 1048577, 16]'));
  assertThrows(() => detseg.gru(detseg.zeros([1, 2 ** 21, 1]), weights(3)), gates('gru', '[1, 2097152, 12]'));
  assertThrows(() => detseg.sort(numbers(line)), 'sort: expected at most 16777216 numbers, got [16777225]');
  assertThrows(() => detseg.topK(numbers(line), 2), 'topK: expected at most 16777216 numbers, got [16777225]');
});

test.run();
