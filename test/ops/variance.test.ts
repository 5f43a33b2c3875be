import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { deviceReport, gradients, sum, tensor, variance, zeros } from '../../src/index';
import * as reference from '../reference/reduce';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { checkReference } from '../support/gradientCheck';
import { createNumbers, randomArray } from '../support/randomTensor';

const test = suite('variance');

test('hand integers', async () => {
  const x = tensor([
    [1, 3, 5],
    [4, 4, 4],
  ]);
  const rows = variance(x, { axes: 1 });
  assert.equal([...rows.shape], [2]);
  assert.equal([...(await rows.data())], [4, 0]);
  assertAllClose(await variance(x, { axes: 1, correction: 0 }).data(), [8 / 3, 0]);
  assert.equal([...variance(x, { axes: 1, keepDims: true }).shape], [2, 1]);
  assert.is(await variance(tensor([1, 3])).item(), 2);
});

const cases: [shape: number[], axes: number[]][] = [
  [[7], [0]],
  [[3, 5], [1]],
  [
    [2, 3, 4],
    [0, 2],
  ],
  [
    [2, 3, 4, 5],
    [1, 2],
  ],
  [[2, 131, 3], [1]],
];

test('agrees with its float64 reference', async () => {
  const tight = { absolute: 1e-5, relative: 1e-5 };
  for (const [seed, [shape, axes]] of cases.entries()) {
    for (const correction of [0, 1, 0.5]) {
      for (const keepDims of [true, false]) {
        await checkReference({
          operation: (x) => variance(x, { axes, correction, keepDims }),
          reference: (x) => {
            const kept = reference.variance(x, axes, correction);
            return keepDims ? kept : reference.drop(kept, axes);
          },
          inputs: [randomArray(createNumbers(seed), shape)],
          tolerance: tight,
          gradientTolerance: tight,
        });
      }
    }
  }
});

test('a large mean costs no digits of the variance', async () => {
  const offsets = [0, 1, 2, 3, 4, 5, 6, 7];
  assertAllClose(await variance(tensor(offsets.map((offset) => 100_000 + offset))).data(), [6]);
});

test('NaN passes', async () => {
  // WebGPU leaves open what becomes of NaN.
  if ((await deviceReport()).backend === 'webgpu') return;
  assert.ok(Number.isNaN(await variance(tensor([1, Number.NaN, 2])).item()));
});

test('throws', () => {
  const few = (correction: number) => `variance: expected more than ${correction} elements, the correction, to compare`;
  assertThrows(() => variance(tensor([1])), `${few(1)}, got 1 of [1]`);
  assertThrows(() => variance(zeros([3, 0]), { axes: 1, correction: 0 }), `${few(0)}, got 0 of [3, 0]`);
  assertThrows(
    () => variance(zeros([3]), { correction: -1 }),
    'variance: expected correction to be a number ≥ 0, got -1',
  );
  assertThrows(() => variance(zeros([3]), { axes: 1 }), 'variance: expected an axis between -1 and 0, got 1');
});

test('no rows', async () => {
  const none = zeros([0, 3]);
  const rows = variance(none, { axes: 1 });
  assert.equal([...rows.shape], [0]);
  assert.is((await gradients(sum(rows), [none])[0].data()).length, 0);
});

test.run();
