import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { concat, gradients, lstm, ones, reshape, sum, type Tensor, tensor, zeros } from '../../src/index';
import { recurrentShape } from '../../src/ops/recurrence';
import type { Array64 } from '../reference/array64';
import * as reference from '../reference/recurrent';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { checkReference, gradientCheck, toTensor } from '../support/gradientCheck';
import { createNumbers, randomArray } from '../support/randomTensor';

const test = suite('lstm');

/** Everything that comes out, in one row for each sequence. */
function rows({ outputs, hidden, cell }: ReturnType<typeof lstm>): Tensor {
  const parts = [outputs, hidden, cell].map((x) => reshape(x, [x.shape[0], x.size / x.shape[0]]));
  return concat(parts);
}

test('by hand: one cell that adds up what it sees, and one that forgets at once', async () => {
  const x = tensor([[[1], [2], [-1]]]);
  // Gates i, f, o of σ(100) = 1, and a candidate that the input alone decides.
  const open = {
    inputWeight: tensor([[0, 0, 1, 0]]),
    hiddenWeight: zeros([1, 4]),
    inputBias: tensor([100, 100, 0, 100]),
  };
  const [first, second, third] = [1, 2, -1].map(Math.tanh);
  const total = [first, first + second, first + second + third];
  const { outputs, hidden, cell } = lstm(x, open);
  assert.equal(
    [outputs, hidden, cell].map(({ shape }) => [...shape]),
    [
      [1, 3, 1],
      [1, 1],
      [1, 1],
    ],
  );
  assertAllClose(await outputs.data(), total.map(Math.tanh));
  assertAllClose([await hidden.item(), await cell.item()], [Math.tanh(total[2]), total[2]]);
  const forgetful = { ...open, inputBias: tensor([100, -100, 0, 100]) };
  assertAllClose(
    await lstm(x, forgetful).outputs.data(),
    [1, 2, -1].map((value) => Math.tanh(Math.tanh(value))),
  );
});

for (const [seed, { batch, steps, channels, size, lengths, bias }] of [
  { batch: 1, steps: 1, channels: 1, size: 1, lengths: undefined, bias: true },
  { batch: 3, steps: 4, channels: 2, size: 5, lengths: undefined, bias: true },
  { batch: 2, steps: 3, channels: 5, size: 8, lengths: undefined, bias: false },
  { batch: 4, steps: 5, channels: 3, size: 4, lengths: [5, 0, 1, 3], bias: true },
].entries()) {
  const name = `[${batch}, ${steps}, ${channels}] to ${size}, lengths ${lengths ?? 'all'}, ${bias ? 'with' : 'without'} biases`;
  test(`agrees with its float64 loops, and so do all gradients: ${name}`, async () => {
    const next = createNumbers(seed);
    const draw = (shape: number[]) => randomArray(next, shape, -1, 1);
    const inputs = [
      draw([batch, steps, channels]),
      draw([channels, 4 * size]),
      draw([size, 4 * size]),
      ...[draw([batch, size]), draw([batch, size])],
      ...(bias ? [draw([4 * size]), draw([4 * size])] : []),
    ];
    const named = <Kind>([x, inputWeight, hiddenWeight, hidden, cell, inputBias, hiddenBias]: Kind[]) => ({
      x,
      weights: { inputWeight, hiddenWeight, inputBias, hiddenBias },
      options: { hidden, cell, lengths },
    });
    await checkReference({
      operation: (...tensors: Tensor[]) => {
        const { x, weights, options } = named(tensors);
        return rows(lstm(x, weights, options));
      },
      reference: (...arrays: Array64[]) => {
        const { x, weights, options } = named(arrays);
        return reference.lstm(x, weights, options);
      },
      inputs,
    });
  });
}

test('its slopes are those of its own float32 numbers', async () => {
  const next = createNumbers(7);
  const inputs = [
    [2, 6, 3],
    [3, 4 * 4],
    [4, 4 * 4],
  ].map((shape) => randomArray(next, shape));
  await gradientCheck((x, inputWeight, hiddenWeight) => sum(lstm(x, { inputWeight, hiddenWeight }).outputs), inputs);
});

