import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { boxCode, clipBoxes, gradients, sum, tensor, zeros } from '../../src/index';
import * as reference from '../reference/boxes';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { checkReference } from '../support/gradientCheck';
import { createNumbers, randomArray } from '../support/randomTensor';

const test = suite('boxCode');

test('by hand: a quarter of a width to the right, half a height up, twice as wide', () => {
  // Prior: center (20, 40), 40 × 20. Box: center (30, 30), 80 × 20.
  const prior = [[0, 30, 40, 50]];
  const box = [[-10, 20, 70, 40]];
  const code = boxCode();
  assertAllClose(code.encode(box, prior).data, [0.25, -0.5, Math.log(2), 0]);
  assertAllClose(code.decode([[0.25, -0.5, Math.log(2), 0]], prior).data, box[0]);
  // A code of zeros is the prior itself.
  assert.equal([...code.decode([[0, 0, 0, 0]], prior).data], prior[0]);
  const weighted = boxCode({ weights: [10, 10, 5, 5] });
  assertAllClose(weighted.encode(box, prior).data, [2.5, -5, 5 * Math.log(2), 0]);
  assertAllClose(weighted.decode([[2.5, -5, 5 * Math.log(2), 0]], prior).data, box[0]);
});

test('two stages, by hand: anchor, region proposal, object box', () => {
  // 20 × 20 px around (40, 40), moved by (0.2, −0.1) of that and 1.2 times as wide: 24 × 20 around (44, 38).
  const proposal = boxCode().decode([[0.2, -0.1, Math.log(1.2), 0]], [[30, 30, 50, 50]]);
  assertAllClose(proposal.data, [32, 28, 56, 48]);
  // The second stage moves that by a twentieth and a tenth, and makes it 1.25 times as wide.
  const object = boxCode({ weights: [10, 10, 5, 5] }).decode([[0.5, 1, 5 * Math.log(1.25), 0]], proposal);
  assertAllClose(object.data, [30.2, 30, 60.2, 50]);
});

test('the size of a wild prediction is limited, just past the limit and far beyond', () => {
  const code = boxCode({ weights: [10, 10, 5, 5], maxLogSize: 2 });
  const prior = [[-1, -1, 1, 1]];
  const half = (t: number) => code.decode([[0, 0, t, 0]], prior).get(0, 2);
  assertAllClose([half(9.9), half(10), half(10.1), half(1e6)], [Math.exp(1.98), Math.exp(2), Math.exp(2), Math.exp(2)]);
  // Shrinking has no limit.
  assert.is(half(-1e6), 0);
  // The default is Detectron's.
  assertAllClose(
    [
      boxCode()
        .decode([[0, 0, 99, 0]], prior)
        .get(0, 2),
    ],
    [1000 / 16],
  );
});

const length = fc.integer({ min: 1, max: 400 });
const boxes = fc.tuple(fc.integer({ min: -200, max: 400 }), fc.integer({ min: -200, max: 400 }), length, length);

test('decoding undoes encoding, and clipping comes after', () => {
  fc.assert(
    fc.property(boxes, boxes, fc.constantFrom([1, 1, 1, 1] as const, [10, 10, 5, 5] as const), (a, b, weights) => {
      const [box, prior] = [a, b].map(([x, y, w, h]) => [[x, y, x + w, y + h]]);
      const code = boxCode({ weights, maxLogSize: 7 });
      const back = code.decode(code.encode(box, prior), prior);
      // Float32 rounds the code by 6·10⁻⁸ of its size, which the prior's and the box's lengths magnify.
      assertAllClose(back.data, box[0], { absolute: 2e-3, relative: 1e-5 });
      assert.equal(clipBoxes(back, { height: 9, width: 9 }).shape, [1, 4]);
    }),
    { seed: 2 },
  );
});

test('the code of a box moved and scaled together with its prior stays', () => {
  const next = createNumbers(3);
  const [list, priors] = [0, 1].map(() =>
    reference.randomBoxes(next, 20, 64, 2).map(([x1, y1, x2, y2]) => [x1, y1, x2 + 2, y2]),
  );
  const change = (rows: number[][]) => rows.map((row) => row.map((corner) => 4 * (corner + 32)));
  const code = boxCode();
  assertAllClose(code.encode(change(list), change(priors)).data, code.encode(list, priors).data, { absolute: 1e-4 });
});

