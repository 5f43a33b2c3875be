import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { concat, gradients, gru, ones, reshape, sum, type Tensor, tensor, zeros } from '../../src/index';
import { recurrentShape } from '../../src/ops/recurrence';
import type { Array64 } from '../reference/array64';
import * as reference from '../reference/recurrent';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { checkReference, gradientCheck, toTensor } from '../support/gradientCheck';
import { createNumbers, randomArray } from '../support/randomTensor';

const test = suite('gru');

/** Everything that comes out, in one row for each sequence. */
function rows({ outputs, hidden }: ReturnType<typeof gru>): Tensor {
  const parts = [outputs, hidden].map((x) => reshape(x, [x.shape[0], x.size / x.shape[0]]));
  return concat(parts);
}

test('by hand: a unit that keeps half of what it has', async () => {
  const x = tensor([[[1], [2]]]);
  // z = σ(0) = ½, and a candidate that the input alone decides.
  const { outputs, hidden } = gru(x, { inputWeight: tensor([[0, 0, 1]]), hiddenWeight: zeros([1, 3]) });
  assert.equal(
    [outputs, hidden].map(({ shape }) => [...shape]),
    [
      [1, 2, 1],
      [1, 1],
    ],
  );
  const [first, second] = [Math.tanh(1) / 2, Math.tanh(1) / 4 + Math.tanh(2) / 2];
  assertAllClose(await outputs.data(), [first, second]);
  assertAllClose([await hidden.item()], [second]);
  // With r = σ(100) = 1 the candidate sees the old state, with r = 0 it does not.
  for (const [reset, seen] of [
    [100, 0.5],
    [-100, 0],
  ]) {
    const weights = {
      inputWeight: zeros([1, 3]),
      hiddenWeight: tensor([[0, 0, 1]]),
      inputBias: tensor([reset, -100, 0]),
    };
    assertAllClose(await gru(x, weights, { hidden: tensor([[0.5]]) }).outputs.data(), [
      Math.tanh(seen),
      Math.tanh(reset > 0 ? Math.tanh(seen) : 0),
    ]);
  }
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
      draw([channels, 3 * size]),
      draw([size, 3 * size]),
      ...[draw([batch, size])],
      ...(bias ? [draw([3 * size]), draw([3 * size])] : []),
    ];
    const named = <Kind>([x, inputWeight, hiddenWeight, hidden, inputBias, hiddenBias]: Kind[]) => ({
      x,
      weights: { inputWeight, hiddenWeight, inputBias, hiddenBias },
      options: { hidden, lengths },
    });
    await checkReference({
      operation: (...tensors: Tensor[]) => {
        const { x, weights, options } = named(tensors);
        return rows(gru(x, weights, options));
      },
      reference: (...arrays: Array64[]) => {
        const { x, weights, options } = named(arrays);
        return reference.gru(x, weights, options);
      },
      inputs,
    });
  });
}

test('its slopes are those of its own float32 numbers', async () => {
  const next = createNumbers(7);
  const inputs = [
    [2, 6, 3],
    [3, 3 * 4],
    [4, 3 * 4],
  ].map((shape) => randomArray(next, shape));
  await gradientCheck((x, inputWeight, hiddenWeight) => sum(gru(x, { inputWeight, hiddenWeight }).outputs), inputs);
});

