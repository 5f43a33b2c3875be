import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { giouLoss, gradients, sum, tensor, zeros } from '../../src/index';
import * as reference from '../reference/boxes';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { checkReference } from '../support/gradientCheck';
import { createNumbers } from '../support/randomTensor';

const test = suite('giouLoss');

test('by hand', async () => {
  const predicted = tensor([
    [0, 0, 2, 2],
    [1, 0, 3, 2],
    [3, 0, 4, 2],
    [1, 1, 3, 3],
  ]);
  const target = tensor([0, 1, 2, 3].map(() => [0, 0, 2, 2]));
  assertAllClose(await giouLoss(predicted, target, { reduction: 'none' }).data(), [0, 4 / 6, 1.25, 6 / 7 + 2 / 9]);
  assertAllClose([await giouLoss(predicted, target).item()], [(4 / 6 + 1.25 + 6 / 7 + 2 / 9) / 4]);
});

test('is the same in any unit: boxes in shares of the image', async () => {
  const predicted = tensor([[0.01, 0, 0.03, 0.02]]);
  assertAllClose([await giouLoss(predicted, tensor([[0, 0, 0.02, 0.02]])).item()], [4 / 6]);
});

test('agrees with its float64 reference, and so do its gradients', async () => {
  for (let seed = 0; seed < 3; seed++) {
    const next = createNumbers(seed);
    const draw = () => ({ shape: [7, 4], data: Float64Array.from(reference.randomBoxes(next, 7, 4, 0.5).flat()) });
    await checkReference({
      operation: (a, b) => giouLoss(a, b, { reduction: 'none' }),
      reference: (a, b) => reference.eachPair((one, other) => 1 - reference.giou(one, other), a, b),
      inputs: [draw(), draw()],
    });
  }
});

test('draws a box nearer that does not touch its target yet', async () => {
  const predicted = tensor([[6, 0, 8, 2]]);
  const [slope] = gradients(giouLoss(predicted, tensor([[0, 0, 2, 2]])), [predicted]);
  const [x1, y1, x2, y2] = await slope.data();
  // Going against the slope moves the nearer edge and the center to the left; the box grows on the way, as the hull weighs more.
  assert.ok(x1 > 0 && x1 + x2 > 0 && x1 > x2, `${x1} ${x2}`);
  assertAllClose([y1 + y2], [0]);
});

test('boxes without area have finite losses and slopes', async () => {
  const predicted = tensor([
    [1, 1, 1, 1],
    [1, 1, 1, 1],
  ]);
  const target = tensor([
    [1, 1, 1, 1],
    [0, 0, 2, 2],
  ]);
  const loss = giouLoss(predicted, target, { reduction: 'none' });
  assertAllClose(await loss.data(), [1, 1]);
  for (const slope of await gradients(sum(loss), [predicted])[0].data()) assert.ok(Number.isFinite(slope));
});

test('where edges coincide, each box gets half of what it would get on either side', async () => {
  const target = tensor([[0, 0, 4, 4]]);
  const slopesAt = async (...box: number[]) => {
    const predicted = tensor([box]);
    return gradients(giouLoss(predicted, target), [predicted])[0].data();
  };
  const [here, left, right] = [
    await slopesAt(0, 1, 3, 3),
    await slopesAt(-1e-4, 1, 3, 3),
    await slopesAt(1e-4, 1, 3, 3),
  ];
  assertAllClose([here[0]], [(left[0] + right[0]) / 2], { absolute: 1e-4 });
  assert.ok(Math.abs(left[0] - right[0]) > 0.05);
  const boxes = tensor([[0, 0, 4, 4]]);
  const [own, other] = gradients(giouLoss(boxes, target), [boxes, target]);
  assertAllClose(await own.data(), await other.data());
});

test('no boxes, and throws', async () => {
  assert.is(await giouLoss(zeros([0, 4]), zeros([0, 4])).item(), 0);
  assertThrows(() => giouLoss(zeros([3]), zeros([3])), 'giouLoss: expected predicted [N, 4], got [3]');
  assertThrows(() => giouLoss(zeros([3, 4]), zeros([2, 4])), 'giouLoss: expected target [3, 4], got [2, 4]');
  assertThrows(
    () => giouLoss(zeros([3, 4]), zeros([3, 4]), { reduction: 'max' as never }),
    'giouLoss: expected reduction mean, sum or none, got "max"',
  );
});

test.run();
