import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bceWithLogits, focalLoss, gradients, scale, sum, type Tensor, tensor, zeros } from '../../src/index';
import * as reference from '../reference/losses';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { checkReference, toTensor } from '../support/gradientCheck';
import { createNumbers, randomArray } from '../support/randomTensor';

const test = suite('focalLoss');
const slopesOf = async (loss: Tensor, x: Tensor) => gradients(sum(loss), [x])[0].data();

test('by hand: what is surely right counts for nothing, what is surely wrong as in cross-entropy', async () => {
  // p_t is ½, ¾ and ¼.
  const x = tensor([0, Math.log(3), -Math.log(3)]);
  const losses = focalLoss(x, tensor([1, 1, 1]), { alpha: null, reduction: 'none' });
  assertAllClose(await losses.data(), [Math.log(2) / 4, Math.log(4 / 3) / 16, (9 * Math.log(4)) / 16]);
  const balanced = focalLoss(zeros([2]), tensor([1, 0]), { reduction: 'none' });
  assertAllClose(await balanced.data(), [Math.log(2) / 16, (3 * Math.log(2)) / 16]);
});

test("torchvision's sigmoid_focal_loss at five logits", async () => {
  const losses = focalLoss(tensor([-2, -0.5, 0, 1, 3]), tensor([0, 1, 1, 0, 1]), { reduction: 'none' });
  const expected = [0.00135267, 0.0943529, 0.0433217, 0.526401, 2.73208e-5];
  assertAllClose(await losses.data(), expected, { absolute: 0, relative: 5e-6 });
});

test('γ = 0 is the cross-entropy, with α = ½ half of it', async () => {
  const next = createNumbers(1);
  const [x, t] = [toTensor(randomArray(next, [40], -6, 6)), toTensor(randomArray(next, [40], 0, 1))];
  const [plain, halved] = [null, 0.5].map((alpha) => focalLoss(x, t, { alpha, gamma: 0, reduction: 'none' }));
  const cross = bceWithLogits(x, t, { reduction: 'none' });
  assertAllClose(await plain.data(), await cross.data(), { relative: 1e-6 });
  assertAllClose(await slopesOf(plain, x), await slopesOf(cross, x), { relative: 1e-6 });
  assertAllClose(await halved.data(), await scale(cross, 0.5).data(), { relative: 1e-6 });
});

for (const reduction of ['mean', 'sum', 'none'] as const) {
  test(`agrees with its float64 reference, ${reduction}`, async () => {
    for (const [seed, shape] of [[7], [3, 5], [1, 2, 3, 5]].entries()) {
      const next = createNumbers(seed);
      const logits = randomArray(next, shape, -5, 5);
      const soft = randomArray(next, shape, 0, 1);
      const hard = { shape, data: soft.data.map(Math.round) };
      for (const targets of [soft, hard]) {
        for (const settings of [
          { alpha: 0.25, gamma: 2 },
          { alpha: 0.7, gamma: 0.5 },
          { alpha: null, gamma: 3 },
        ]) {
          await checkReference({
            operation: (x) => focalLoss(x, toTensor(targets), { ...settings, reduction }),
            reference: (x) => reference.focalLoss(x, targets, { ...settings, reduction }),
            inputs: [logits],
          });
        }
      }
    }
  });
}

test('logits far from 0: the loss keeps its digits down to the smallest numbers, and the slopes stay finite', async () => {
  const x = tensor([-200, -40, -20, 20, 40, 200]);
  for (const gamma of [0, 0.5, 2]) {
    const negatives = focalLoss(x, zeros([6]), { alpha: null, gamma, reduction: 'none' });
    const tail = (logit: number) => Math.exp(logit) ** gamma * Math.exp(logit);
    assertAllClose((await negatives.data()).slice(1, 3), [tail(-40), tail(-20)], { absolute: 1e-38, relative: 1e-5 });
    assertAllClose((await negatives.data()).slice(3), [20, 40, 200], { relative: 1e-6 });
    const slopes = await slopesOf(negatives, x);
    assertAllClose([slopes[0], ...slopes.slice(4)], [0, 1, 1], { relative: 1e-6 });
    assert.ok(slopes.every(Number.isFinite), `slopes ${slopes}`);
  }
});

test('no elements, and throws', async () => {
  const none = zeros([0, 3]);
  for (const reduction of ['mean', 'sum'] as const) assert.is(await focalLoss(none, none, { reduction }).item(), 0);
  assert.is((await gradients(focalLoss(none, none), [none])[0].data()).length, 0);
  const x = zeros([2, 3]);
  assertThrows(() => focalLoss(x, zeros([2])), 'focalLoss: expected targets [2, 3], got [2]');
  assertThrows(() => focalLoss(x, x, { alpha: -1 }), 'focalLoss: expected alpha from 0 to 1, or null, got -1');
  assertThrows(() => focalLoss(x, x, { gamma: -1 }), 'focalLoss: expected gamma ≥ 0, got -1');
  assertThrows(() => focalLoss(x, x, { gamma: Number.NaN }), 'focalLoss: expected gamma ≥ 0, got NaN');
  assertThrows(
    () => focalLoss(x, x, { reduction: 'average' as never }),
    'focalLoss: expected reduction mean, sum or none, got "average"',
  );
});

test.run();
