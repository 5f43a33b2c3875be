import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom, gradients, multiply, roiPool, sum, tensor, useDevice } from '../../src/index';
import { simdReport } from '../../src/simd';

const test = suite('tiled/roiPool');

/** The gradient of some regions' maxima; whole numbers, so that their sums are the same in any order. */
async function slope(backend: 'cpu' | 'webasm', channels: number, images: number[]): Promise<number[]> {
  await useDevice(backend);
  const random = createRandom(channels);
  const whole = (length: number) => Float32Array.from({ length }, () => random.integer(40) - 20);
  const features = tensor(whole(2 * 9 * 11 * channels), [2, 9, 11, channels]);
  const corners = images.flatMap(() => {
    const [x, y] = [random.uniform() * 90 - 12, random.uniform() * 70 - 12];
    return [x, y, x + random.uniform() * 50, y + random.uniform() * 60].map(Math.fround);
  });
  const boxes = ndarray(Float32Array.from(corners), [images.length, 4]);
  const pooled = roiPool(features, { boxes, images }, { size: 3, stride: 8 });
  const [found] = gradients(sum(multiply(pooled, tensor(whole(pooled.size), pooled.shape))), [features]);
  return [...(await found.data())];
}

for (const channels of [1, 3, 4, 5, 8, 12, 16, 17, 32]) {
  test(`the gradient with ${channels} channels is that of the plain kernel`, async () => {
    for (const images of [
      [0, 0, 0, 0, 1, 1, 1, 1],
      [1, 0, 0, 1, 1, 1, 0],
    ]) {
      const plain = await slope('cpu', channels, images);
      assert.ok(plain.filter((value) => value !== 0).length > 10);
      assert.equal(await slope('webasm', channels, images), plain);
    }
  });
}

test('the tile is what ran', () => {
  assert.ok(simdReport().some(({ kernel, stock }) => kernel === 'roiPoolGradientTiled' && stock === null));
});

test.after(async () => {
  await useDevice('cpu');
  setImmediate(() => process.exit());
});
test.run();