test('agrees with the reference over seeds', () => {
  for (let seed = 0; seed < 4; seed++) {
    const next = createNumbers(seed);
    const draw = () => reference.randomBoxes(next, 12, 80, 3).map(([x1, y1, x2, y2]) => [x1, y1, x2 + 3, y2]);
    const [list, priors] = [draw(), draw()];
    const encoded = boxCode().encode(list, priors);
    assertAllClose(
      encoded.data,
      list.flatMap((box, i) => reference.encode(box, priors[i])),
    );
    const code = list.map(() => [0, 1, 2, 3].map(() => 2 * next() - 1));
    assertAllClose(
      boxCode().decode(code, priors).data,
      code.flatMap((row, i) => reference.decode(row, priors[i])),
      { absolute: 1e-4 },
    );
  }
});

test('decodes tensors alike, with gradients to the code', async () => {
  const next = createNumbers(7);
  const priors = reference.randomBoxes(next, 9, 20, 3).map(([x1, y1, x2, y2]) => [x1, y1, x2 + 3, y2]);
  const code = boxCode({ weights: [10, 10, 5, 5], maxLogSize: 2 });
  await checkReference({
    operation: (t) => code.decodeTensor(t, priors),
    reference: ({ shape, data }) => ({
      shape,
      data: Float64Array.from(
        priors.flatMap((prior, i) => {
          const [tx, ty, tw, th] = data.subarray(4 * i, 4 * i + 4);
          return reference.decode([tx / 10, ty / 10, tw / 5, th / 5], prior);
        }),
      ),
    }),
    inputs: [randomArray(next, [9, 4], -4, 4)],
    tolerance: { absolute: 1e-4 },
  });
  const wild = tensor([[1, 2, 99, -3]]);
  const box = code.decodeTensor(wild, priors.slice(0, 1));
  assertAllClose(await box.data(), code.decode([[1, 2, 99, -3]], priors.slice(0, 1)).data, { absolute: 1e-4 });
  // Beyond the limit the size no longer listens.
  assert.is((await gradients(sum(box), [wild])[0].data())[2], 0);
});

test('no boxes', () => {
  const code = boxCode();
  assert.equal(code.encode([], []).shape, [0, 4]);
  assert.equal(code.decode([], []).shape, [0, 4]);
  assert.equal([...code.decodeTensor(zeros([0, 4]), []).shape], [0, 4]);
});

test('throws', () => {
  const code = boxCode();
  const box = [[0, 0, 2, 2]];
  assertThrows(
    () => code.encode([[1, 0, 1, 2]], box),
    'boxCode.encode: expected boxes with width and height above 0, got [1, 0, 1, 2] at 0',
  );
  assertThrows(
    () => code.encode(box, [[0, 2, 1, 2]]),
    'boxCode.encode: expected priors with width and height above 0, got [0, 2, 1, 2] at 0',
  );
  assertThrows(() => code.encode(box, []), 'boxCode.encode: expected boxes [0, 4], one a prior, got [1, 4]');
  assertThrows(() => code.decode([], box), 'boxCode.decode: expected code [1, 4], one a prior, got [0, 4]');
  assertThrows(
    () => code.decode([[0, Number.NaN, 0, 0]], box),
    'boxCode.decode: expected finite code, got NaN at [0, 1]',
  );
  assertThrows(
    () => code.decodeTensor(zeros([2, 4]), box),
    'boxCode.decodeTensor: expected code [1, 4], one a prior, got [2, 4]',
  );
  assertThrows(() => boxCode({ weights: [1, 1, 1] as never }), 'boxCode: expected 4 weights, got 3');
  assertThrows(() => boxCode({ weights: [1, 0, 1, 1] }), 'boxCode: expected weights to be a number > 0, got 0');
  assertThrows(() => boxCode({ maxLogSize: 0 }), 'boxCode: expected maxLogSize to be a number > 0, got 0');
});

test.run();