test('after the end of a sequence nothing of it counts, and lengths may be a tensor', async () => {
  const next = createNumbers(3);
  const [x, inputWeight, hiddenWeight] = [
    [2, 4, 3],
    [3, 4 * 2],
    [2, 4 * 2],
  ].map((shape) => toTensor(randomArray(next, shape)));
  const weights = { inputWeight, hiddenWeight };
  const result = lstm(x, weights, { lengths: tensor([2, 4]) });
  const [slope] = gradients(sum(rows(result)), [x]);
  const [slopes, outputs] = [await slope.data(), await result.outputs.data()];
  assert.equal([...slopes.subarray(6, 12)], [0, 0, 0, 0, 0, 0]);
  assert.ok(slopes.subarray(12).every((value) => value !== 0));
  assert.equal([...outputs.subarray(4, 8)], [0, 0, 0, 0]);
  // The sequence is as it is without what follows it.
  const short = lstm(toTensor({ shape: [1, 2, 3], data: Float64Array.from((await x.data()).subarray(0, 6)) }), weights);
  assert.equal([...outputs.subarray(0, 4)], [...(await short.outputs.data())]);
  assert.equal([...(await result.hidden.data()).subarray(0, 2)], [...(await short.hidden.data())]);
});

test('large sums: gates close and open, and slopes stay finite', async () => {
  const weights = { inputWeight: ones([1, 8]), hiddenWeight: ones([2, 8]) };
  for (const value of [-1000, 1000]) {
    const x = tensor([[[value], [value]]]);
    const result = lstm(x, weights);
    const found = [result.outputs, ...gradients(sum(rows(result)), [x, weights.hiddenWeight])];
    for (const numbers of found) assert.ok((await numbers.data()).every(Number.isFinite), `${value}`);
  }
});

test('no sequences', async () => {
  const weights = { inputWeight: ones([3, 8]), hiddenWeight: ones([2, 8]) };
  const x = zeros([0, 4, 3]);
  const result = lstm(x, weights);
  assert.equal([...result.outputs.shape], [0, 4, 2]);
  assert.equal([...result.hidden.shape], [0, 2]);
  const [ofX, ofWeight] = gradients(sum(result.outputs), [x, weights.hiddenWeight]);
  assert.is((await ofX.data()).length, 0);
  assert.equal([...(await ofWeight.data())], new Array(16).fill(0));
});

test('shapes, and throws', () => {
  const shapes = { inputWeight: [3, 8], hiddenWeight: [2, 8], inputBias: null, hiddenBias: undefined };
  assert.equal(recurrentShape('lstm', 4, [5, 4, 3], shapes), { batch: 5, steps: 4, size: 2 });
  const wrong = (x: number[], other: object) => () => recurrentShape('lstm', 4, x, { ...shapes, ...other });
  assertThrows(wrong([5, 3], {}), 'lstm: expected x [N, T, C], got [5, 3]');
  assertThrows(wrong([5, 0, 3], {}), 'lstm: expected at least one step, got x [5, 0, 3]');
  assertThrows(wrong([5, 4, 2], {}), 'lstm: expected inputWeight [2, 8], got [3, 8]');
  assertThrows(wrong([5, 4, 3], { hiddenWeight: [2, 9] }), 'lstm: expected hiddenWeight [2, 8], got [2, 9]');
  assertThrows(wrong([5, 4, 3], { inputBias: [2] }), 'lstm: expected inputBias [8], got [2]');
  assertThrows(wrong([5, 4, 3], { hiddenBias: [2] }), 'lstm: expected hiddenBias [8], got [2]');
  assertThrows(
    wrong([2 ** 20, 4, 3], {}),
    'lstm: expected at most 16777216 numbers in the gates of all steps, got [1048576, 4, 8]',
  );
  const weights = { inputWeight: ones([3, 8]), hiddenWeight: ones([2, 8]) };
  const x = zeros([2, 4, 3]);
  assertThrows(() => lstm(x, weights, { hidden: zeros([2, 3]) }), 'lstm: expected hidden [2, 2], got [2, 3]');
  assertThrows(() => lstm(x, weights, { cell: zeros([1, 2]) }), 'lstm: expected cell [2, 2], got [1, 2]');
  assertThrows(() => lstm(x, weights, { lengths: [1] }), 'lstm: expected lengths [2], got [1]');
  assertThrows(() => lstm(x, weights, { lengths: [1, 5] }), 'lstm: expected lengths from 0 to 4, got 5 at 1');
  assertThrows(() => lstm(x, weights, { lengths: [1.5, 4] }), 'lstm: expected lengths from 0 to 4, got 1.5 at 0');
});

test.run();
