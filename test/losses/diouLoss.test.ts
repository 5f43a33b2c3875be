import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { diouLoss, giouLoss, gradients, sum, tensor, zeros } from '../../src/index';
import * as reference from '../reference/boxes';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { checkReference } from '../support/gradientCheck';
import { createNumbers } from '../support/randomTensor';

const test = suite('diouLoss');

test('by hand', async () => {
  const predicted = tensor([
    [0, 0, 2, 2],
    [1, 0, 3, 2],
    [3, 0, 4, 2],
    [1, 1, 3, 3],
  ]);
  const target = tensor([0, 1, 2, 3].map(() => [0, 0, 2, 2]));
  // Squared distances of the centers 0, 1, 2.5² and 2; squared diagonals 8, 13, 20 and 18.
  const expected = [0, 4 / 6 + 1 / 13, 1 + 6.25 / 20, 6 / 7 + 2 / 18];
  assertAllClose(await diouLoss(predicted, target, { reduction: 'none' }).data(), expected);
  assertAllClose([await diouLoss(predicted, target).item()], [expected.reduce((total, loss) => total + loss) / 4]);
});

test('agrees with its float64 reference, and so do its gradients', async () => {
  for (let seed = 0; seed < 3; seed++) {
    const next = createNumbers(seed);
    const draw = () => ({ shape: [7, 4], data: Float64Array.from(reference.randomBoxes(next, 7, 4, 0.5).flat()) });
    await checkReference({
      operation: (a, b) => diouLoss(a, b, { reduction: 'none' }),
      reference: (a, b) => reference.eachPair((one, other) => 1 - reference.diou(one, other), a, b),
      inputs: [draw(), draw()],
    });
  }
});

test('tells boxes inside their target apart by their place, which GIoU does not', async () => {
  const target = tensor([
    [0, 0, 8, 8],
    [0, 0, 8, 8],
  ]);
  const inside = tensor([
    [0, 0, 2, 2],
    [3, 3, 5, 5],
  ]);
  const [cornerDistance, centerDistance] = await diouLoss(inside, target, { reduction: 'none' }).data();
  const [corner, center] = await giouLoss(inside, target, { reduction: 'none' }).data();
  assert.is(corner, center);
  assertAllClose([cornerDistance - centerDistance], [18 / 128]);
});

test('far from 0, the distance keeps its digits', async () => {
  const far = 2 ** 20;
  const near = await diouLoss(tensor([[1, 0, 3, 2]]), tensor([[0, 0, 2, 2]])).item();
  const moved = tensor([[far + 1, far, far + 3, far + 2]]);
  assert.is(await diouLoss(moved, tensor([[far, far, far + 2, far + 2]])).item(), near);
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
  const loss = diouLoss(predicted, target, { reduction: 'none' });
  assertAllClose(await loss.data(), [1, 1]);
  for (const slope of await gradients(sum(loss), [predicted])[0].data()) assert.ok(Number.isFinite(slope));
});

test('no boxes, and throws', async () => {
  assert.is(await diouLoss(zeros([0, 4]), zeros([0, 4])).item(), 0);
  assert.is(diouLoss(zeros([0, 4]), zeros([0, 4]), { reduction: 'none' }).size, 0);
  assertThrows(() => diouLoss(zeros([3]), zeros([3])), 'diouLoss: expected predicted [N, 4], got [3]');
  assertThrows(() => diouLoss(zeros([3, 4]), zeros([2, 4])), 'diouLoss: expected target [3, 4], got [2, 4]');
  assertThrows(
    () => diouLoss(zeros([3, 4]), zeros([3, 4]), { reduction: 'max' as never }),
    'diouLoss: expected reduction mean, sum or none, got "max"',
  );
});

test.run();
