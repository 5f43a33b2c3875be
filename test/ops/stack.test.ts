import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { concat, gradients, ones, split, stack, sum, type Tensor, tensor, zeros } from '../../src/index';
import { splitShape } from '../../src/ops/split';
import { stackShape } from '../../src/ops/stack';
import * as reference from '../reference/layout';
import { assertThrows } from '../support/assertThrows';
import { checkReference } from '../support/gradientCheck';
import { createNumbers, randomArray } from '../support/randomTensor';

const test = suite('stack, split');
const exact = { absolute: 0, relative: 0 };

const values = async (x: Tensor) => [...(await x.data())];

test('hand integers', async () => {
  const [a, b] = [tensor([1, 2]), tensor([3, 4])];
  assert.equal(await values(stack([a, b])), [1, 2, 3, 4]);
  assert.equal(await values(stack([a, b], { axis: -1 })), [1, 3, 2, 4]);
  const x = tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  const [left, right] = split(x, [1, 2]);
  assert.equal(
    [await values(left), await values(right)],
    [
      [1, 4],
      [2, 3, 5, 6],
    ],
  );
  // One size for all: the last part may fall short.
  assert.equal(
    split(x, 2).map(({ shape }) => [...shape]),
    [
      [2, 2],
      [2, 1],
    ],
  );
  assert.equal(await values(split(x, 1, { axis: 0 })[1]), [4, 5, 6]);
});

test('stack agrees with its float64 reference', async () => {
  const cases: [shape: number[], count: number, axis: number][] = [
    [[], 3, 0],
    [[5], 2, 1],
    [[2, 3], 4, 1],
    [[2, 3, 4, 2], 2, 0],
    [[2, 3, 4, 2], 3, 4],
  ];
  for (const [seed, [shape, count, axis]] of cases.entries()) {
    await checkReference({
      operation: (...parts) => stack(parts, { axis }),
      reference: (...parts) => reference.stack(parts, axis),
      inputs: Array.from({ length: count }, (_, i) => randomArray(createNumbers(10 * seed + i), shape)),
      tolerance: exact,
    });
  }
});

test('split agrees with its float64 reference', async () => {
  const cases: [shape: number[], sizes: number[], axis: number][] = [
    [[7], [3, 4], 0],
    [[2, 5, 3], [1, 1, 3], 1],
    [[2, 3, 2, 6], [2, 4], -1],
  ];
  for (const [seed, [shape, sizes, axis]] of cases.entries()) {
    const along = axis < 0 ? axis + shape.length : axis;
    for (const part of sizes.keys()) {
      const start = sizes.slice(0, part).reduce((total, size) => total + size, 0);
      await checkReference({
        operation: (x) => split(x, sizes, { axis })[part],
        reference: (x) =>
          reference.slice(
            x,
            shape.map((size, i) => (i === along ? [start, start + sizes[part], 1] : [0, size, 1])),
          ),
        inputs: [randomArray(createNumbers(seed), shape)],
        tolerance: exact,
      });
    }
  }
});

test('concat undoes split', async () => {
  const x = tensor(
    Float32Array.from({ length: 60 }, (_, i) => i),
    [3, 4, 5],
  );
  for (const axis of [0, 1, 2]) assert.equal(await values(concat(split(x, 2, { axis }), { axis })), await values(x));
});

test('the shape functions check without a device', () => {
  assert.equal(
    stackShape(
      [
        [2, 3],
        [2, 3],
      ],
      -1,
    ),
    { shape: [2, 3, 2], along: 2 },
  );
  assertThrows(() => stack([]), 'stack: expected at least one tensor, got none');
  assertThrows(() => stack([ones([2]), ones([3])]), 'stack: expected tensors of one shape, got [2] and [3]');
  assertThrows(() => stack([ones([2])], { axis: 2 }), 'stack: expected an axis between -2 and 1, got 2');
  assert.equal(splitShape([2, 7], 3), { sizes: [3, 3, 1], along: 1 });
  const wrong = (sizes: string) => `split: expected whole sizes that sum to axis 1 of [2, 7], got ${sizes}`;
  assertThrows(() => split(ones([2, 7]), [3, 3]), wrong('[3, 3]'));
  assertThrows(() => split(ones([2, 7]), [8, -1]), wrong('[8, -1]'));
  assertThrows(() => split(ones([2, 7]), [3.5, 3.5]), wrong('[3.5, 3.5]'));
  assertThrows(() => split(ones([2, 7]), 0), wrong('0'));
  assertThrows(() => split(ones([2, 7]), []), wrong('[]'));
  assertThrows(() => split(ones([2, 7]), [7], { axis: 2 }), 'split: expected an axis between -2 and 1, got 2');
});

test('empty tensors', async () => {
  const none = zeros([0, 3]);
  assert.equal([...stack([none, none]).shape], [2, 0, 3]);
  assert.equal(
    split(none, [1, 2]).map(({ shape }) => [...shape]),
    [
      [0, 1],
      [0, 2],
    ],
  );
  assert.equal(
    split(none, 4, { axis: 0 }).map(({ shape }) => [...shape]),
    [[0, 3]],
  );
  const x = ones([2, 3]);
  const [all, nothing] = split(x, [3, 0]);
  assert.equal([...nothing.shape], [2, 0]);
  assert.equal(await values(gradients(sum(all), [x])[0]), [1, 1, 1, 1, 1, 1]);
  assert.equal(await values(gradients(sum(stack([none, none])), [none])[0]), []);
});

test.run();
