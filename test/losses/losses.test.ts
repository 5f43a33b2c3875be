import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  bceWithLogits,
  crossEntropy,
  gradients,
  huber,
  l1,
  mse,
  relu,
  smoothL1,
  sum,
  type Tensor,
  tensor,
  zeros,
} from '../../src/index';
import * as reference from '../reference/losses';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { checkReference, gradientCheck, toTensor } from '../support/gradientCheck';
import { createNumbers, randomArray, randomIntegers } from '../support/randomTensor';

const test = suite('losses');
const reductions = ['mean', 'sum', 'none'] as const;

test('hand numbers', async () => {
  const even = crossEntropy(tensor([[0, 0]]), tensor([1]));
  assert.equal([...even.shape], []);
  assertAllClose([await even.item()], [Math.log(2)], { name: 'crossEntropy', relative: 1e-4 });
  assertAllClose([await bceWithLogits(tensor([0, 0]), tensor([0, 1])).item()], [Math.log(2)], {
    name: 'bceWithLogits',
    relative: 1e-4,
  });
  assert.is(await mse(tensor([1, 4]), tensor([3, 3])).item(), 2.5);
  assert.equal([...(await smoothL1(tensor([0.5, 3]), tensor([0, 0]), { reduction: 'none' }).data())], [0.125, 2.5]);
  assert.is(await l1(tensor([1, 4]), tensor([3, 3])).item(), 1.5);
  assert.equal([...(await huber(tensor([1, 3]), tensor([0, 0]), { delta: 2, reduction: 'none' }).data())], [0.5, 4]);
  const smoothed = crossEntropy(tensor([[Math.log(3), 0]]), tensor([0]), { labelSmoothing: 0.2 });
  assertAllClose([await smoothed.item()], [-0.9 * Math.log(3 / 4) - 0.1 * Math.log(1 / 4)]);
  const positives = { positiveWeight: [2, 5], weights: [[1], [10]], reduction: 'none' } as const;
  const ofClasses = bceWithLogits(
    zeros([2, 2]),
    tensor([
      [1, 1],
      [0, 1],
    ]),
    positives,
  );
  assertAllClose(
    await ofClasses.data(),
    [2, 5, 10, 50].map((weight) => weight * Math.log(2)),
  );
  const weighted = crossEntropy(zeros([2, 2]), tensor([0, 1]), { classWeights: [3, 1], reduction: 'none' });
  assertAllClose(await weighted.data(), [3 * Math.log(2), Math.log(2)], { name: 'class weights', relative: 1e-4 });
});

const shapes = [
  [1, 1],
  [3, 5],
  [7, 3],
  [2, 3, 5, 3],
];

for (const reduction of reductions) {
  test(`crossEntropy agrees with its float64 reference, ${reduction}`, async () => {
    for (const [seed, shape] of shapes.entries()) {
      const classes = shape.at(-1)!;
      const next = createNumbers(seed);
      const logits = randomArray(next, shape, -3, 3);
      const labels = randomIntegers(next, shape.slice(0, -1), classes);
      const withIgnored = { shape: labels.shape, data: labels.data.map((label, i) => (i % 3 === 1 ? 255 : label)) };
      const classWeights = [...randomArray(next, [classes], 0.2, 2).data];
      const labelSmoothing = 0.2;
      for (const options of [
        {},
        { classWeights },
        { ignoreIndex: 255 },
        { ignoreIndex: 255, classWeights },
        { labelSmoothing },
        { ignoreIndex: 255, classWeights, labelSmoothing },
      ]) {
        const target = options.ignoreIndex ? withIgnored : labels;
        await checkReference({
          operation: (x) => crossEntropy(x, toTensor(target), { ...options, reduction }),
          reference: (x) => reference.crossEntropy(x, target, { ...options, reduction }),
          inputs: [logits],
        });
      }
    }
  });

  test(`bceWithLogits, smoothL1, huber, l1 and mse agree with their float64 references, ${reduction}`, async () => {
    for (const [seed, shape] of [[7], [3, 5], [1, 2, 3, 5]].entries()) {
      const next = createNumbers(seed);
      const [predicted, target] = [randomArray(next, shape, -3, 3), randomArray(next, shape, 0, 1)];
      const ofClasses = [...randomArray(next, [shape.at(-1)!], 0, 3).data];
      const elements = randomArray(next, shape, 0, 2);
      const ofRows = randomArray(next, [...shape.slice(0, -1), 1], 0, 2);
      for (const [positiveWeight, weights] of [
        [1, undefined],
        [2.5, elements],
        [ofClasses, undefined],
        [ofClasses, ofRows],
      ] as const) {
        const operands = { positiveWeight, weights: weights && toTensor(weights), reduction };
        await checkReference({
          operation: (x) => bceWithLogits(x, toTensor(target), operands),
          reference: (x) => reference.bceWithLogits(x, target, { positiveWeight, weights, reduction }),
          inputs: [predicted],
        });
      }
      for (const beta of [1, 0.25]) {
        await checkReference({
          operation: (x, t) => smoothL1(x, t, { beta, reduction }),
          reference: (x, t) => reference.smoothL1(x, t, beta, reduction),
          inputs: [predicted, target],
        });
      }
      for (const delta of [1, 0.25]) {
        await checkReference({
          operation: (x, t) => huber(x, t, { delta, reduction }),
          reference: (x, t) => reference.huber(x, t, delta, reduction),
          inputs: [predicted, target],
        });
      }
      await checkReference({
        operation: (x, t) => l1(x, t, { reduction }),
        reference: (x, t) => reference.l1(x, t, reduction),
        inputs: [predicted, target],
      });
      await checkReference({
        operation: (x, t) => mse(x, t, { reduction }),
        reference: (x, t) => reference.mse(x, t, reduction),
        inputs: [predicted, target],
      });
    }
  });
}