test('after the end of a sequence nothing of it counts, and lengths may be a tensor', async () => {
  const next = createNumbers(3);
  const [x, inputWeight, hiddenWeight] = [
    [2, 4, 3],
    [3, 3 * 2],
    [2, 3 * 2],
  ].map((shape) => toTensor(randomArray(next, shape)));
  const weights = { inputWeight, hiddenWeight };
  const result = gru(x, weights, { lengths: tensor([2, 4]) });
  const [slope] = gradients(sum(rows(result)), [x]);
  const [slopes, outputs] = [await slope.data(), await result.outputs.data()];
  assert.equal([...slopes.subarray(6, 12)], [0, 0, 0, 0, 0, 0]);
  assert.ok(slopes.subarray(12).every((value) => value !== 0));
  assert.equal([...outputs.subarray(4, 8)], [0, 0, 0, 0]);
  // The sequence is as it is without what follows it.
  const short = gru(toTensor({ shape: [1, 2, 3], data: Float64Array.from((await x.data()).subarray(0, 6)) }), weights);
  assert.equal([...outputs.subarray(0, 4)], [...(await short.outputs.data())]);
  assert.equal([...(await result.hidden.data()).subarray(0, 2)], [...(await short.hidden.data())]);
});

test('large sums: gates close and open, and slopes stay finite', async () => {
  const weights = { inputWeight: ones([1, 6]), hiddenWeight: ones([2, 6]) };
  for (const value of [-1000, 1000]) {
    const x = tensor([[[value], [value]]]);
    const result = gru(x, weights);
    const found = [result.outputs, ...gradients(sum(rows(result)), [x, weights.hiddenWeight])];
    for (const numbers of found) assert.ok((await numbers.data()).every(Number.isFinite), `${value}`);
  }
});

test('no sequences', async () => {
  const weights = { inputWeight: ones([3, 6]), hiddenWeight: ones([2, 6]) };
  const x = zeros([0, 4, 3]);
  const result = gru(x, weights);
  assert.equal([...result.outputs.shape], [0, 4, 2]);
  assert.equal([...result.hidden.shape], [0, 2]);
  const [ofX, ofWeight] = gradients(sum(result.outputs), [x, weights.hiddenWeight]);
  assert.is((await ofX.data()).length, 0);
  assert.equal([...(await ofWeight.data())], new Array(12).fill(0));
});

test('shapes, and throws', () => {
  const shapes = { inputWeight: [3, 6], hiddenWeight: [2, 6], inputBias: null, hiddenBias: undefined };
  assert.equal(recurrentShape('gru', 3, [5, 4, 3], shapes), { batch: 5, steps: 4, size: 2 });
  const wrong = (x: number[], other: object) => () => recurrentShape('gru', 3, x, { ...shapes, ...other });
  assertThrows(wrong([5, 3], {}), 'gru: expected x [N, T, C], got [5, 3]');
  assertThrows(wrong([5, 0, 3], {}), 'gru: expected at least one step, got x [5, 0, 3]');
  assertThrows(wrong([5, 4, 2], {}), 'gru: expected inputWeight [2, 6], got [3, 6]');
  assertThrows(wrong([5, 4, 3], { hiddenWeight: [2, 7] }), 'gru: expected hiddenWeight [2, 6], got [2, 7]');
  assertThrows(wrong([5, 4, 3], { inputBias: [2] }), 'gru: expected inputBias [6], got [2]');
  assertThrows(wrong([5, 4, 3], { hiddenBias: [2] }), 'gru: expected hiddenBias [6], got [2]');
  assertThrows(
    wrong([2 ** 20, 4, 3], {}),
    'gru: expected at most 16777216 numbers in the gates of all steps, got [1048576, 4, 6]',
  );
  const weights = { inputWeight: ones([3, 6]), hiddenWeight: ones([2, 6]) };
  const x = zeros([2, 4, 3]);
  assertThrows(() => gru(x, weights, { hidden: zeros([2, 3]) }), 'gru: expected hidden [2, 2], got [2, 3]');
  assertThrows(() => gru(x, weights, { lengths: [1] }), 'gru: expected lengths [2], got [1]');
  assertThrows(() => gru(x, weights, { lengths: [1, 5] }), 'gru: expected lengths from 0 to 4, got 5 at 1');
  assertThrows(() => gru(x, weights, { lengths: [1.5, 4] }), 'gru: expected lengths from 0 to 4, got 1.5 at 0');
});

test.run();
