import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { diceLoss, gradients, tensor, zeros } from '../../src/index';
import * as reference from '../reference/losses';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { checkReference, toTensor } from '../support/gradientCheck';
import { createNumbers, randomArray, randomIntegers } from '../support/randomTensor';

const test = suite('diceLoss');

test('by hand: all of it, half of it, none of it, nothing of nothing', async () => {
  const predicted = [
    [1, 1, 0, 0],
    [1, 0, 0, 0],
    [0, 0, 1, 1],
    [0, 0, 0, 0],
  ];
  const target = [
    [1, 1, 0, 0],
    [1, 1, 0, 0],
    [1, 1, 0, 0],
    [0, 0, 0, 0],
  ];
  const losses = diceLoss(tensor(predicted), tensor(target), { reduction: 'none' });
  assert.equal([...losses.shape], [4]);
  assertAllClose(await losses.data(), [0, 1 - 3 / 4, 1 - 1 / 5, 0]);
  assertAllClose([await diceLoss(tensor(predicted), tensor(target)).item()], [(0.25 + 0.8) / 4]);
});

test('a small object weighs as much as a large one', async () => {
  const masks = [1, 100].map((pixels) => tensor([[...Array(100)].map((_, i) => (i < pixels ? 1 : 0))]));
  const [small, large] = masks.map((mask) => diceLoss(zeros([1, 100]), mask, { smooth: 1e-6 }));
  assertAllClose([await small.item(), await large.item()], [1, 1]);
});

const settings = [
  { shape: [3, 5], axes: undefined, all: [1] },
  { shape: [2, 3, 4, 5], axes: undefined, all: [1, 2, 3] },
  { shape: [2, 3, 4, 5], axes: [1, 2], all: [1, 2] },
  { shape: [2, 3, 4, 5], axes: -1, all: [3] },
  { shape: [7], axes: 0, all: [0] },
];

for (const reduction of ['mean', 'sum', 'none'] as const) {
  test(`agrees with its float64 reference, ${reduction}`, async () => {
    for (const [seed, { shape, axes, all }] of settings.entries()) {
      const next = createNumbers(seed);
      const [probabilities, targets] = [randomArray(next, shape, 0, 1), randomIntegers(next, shape, 2)];
      for (const squared of [false, true]) {
        for (const smooth of [1, 0.01]) {
          await checkReference({
            operation: (p) => diceLoss(p, toTensor(targets), { axes, smooth, squared, reduction }),
            reference: (p) => reference.diceLoss(p, targets, { axes: all, smooth, squared, reduction }),
            inputs: [probabilities],
          });
        }
      }
    }
  });
}

test('no masks, masks without pixels, and throws', async () => {
  for (const shape of [
    [0, 4],
    [2, 0],
  ]) {
    const none = zeros(shape);
    assert.is(await diceLoss(none, none).item(), 0);
    assert.is((await gradients(diceLoss(none, none), [none])[0].data()).length, 0);
  }
  const x = zeros([2, 3]);
  assertThrows(() => diceLoss(x, zeros([2])), 'diceLoss: expected targets [2, 3], got [2]');
  assertThrows(() => diceLoss(x, x, { smooth: 0 }), 'diceLoss: expected smooth > 0, got 0');
  assertThrows(() => diceLoss(x, x, { axes: 2 }), 'diceLoss: expected an axis between -2 and 1, got 2');
  assertThrows(
    () => diceLoss(zeros([3]), zeros([3])),
    "diceLoss: expected probabilities [N, …], got [3]; axes names a mask's axes",
  );
  assertThrows(
    () => diceLoss(x, x, { reduction: 'max' as never }),
    'diceLoss: expected reduction mean, sum or none, got "max"',
  );
});

test.run();
