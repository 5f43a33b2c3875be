import { inspect } from 'node:util';
import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { describeNumbers } from '../../src/checks/inspect';
import { add, BatchNorm2d, Conv2d, createRandom, relu, Sequential, tensor, zeros } from '../../src/index';

const test = suite('printing');

test('a tensor says its shape, and its numbers where they are known', async () => {
  assert.is(
    inspect(
      tensor([
        [1, 2],
        [3, 4.5],
      ]),
    ),
    'Tensor [2, 2] float32: 1, 2, 3, 4.5',
  );
  const sum = add(tensor([1]), tensor([2]));
  assert.is(`${sum}`, 'Tensor [1] float32: not computed yet; `await t.data()` computes it');
  await sum.data();
  assert.is(`${sum}`, 'Tensor [1] float32: 3');
  assert.is(inspect([zeros([0, 4])]), '[ Tensor [0, 4] float32: empty ]');
});

test('many numbers are told by the least and the largest, and by how many are not finite', () => {
  const many = Float32Array.from({ length: 200_000 }, (_, i) => (i % 1000) / 999);
  assert.is(describeNumbers(many), '0 … 1');
  many[7] = Number.NaN;
  many[8] = Number.POSITIVE_INFINITY;
  assert.is(describeNumbers(many), '0 … 1, 2 not finite');
  assert.is(describeNumbers(new Float32Array(9).fill(Number.NaN)), '9 not finite');
});

test('an ndarray prints as rows of numbers, also inside of something, and as a range where it is large', () => {
  const boxes = ndarray(Float32Array.of(1, 2, 30, 40, 5, 6.25, 7, 8), [2, 4]);
  assert.is(
    inspect({ boxes, labels: ndarray(Int32Array.of(3, 1), [2]) }),
    '{\n  boxes: ndarray [2, 4] float32:\n    1     2  30  40\n    5  6.25   7   8,\n  labels: ndarray [2] int32: 3, 1\n}',
  );
  assert.is(inspect(boxes.hi(0, 4)), 'ndarray [0, 4] float32: empty');
  assert.is(inspect(ndarray(new Uint8Array(30_000), [100, 100, 3])), 'ndarray [100, 100, 3] uint8: 0 … 0');
  assert.match(inspect(ndarray(new Float32Array(100), [50, 2])), /\n {2}… 30 more rows$/);
});

test('a module prints as a tree with the shapes of its parameters', () => {
  const random = createRandom(1);
  const layers = new Sequential(new Conv2d(3, 4, { size: 3, random }), new BatchNorm2d(4), relu);
  assert.is(
    inspect(layers),
    [
      'Sequential: 120 parameters',
      '  layers.0: Conv2d (weight [3, 3, 3, 4], bias [4])',
      '  layers.1: BatchNorm2d (scale [4], shift [4])',
    ].join('\n'),
  );
});

test.run();
