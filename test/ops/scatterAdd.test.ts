import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { add, gather, gradients, multiply, ones, scatterAdd, sum, type Tensor, tensor, zeros } from '../../src/index';
import { slicesByPosition } from '../../src/ops/gatherLaunches';
import { scatterAddShape } from '../../src/ops/scatterAdd';
import * as reference from '../reference/layout';
import { assertAllClose } from '../support/allClose';
import { assertRejects, assertThrows } from '../support/assertThrows';
import { checkReference, toTensor } from '../support/gradientCheck';
import { createNumbers, randomArray, randomIntegers } from '../support/randomTensor';

const test = suite('scatterAdd');

const values = async (x: Tensor) => [...(await x.data())];
/** The same indices, not known before they are computed. */
const computed = (indices: readonly number[]) => add(tensor(indices), 0);

test('hand integers', async () => {
  const x = tensor([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  const rows = scatterAdd(x, [2, 0, 2], { size: 4 });
  assert.equal([...rows.shape], [4, 2]);
  assert.equal(await values(rows), [3, 4, 0, 0, 6, 8, 0, 0]);
  assert.equal(await values(scatterAdd(x, [1, 1], { size: 2, axis: -1 })), [0, 3, 0, 7, 0, 11]);
});

test('the lists of slices, position by position', () => {
  const [starts, order] = slicesByPosition([2, 0, 2, 3], 5);
  assert.equal([...starts], [0, 1, 1, 3, 4, 4]);
  assert.equal([...order], [1, 0, 2, 3]);
});

const cases: [shape: number[], axis: number, size: number][] = [
  [[5], 0, 3],
  [[7, 3], 0, 4],
  [[3, 6], 1, 9],
  [[2, 40, 5], 1, 3],
  [[3, 2, 1, 5], 3, 5],
  [[4, 9, 2, 3], -3, 1],
];

for (const [name, indicesOf] of [
  ['known', (indices: number[]) => indices],
  ['computed', computed],
] as const) {
  test(`agrees with its float64 reference, indices ${name}`, async () => {
    for (const [seed, [shape, axis, size]] of cases.entries()) {
      const next = createNumbers(seed);
      const along = axis < 0 ? axis + shape.length : axis;
      const indices = [...randomIntegers(next, [shape[along]], size).data];
      await checkReference({
        operation: (x) => scatterAdd(x, indicesOf(indices), { size, axis }),
        reference: (x) => reference.scatterAdd(x, indices, along, size),
        inputs: [randomArray(next, shape)],
        tolerance: { absolute: 1e-5, relative: 1e-5 },
      });
    }
  });

  test(`is the adjoint of gather, indices ${name}: ⟨scatterAdd(x), y⟩ = ⟨x, gather(y)⟩`, async () => {
    const next = createNumbers(9);
    const indices = [...randomIntegers(next, [300], 50).data];
    const [x, y] = [toTensor(randomArray(next, [2, 300, 7])), toTensor(randomArray(next, [2, 50, 7]))];
    const list = indicesOf(indices);
    const left = await sum(multiply(scatterAdd(x, list, { size: 50, axis: 1 }), y)).item();
    const right = await sum(multiply(x, gather(y, list, { axis: 1 }))).item();
    assertAllClose([left], [right], { absolute: 1e-3 });
    const [slope] = gradients(sum(multiply(gather(y, list, { axis: 1 }), x)), [y]);
    assertAllClose(await slope.data(), await scatterAdd(x, list, { size: 50, axis: 1 }).data());
  });
}

test('more slices than a tile takes, most of them for one position', async () => {
  const indices = Array.from({ length: 5000 }, (_, i) => (i % 10 ? 3 : i % 7));
  const counts = [0, 1, 2, 3, 4, 5, 6].map((position) => indices.filter((index) => index === position).length);
  const added = await scatterAdd(ones([5000, 2]), indices, { size: 7 }).data();
  assert.equal(
    [...added],
    counts.flatMap((count) => [count, count]),
  );
});

test('what does not fit is refused', async () => {
  assert.equal(scatterAddShape([2, 3, 4], [3], { size: 7, axis: -2 }), { shape: [2, 7, 4], along: 1 });
  const x = zeros([2, 3]);
  assertThrows(() => scatterAdd(x, [0, 2], { size: 2 }), 'scatterAdd: expected indices from 0 to 1, got 2 at 1');
  assertThrows(() => scatterAdd(x, [0, -1], { size: 2 }), 'scatterAdd: expected indices from 0 to 1, got -1 at 1');
  assertThrows(() => scatterAdd(x, [0, 0.5], { size: 2 }), 'scatterAdd: expected indices from 0 to 1, got 0.5 at 1');
  assertThrows(
    () => scatterAdd(x, [0], { size: 2 }),
    'scatterAdd: expected indices [2], one a slice of x [2, 3], got [1]',
  );
  assertThrows(
    () => scatterAdd(x, [0, 1], { size: 1.5 }),
    'scatterAdd: expected size to be a whole number ≥ 0, got 1.5',
  );
  assertThrows(
    () => scatterAdd(x, [0, 1], { size: 2, axis: 2 }),
    'scatterAdd: expected an axis between -2 and 1, got 2',
  );
  const positions = 'positions, beyond which float32 does not tell whole numbers apart';
  assertThrows(
    () => scatterAddShape([1], [1], { size: 2 ** 24 + 1 }),
    `scatterAdd: expected at most 16777216 ${positions}, got 16777217`,
  );
  await assertRejects(
    () => scatterAdd(x, computed([0, 5]), { size: 2 }).data(),
    'scatterAdd: expected indices from 0 to 1, got 5 at 1',
  );
});

test('empty tensors', async () => {
  const none = zeros([0, 3]);
  const nothing = scatterAdd(none, [], { size: 2 });
  assert.equal(await values(nothing), [0, 0, 0, 0, 0, 0]);
  assert.equal([...gradients(sum(nothing), [none])[0].shape], [0, 3]);
  assert.equal([...scatterAdd(zeros([2, 0]), [1, 1], { size: 3 }).shape], [3, 0]);
  assert.equal([...scatterAdd(none, [], { size: 0 }).shape], [0, 3]);
});

test.run();
