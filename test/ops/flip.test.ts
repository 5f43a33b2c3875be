import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { flip, gradients, sum, type Tensor, tensor, zeros } from '../../src/index';
import * as reference from '../reference/layout';
import { assertThrows } from '../support/assertThrows';
import { checkReference } from '../support/gradientCheck';
import { createNumbers, randomArray } from '../support/randomTensor';

const test = suite('flip');

const values = async (x: Tensor) => [...(await x.data())];

test('hand integers', async () => {
  const x = tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  assert.equal(await values(flip(x)), [6, 5, 4, 3, 2, 1]);
  assert.equal(await values(flip(x, { axes: 0 })), [4, 5, 6, 1, 2, 3]);
  assert.equal(await values(flip(x, { axes: [-1] })), [3, 2, 1, 6, 5, 4]);
  assert.equal(await values(flip(x, { axes: [] })), [1, 2, 3, 4, 5, 6]);
});

const cases: [shape: number[], axes: number[]][] = [
  [[7], [0]],
  [
    [3, 5],
    [0, 1],
  ],
  [[2, 6, 7, 3], [2]],
  [
    [2, 6, 7, 3],
    [1, 2],
  ],
  [
    [2, 1, 3, 2, 1, 3],
    [0, 2, 5],
  ],
];

test('agrees with its float64 reference', async () => {
  for (const [seed, [shape, axes]] of cases.entries()) {
    await checkReference({
      operation: (x) => flip(x, { axes }),
      reference: (x) => reference.flip(x, axes),
      inputs: [randomArray(createNumbers(seed), shape)],
      tolerance: { absolute: 0, relative: 0 },
    });
  }
});

test('throws', () => {
  assertThrows(() => flip(zeros([2, 3]), { axes: 2 }), 'flip: expected an axis between -2 and 1, got 2');
  assertThrows(() => flip(zeros([2, 3]), { axes: [0, -2] }), 'flip: expected distinct axes, got [0,-2]');
  assertThrows(() => flip(zeros([1, 1, 1, 1, 1, 1, 2])), 'flip: expected at most 6 axes, got [1, 1, 1, 1, 1, 1, 2]');
});

test('nothing and one number', async () => {
  const none = zeros([0, 3]);
  assert.equal([...flip(none).shape], [0, 3]);
  assert.is((await gradients(sum(flip(none)), [none])[0].data()).length, 0);
  assert.equal(await values(flip(tensor(4))), [4]);
});

test.run();