test('a row that is ignored has no gradient; if all are, the loss is 0', async () => {
  const logits = tensor([
    [1, 2],
    [3, 4],
  ]);
  const slope = async (labels: number[]) => {
    const loss = crossEntropy(logits, tensor(labels), { ignoreIndex: 9 });
    return [await loss.item(), ...(await gradients(loss, [logits])[0].data())];
  };
  const some = await slope([9, 0]);
  assert.equal(some.slice(1, 3), [0, 0]);
  assert.ok(some[3] < 0 && some[4] > 0);
  assert.equal(await slope([9, 9]), [0, 0, 0, 0, 0]);
});

test('an ignored label of 0 or of −1 is ignored', async () => {
  const logits = tensor([
    [1, 2],
    [3, 5],
  ]);
  const expected = Math.log1p(Math.exp(-2));
  assertAllClose([await crossEntropy(logits, tensor([0, 1]), { ignoreIndex: 0 }).item()], [expected], {
    name: 'ignore 0',
    relative: 1e-4,
  });
  assertAllClose([await crossEntropy(logits, tensor([-1, 1]), { ignoreIndex: -1 }).item()], [expected], {
    name: 'ignore −1',
    relative: 1e-4,
  });
});

test('logits far from 0 neither overflow nor lose the loss', async () => {
  const logits = tensor([200, -200, 200, -200]);
  const targets = tensor([0, 1, 1, 0]);
  const losses = bceWithLogits(logits, targets, { reduction: 'none' });
  assertAllClose(await losses.data(), [200, 200, 0, 0], { name: 'losses', relative: 1e-4 });
  assertAllClose(await gradients(sum(losses), [logits])[0].data(), [1, -1, 0, 0], { name: 'gradient', relative: 1e-4 });
  assertAllClose([await crossEntropy(tensor([[500, -500, 0]]), tensor([1])).item()], [1000], {
    name: 'crossEntropy',
    relative: 1e-4,
  });
});

test('smoothL1 at the border of its two pieces', async () => {
  const [x, zero] = [tensor([-1, 1, 0, 0.999, 1.001]), zeros([5])];
  const losses = smoothL1(x, zero, { reduction: 'none' });
  assertAllClose(await losses.data(), [0.5, 0.5, 0, 0.4990005, 0.501], { name: 'losses', relative: 1e-4 });
  assertAllClose(await gradients(sum(losses), [x])[0].data(), [-1, 1, 0, 0.999, 1], {
    name: 'gradient',
    relative: 1e-4,
  });
});

test("l1's slope is the sign, 0 where both are equal; huber's grows to delta", async () => {
  const [x, zero] = [tensor([-3, -0.5, 0, 0.5, 3]), zeros([5])];
  assert.equal([...(await gradients(l1(x, zero, { reduction: 'sum' }), [x])[0].data())], [-1, -1, 0, 1, 1]);
  const slopes = gradients(huber(x, zero, { delta: 2, reduction: 'sum' }), [x])[0];
  assertAllClose(await slopes.data(), [-2, -0.5, 0, 0.5, 2]);
});

test('label smoothing of 1 forgets the label, and of 0 changes nothing', async () => {
  const logits = toTensor(randomArray(createNumbers(4), [3, 4], -2, 2));
  const at = (labels: number[], labelSmoothing: number) =>
    crossEntropy(logits, tensor(labels), { labelSmoothing }).item();
  assert.is(await at([0, 1, 2], 1), await at([3, 2, 1], 1));
  assert.is(await at([0, 1, 2], 0), await crossEntropy(logits, tensor([0, 1, 2])).item());
});

test('a loss downstream of other operations', async () => {
  const next = createNumbers(3);
  await gradientCheck((x) => crossEntropy(relu(x), tensor([0, 2, 1])), [randomArray(next, [3, 3], 0.1, 2)]);
});

