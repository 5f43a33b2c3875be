import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bedOfNails, gradients, multiply, sum, tensor, zeros } from '../../src/index';
import * as reference from '../reference/unpool';
import { assertThrows } from '../support/assertThrows';
import { checkReference } from '../support/gradientCheck';
import { createNumbers, randomArray } from '../support/randomTensor';

const test = suite('bedOfNails');

test("the slides' table, and the gradient at the nails", async () => {
  const x = tensor([1, 2, 3, 4], [1, 2, 2, 1]);
  const y = bedOfNails(x, { stride: 2 });
  assert.equal([...(await y.data())], [1, 0, 2, 0, 0, 0, 0, 0, 3, 0, 4, 0, 0, 0, 0, 0]);
  const upstream = tensor(
    Float32Array.from({ length: 16 }, (_, i) => i),
    [1, 4, 4, 1],
  );
  assert.equal([...(await gradients(sum(multiply(y, upstream)), [x])[0].data())], [0, 2, 8, 10]);
});

for (const [seed, [shape, stride]] of (
  [
    [
      [2, 3, 4, 5],
      [2, 2],
    ],
    [
      [1, 4, 3, 4],
      [3, 1],
    ],
    [
      [1, 1, 2, 1],
      [1, 4],
    ],
  ] as [number[], [number, number]][]
).entries()) {
  test(`agrees with its float64 reference: x [${shape}], stride [${stride}]`, async () => {
    await checkReference({
      operation: (x) => bedOfNails(x, { stride }),
      reference: (x) => reference.bedOfNails(x, stride),
      inputs: [randomArray(createNumbers(seed), shape)],
      tolerance: { absolute: 0, relative: 0 },
    });
  });
}

test('what it rejects', () => {
  assertThrows(() => bedOfNails(zeros([2, 2, 1]), { stride: 2 }), 'bedOfNails: expected x [N, H, W, C], got [2, 2, 1]');
  assertThrows(
    () => bedOfNails(zeros([1, 2, 2, 1]), { stride: 0 }),
    'bedOfNails: expected stride to be one or two whole numbers ≥ 1, got 0',
  );
  assertThrows(
    () => bedOfNails(zeros([1, 0, 2, 1]), { stride: 2 }),
    'bedOfNails: expected an image with pixels, got [1, 0, 2, 1]',
  );
});

test('no images', async () => {
  const x = zeros([0, 2, 2, 3]);
  const y = bedOfNails(x, { stride: 2 });
  assert.equal([...y.shape], [0, 4, 4, 3]);
  assert.is((await gradients(sum(y), [x])[0].data()).length, 0);
});

test.run();
