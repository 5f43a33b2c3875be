import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ciouLoss, diouLoss, gradients, sum, tensor, zeros } from '../../src/index';
import * as reference from '../reference/boxes';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { checkReference } from '../support/gradientCheck';
import { createNumbers } from '../support/randomTensor';

const test = suite('ciouLoss');

test('by hand: a square and an upright box of the same center; of squares, the distance alone', async () => {
  const v = (4 / Math.PI ** 2) * (Math.PI / 4 - Math.atan(1 / 2)) ** 2;
  const upright = ciouLoss(tensor([[0, -1, 2, 3]]), tensor([[0, 0, 2, 2]]));
  assertAllClose([await upright.item()], [0.5 + v ** 2 / (0.5 + v)]);
  const squares = [tensor([[1, 0, 3, 2]]), tensor([[0, 0, 4, 4]])] as const;
  assert.is(await ciouLoss(...squares).item(), await diouLoss(...squares).item());
});

test('agrees with its float64 reference; the gradient takes the weight of the ratio as constant', async () => {
  for (let seed = 0; seed < 3; seed++) {
    const next = createNumbers(seed);
    const draw = () => ({ shape: [7, 4], data: Float64Array.from(reference.randomBoxes(next, 7, 4, 0.5).flat()) });
    const inputs = [draw(), draw()];
    const weights = reference.eachPair(reference.aspectWeight, inputs[0], inputs[1]).data;
    const loss = (a: reference.Box, b: reference.Box, row: number) =>
      1 - reference.diou(a, b) + weights[row] * reference.aspectDifference(a, b);
    await checkReference({
      operation: (a, b) => ciouLoss(a, b, { reduction: 'none' }),
      reference: (a, b) => reference.eachPair(loss, a, b),
      inputs,
    });
    const whole = reference.eachPair((a, b) => 1 - reference.ciou(a, b), inputs[0], inputs[1]);
    assertAllClose(reference.eachPair(loss, inputs[0], inputs[1]).data, whole.data);
  }
});

test('draws a box to the ratio of its target where place and overlap are in order', async () => {
  const predicted = tensor([[0, 0, 4, 2]]);
  const pull = (loss: typeof ciouLoss) => gradients(loss(predicted, tensor([[1, -1, 3, 3]])), [predicted])[0].data();
  const [complete, distance] = [await pull(ciouLoss), await pull(diouLoss)];
  // Against the slope, the right edge goes further left, and the lower one further down.
  assert.ok(complete[2] > distance[2] && complete[3] < distance[3], `${complete} ${distance}`);
});

test('boxes without area have finite losses and slopes', async () => {
  const lines = [
    [1, 1, 1, 1],
    [0, 1, 2, 1],
    [1, 0, 1, 2],
    [0, 0, 2, 2],
  ];
  const [predicted, target] = [
    tensor(lines.flatMap((line) => lines.map(() => line))),
    tensor(lines.flatMap(() => lines)),
  ];
  const loss = ciouLoss(predicted, target, { reduction: 'none' });
  const expected = lines.flatMap((a) => lines.map((b) => 1 - reference.ciou(a, b)));
  assertAllClose(await loss.data(), expected);
  for (const slopes of gradients(sum(loss), [predicted, target])) {
    assert.ok((await slopes.data()).every(Number.isFinite));
  }
});

test('no boxes, and throws', async () => {
  assert.is(await ciouLoss(zeros([0, 4]), zeros([0, 4])).item(), 0);
  assert.is(ciouLoss(zeros([0, 4]), zeros([0, 4]), { reduction: 'none' }).size, 0);
  assertThrows(() => ciouLoss(zeros([3]), zeros([3])), 'ciouLoss: expected predicted [N, 4], got [3]');
  assertThrows(() => ciouLoss(zeros([3, 4]), zeros([2, 4])), 'ciouLoss: expected target [3, 4], got [2, 4]');
  assertThrows(
    () => ciouLoss(zeros([3, 4]), zeros([3, 4]), { reduction: 'max' as never }),
    'ciouLoss: expected reduction mean, sum or none, got "max"',
  );
});

test.run();
