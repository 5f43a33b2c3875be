import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { drawMasks } from '../../src/index';
import { paletteColor } from '../../src/viz/palette';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';

const test = suite('drawMasks');

const gray = (height: number, width: number) =>
  ndarray(new Float32Array(height * width * 3).fill(0.5), [height, width, 3]);

/** Masks of rectangles x1, y1, x2, y2. */
function masksOf(height: number, width: number, ...areas: [number, number, number, number][]) {
  const masks = ndarray(new Uint8Array(areas.length * height * width), [areas.length, height, width]);
  for (const [g, [x1, y1, x2, y2]] of areas.entries()) {
    for (let y = y1; y < y2; y++) for (let x = x1; x < x2; x++) masks.set(g, y, x, 1);
  }
  return masks;
}

test('by hand: the outline in full color, the inside half, the rest as it was; the first lies above', () => {
  const image = gray(7, 9);
  const drawn = drawMasks(image, masksOf(7, 9, [1, 1, 6, 6], [5, 2, 9, 5]));
  const colors = [0, 1].map((g) => paletteColor(g).map((byte) => byte / 255));
  const at = (y: number, x: number) => [0, 1, 2].map((c) => drawn.get(y, x, c));
  assertAllClose(at(1, 1), colors[0], { absolute: 1e-6 });
  assertAllClose(
    at(3, 3),
    colors[0].map((value) => (value + 0.5) / 2),
    { absolute: 1e-6 },
  );
  assertAllClose(at(0, 0), [0.5, 0.5, 0.5]);
  // At the border of the image there is an outline, too.
  assertAllClose(at(3, 8), colors[1], { absolute: 1e-6 });
  assertAllClose(at(3, 5), colors[0], { absolute: 1e-6 });
  assert.ok(image.data.every((value) => value === 0.5));
});

test('bytes stay bytes; names and scores are written at the masks', () => {
  const image = ndarray(new Uint8Array(40 * 60 * 3).fill(90), [40, 60, 3]);
  const masks = masksOf(40, 60, [20, 20, 40, 35]);
  const plain = drawMasks(image, masks);
  const named = drawMasks(image, masks, { labels: [1], scores: [0.75], names: ['cat', 'dog'], opacity: 0 });
  assert.instance(named.data, Uint8Array);
  const changed = (drawn: typeof plain) => {
    let above = 0;
    for (let x = 0; x < 60; x++) for (let y = 0; y < 19; y++) if (drawn.get(y, x, 0) !== 90) above++;
    return above;
  };
  assert.equal([changed(plain), changed(named) > 50], [0, true]);
  assert.is(named.get(28, 30, 0), 90);
});

test('nothing, an empty mask, and what is refused', () => {
  const image = gray(4, 5);
  assert.equal(drawMasks(image, masksOf(4, 5)).data, image.data);
  assert.equal(drawMasks(image, masksOf(4, 5, [2, 2, 2, 2]), { labels: [0] }).data, image.data);
  assertThrows(() => drawMasks(image, masksOf(4, 6)), 'drawMasks: expected masks [G, 4, 5], got [0, 4, 6]');
  assertThrows(() => drawMasks(image, masksOf(4, 5), { opacity: 2 }), 'drawMasks: expected opacity from 0 to 1, got 2');
  assert.throws(() => drawMasks(image, masksOf(4, 5), { labels: [1] }), /drawMasks: expected/);
});

test.run();
