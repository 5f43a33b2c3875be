import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom, neighborWeights } from '../../src/index';
import { assertThrows } from '../support/assertThrows';

const test = suite('neighborWeights');
const range = (n: number) => [...Array(n).keys()];

test('by hand: black, white and two grays', () => {
  // Pixels 0 1 / 2 3.
  const image = ndarray(Float32Array.of(0, 0, 0, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5), [2, 2, 3]);
  const { beta, edges, weights } = neighborWeights(image, { gamma: 10 });
  const pairs = range(6).map((e) => [edges.get(e, 0), edges.get(e, 1)]);
  assert.equal(pairs, [
    [0, 1],
    [0, 2],
    [0, 3],
    [1, 3],
    [1, 2],
    [2, 3],
  ]);
  // Squares: 3, ¾, ¾, ¾, ¾, 0; their mean is 1.
  assert.ok(Math.abs(beta - 1 / 2) < 1e-12);
  const wanted = [
    10 * Math.exp(-1.5),
    10 * Math.exp(-0.375),
    (10 / Math.SQRT2) * Math.exp(-0.375),
    10 * Math.exp(-0.375),
    (10 / Math.SQRT2) * Math.exp(-0.375),
    10,
  ];
  for (const [e, weight] of wanted.entries()) assert.ok(Math.abs(weights.get(e) - weight) < 1e-12, `pair ${e}`);
});

test('against loops over all pairs of pixels, in images of one and two columns and rows, too', () => {
  const random = createRandom(4);
  for (const [height, width] of [
    [1, 1],
    [1, 5],
    [5, 1],
    [2, 4],
    [4, 2],
    [6, 7],
  ]) {
    const image = ndarray(
      Float32Array.from({ length: height * width * 3 }, () => random.uniform()),
      [height, width, 3],
    );
    const wanted = new Map<string, [distance: number, square: number]>();
    for (const i of range(height * width)) {
      for (const j of range(height * width)) {
        const [dy, dx] = [Math.floor(j / width) - Math.floor(i / width), (j % width) - (i % width)];
        if (i >= j || Math.max(Math.abs(dy), Math.abs(dx)) > 1) continue;
        const square = range(3).reduce((sum, c) => sum + (image.data[3 * i + c] - image.data[3 * j + c]) ** 2, 0);
        wanted.set(`${i} ${j}`, [Math.hypot(dy, dx), square]);
      }
    }
    const mean = [...wanted.values()].reduce((sum, [, square]) => sum + square, 0) / wanted.size;
    const beta = wanted.size > 0 ? 1 / (2 * mean) : 0;
    const got = neighborWeights(image);
    assert.is(got.weights.shape[0], wanted.size);
    assert.ok(Math.abs(got.beta - beta) < 1e-9 * (1 + beta));
    for (const e of range(wanted.size)) {
      const [distance, square] = wanted.get(
        [got.edges.get(e, 0), got.edges.get(e, 1)].sort((a, b) => a - b).join(' '),
      )!;
      assert.ok(Math.abs(got.weights.get(e) - (50 / distance) * Math.exp(-beta * square)) < 1e-9);
    }
  }
});

test('an image of one color has β 0 and no border that is cheaper than another', () => {
  const { beta, weights } = neighborWeights(ndarray(new Float32Array(27).fill(0.3), [3, 3, 3]));
  assert.is(beta, 0);
  assert.equal([...new Set(weights.data)].sort(), [50 * Math.SQRT1_2, 50]);
});

test('wrong input is refused', () => {
  const image = ndarray(new Float32Array(12), [2, 2, 3]);
  assertThrows(
    () => neighborWeights(image, { gamma: -1 }),
    'neighborWeights: expected gamma to be a number ≥ 0, got -1',
  );
  assertThrows(
    () => neighborWeights(ndarray(new Float32Array(4), [2, 2])),
    'neighborWeights: expected an image [H, W, 3], got [2, 2]',
  );
});

test.run();