test('validation names operation, expectation and culprit', () => {
  const logits = zeros([2, 3]);
  assertThrows(() => crossEntropy(zeros([]), zeros([])), 'crossEntropy: expected logits […, K], got []');
  assertThrows(() => crossEntropy(logits, zeros([3])), 'crossEntropy: expected labels [2], got [3]');
  const labels = 'crossEntropy: expected labels from 0 to 2, got';
  assertThrows(() => crossEntropy(logits, tensor([0, 3])), `${labels} 3 at position 1`);
  assertThrows(() => crossEntropy(logits, tensor([-1, 0])), `${labels} -1 at position 0`);
  assertThrows(() => crossEntropy(logits, tensor([0, 0.5])), `${labels} 0.5 at position 1`);
  assertThrows(() => crossEntropy(logits, tensor([Number.NaN, 0])), `${labels} NaN at position 0`);
  assertThrows(
    () => crossEntropy(logits, zeros([2]), { classWeights: [1, 2] }),
    'crossEntropy: expected 3 class weights ≥ 0, got [1, 2]',
  );
  assertThrows(
    () => crossEntropy(logits, zeros([2]), { classWeights: [1, -2, 1] }),
    'crossEntropy: expected 3 class weights ≥ 0, got [1, -2, 1]',
  );
  for (const labelSmoothing of [-0.1, 1.5, Number.NaN]) {
    const message = `crossEntropy: expected labelSmoothing from 0 to 1, got ${labelSmoothing}`;
    assertThrows(() => crossEntropy(logits, zeros([2]), { labelSmoothing }), message);
  }
  const positive = (positiveWeight: any) => () => bceWithLogits(logits, logits, { positiveWeight });
  assertThrows(positive(-1), 'bceWithLogits: expected a positive weight ≥ 0, got -1');
  assertThrows(positive([1, 2]), 'bceWithLogits: expected 3 positive weights ≥ 0, got [1, 2]');
  assertThrows(positive([1, 2, -3]), 'bceWithLogits: expected 3 positive weights ≥ 0, got [1, 2, -3]');
  assertThrows(
    () => bceWithLogits(logits, logits, { weights: zeros([4, 2, 3]) }),
    'bceWithLogits: expected weights that broadcast to [2, 3], got [4, 2, 3]',
  );
  assertThrows(
    () => bceWithLogits(logits, logits, { weights: zeros([2]) }),
    'bceWithLogits: expected shapes that broadcast, got [2, 3] and [2]',
  );
  const wrong = { reduction: 'average' as any };
  const reduction = 'expected reduction mean, sum or none, got "average"';
  assertThrows(() => crossEntropy(logits, zeros([2]), wrong), `crossEntropy: ${reduction}`);
  assertThrows(() => bceWithLogits(logits, logits, wrong), `bceWithLogits: ${reduction}`);
  assertThrows(() => smoothL1(logits, logits, wrong), `smoothL1: ${reduction}`);
  assertThrows(() => mse(logits, logits, wrong), `mse: ${reduction}`);
  assertThrows(() => l1(logits, logits, wrong), `l1: ${reduction}`);
  assertThrows(() => huber(logits, logits, wrong), `huber: ${reduction}`);
  assertThrows(() => l1(logits, zeros([2])), 'l1: expected target [2, 3], got [2]');
  assertThrows(() => huber(logits, zeros([2])), 'huber: expected target [2, 3], got [2]');
  assertThrows(() => huber(logits, logits, { delta: 0 }), 'huber: expected delta > 0, got 0');
  assertThrows(() => bceWithLogits(logits, zeros([2])), 'bceWithLogits: expected targets [2, 3], got [2]');
  assertThrows(() => smoothL1(logits, zeros([2])), 'smoothL1: expected target [2, 3], got [2]');
  assertThrows(() => mse(logits, zeros([3, 2])), 'mse: expected target [2, 3], got [3, 2]');
  assertThrows(() => smoothL1(logits, logits, { beta: 0 }), 'smoothL1: expected beta > 0, got 0');
});

test('no rows: the loss is 0 and the gradient empty', async () => {
  const none = zeros([0, 3]);
  const losses: [string, (reduction: 'mean' | 'sum' | 'none') => Tensor][] = [
    ['crossEntropy', (reduction) => crossEntropy(none, zeros([0]), { reduction })],
    ['smoothed', (reduction) => crossEntropy(none, zeros([0]), { reduction, labelSmoothing: 0.1 })],
    ['positiveWeight', (reduction) => bceWithLogits(none, none, { reduction, positiveWeight: [1, 2, 3] })],
    ['weights', (reduction) => bceWithLogits(none, none, { reduction, weights: [1, 2, 3] })],
    ['l1', (reduction) => l1(none, none, { reduction })],
    ['huber', (reduction) => huber(none, none, { reduction })],
    ['bceWithLogits', (reduction) => bceWithLogits(none, none, { reduction })],
    ['smoothL1', (reduction) => smoothL1(none, none, { reduction })],
    ['mse', (reduction) => mse(none, none, { reduction })],
  ];
  for (const [name, loss] of losses) {
    for (const reduction of ['mean', 'sum'] as const) {
      assert.is(await loss(reduction).item(), 0, `${name} ${reduction}`);
      assert.is((await gradients(loss(reduction), [none])[0].data()).length, 0, `${name} ${reduction}`);
    }
    assert.is(loss('none').size, 0, name);
  }
});

test.run();
