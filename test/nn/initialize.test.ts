import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  bilinear,
  ConvTranspose1d,
  ConvTranspose2d,
  ConvTranspose3d,
  createRandom,
  mse,
  resize,
  sgd,
} from '../../src/index';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { toTensor } from '../support/gradientCheck';
import { createNumbers, randomArray } from '../support/randomTensor';

const test = suite('nn/initialize');

const random = createRandom(1);
/** Size, stride and padding of a layer that enlarges `factor` times. */
const enlarging = (factor: number) => ({
  size: 2 * factor - (factor % 2),
  stride: factor,
  padding: Math.floor(factor / 2),
  initialize: bilinear,
  random,
});

/** The pixels of `[N, H, W, C]` that lie between the centers of the border's pixels, `factor` times smaller. */
function interior(values: ArrayLike<number>, [batch, height, width, channels]: readonly number[], factor: number) {
  const inside = (i: number, size: number) => i + 0.5 >= factor / 2 && i + 0.5 <= size - factor / 2;
  const found: number[] = [];
  for (let n = 0; n < batch; n++) {
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < width; j++) {
        if (!inside(i, height) || !inside(j, width)) continue;
        for (let q = 0; q < channels; q++) found.push(values[((n * height + i) * width + j) * channels + q]);
      }
    }
  }
  return found;
}

test('four taps enlarge twice: quarters and three quarters, in 2-D their products', () => {
  assert.equal([...bilinear([4, 1, 1])], [0.25, 0.75, 0.75, 0.25]);
  assert.equal(
    [...bilinear([4, 4, 1, 1])],
    [1, 3, 3, 1].flatMap((down) => [1, 3, 3, 1].map((across) => (down * across) / 16)),
  );
});

test('an odd number of taps has its peak on a tap', () => {
  assert.equal([...bilinear([1, 1, 1])], [1]);
  assert.equal([...bilinear([3, 1, 1])], [0.5, 1, 0.5]);
  assertAllClose(bilinear([5, 1, 1]), [1 / 3, 2 / 3, 1, 2 / 3, 1 / 3]);
});

test('each channel goes to its own, in its own group', () => {
  const single = [0.25, 0.75, 0.75, 0.25];
  const identity = [1, 0, 0, 0, 1, 0, 0, 0, 1];
  assert.equal(
    [...bilinear([4, 3, 3])],
    single.flatMap((value) => identity.map((one) => value * one)),
  );
  assert.equal(
    [...bilinear([4, 1, 3])],
    single.flatMap((value) => [value, value, value]),
  );
  // Two groups of two: inputs 0 and 1 are those of the first group's outputs, 2 and 3 those of the second's.
  assert.equal([...bilinear([1, 2, 4])], [1, 0, 1, 0, 0, 1, 0, 1]);
});

for (const factor of [2, 3, 4]) {
  for (const groups of [1, 2, 4]) {
    test(`a layer starts as bilinear interpolation, ${factor} times, in ${groups} groups`, async () => {
      const x = toTensor(randomArray(createNumbers(factor), [2, 4, 5, 4]));
      const layer = new ConvTranspose2d(4, 4, { ...enlarging(factor), groups });
      const y = layer.forward(x);
      const expected = resize(x, { scale: factor, mode: 'bilinear' });
      assert.equal([...y.shape], [...expected.shape]);
      const [found, wanted] = [await y.data(), await expected.data()];
      const inside = interior(found, y.shape, factor);
      assert.ok(inside.length >= 2 * 4 * (3 * factor) * (4 * factor));
      assertAllClose(inside, interior(wanted, y.shape, factor), { relative: 1e-5, absolute: 1e-6 });
      // Beyond the border the one sees zeros, the other the border.
      assert.ok(Math.abs(found[0] - wanted[0]) > 0.05 * Math.abs(wanted[0]));
    });
  }
}

test('signals are enlarged linearly, volumes trilinearly: straight slopes stay straight', async () => {
  const line = toTensor({ shape: [1, 4, 1], data: Float64Array.from([0, 8, 16, 24]) });
  const signal = await new ConvTranspose1d(1, 1, enlarging(4)).forward(line).data();
  assertAllClose(signal.slice(2, 14), [1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23]);
  const corners = { shape: [1, 2, 2, 2, 1], data: Float64Array.from([0, 1, 2, 3, 4, 5, 6, 7]) };
  const volume = await new ConvTranspose3d(1, 1, enlarging(2)).forward(toTensor(corners)).data();
  const inside = [1, 2].flatMap((d) => [1, 2].flatMap((i) => [1, 2].map((j) => volume[(d * 4 + i) * 4 + j])));
  assertAllClose(inside, [1.75, 2.25, 2.75, 3.25, 3.75, 4.25, 4.75, 5.25]);
});

test('it is a start: training moves it', async () => {
  const layer = new ConvTranspose2d(1, 1, enlarging(2));
  const x = toTensor(randomArray(createNumbers(2), [1, 4, 4, 1]));
  const target = resize(x, { scale: 2, mode: 'nearest' });
  const optimizer = sgd(layer.parameters(), { learningRate: 0.3, momentum: 0.9 });
  const losses: number[] = [];
  for (let step = 0; step < 40; step++) losses.push(await optimizer.step(mse(layer.forward(x), target)));
  assert.ok(losses[39] < 0.1 * losses[0], `loss ${losses[0]} → ${losses[39]}`);
});

test('wrong shapes are named', () => {
  assertThrows(() => bilinear([3, 3]), 'bilinear: expected weights […window, Cout / groups, Cin], got [3, 3]');
  assertThrows(() => bilinear([4, 4, 2, 3]), 'bilinear: expected as many channels out as in, got weights [4, 4, 2, 3]');
  assertThrows(
    () => new ConvTranspose2d(3, 2, { size: 4, stride: 2, initialize: bilinear, random }),
    'bilinear: expected as many channels out as in, got weights [4, 4, 2, 3]',
  );
});

test.run();
