import ndarray, { type NdArray } from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { drawBoxes } from '../../src/index';
import { letterColumns, letterSize } from '../../src/viz/font';
import { paletteColor } from '../../src/viz/palette';
import { assertThrows } from '../support/assertThrows';

const test = suite('drawBoxes');

const blank = (height = 40, width = 60) =>
  ndarray(new Float32Array(height * width * 3).fill(0.5), [height, width, 3]) as NdArray<Float32Array>;
const pixel = (image: NdArray<Float32Array>, x: number, y: number) => [0, 1, 2].map((c) => image.get(y, x, c));
const color = (label: number) => [...Float32Array.from(paletteColor(label), (byte) => byte / 255)];

test('the lines of a box lie inside it, one px wide; the image that came in stays', () => {
  const image = blank();
  const drawn = drawBoxes(image, [[10, 5, 20, 15]]);
  assert.ok(image.data.every((value) => value === 0.5));
  let painted = 0;
  for (let y = 0; y < 40; y++) {
    for (let x = 0; x < 60; x++) {
      const inside = x >= 10 && x < 20 && y >= 5 && y < 15;
      const edge = inside && (x === 10 || x === 19 || y === 5 || y === 14);
      assert.equal(pixel(drawn, x, y), edge ? color(0) : [0.5, 0.5, 0.5], `${x}, ${y}`);
      painted += Number(edge);
    }
  }
  assert.is(painted, 36);
});

test('bytes are drawn on as numbers in 0–1 are', () => {
  const bytes = ndarray(new Uint8Array(40 * 60 * 3).fill(128), [40, 60, 3]);
  const shares = ndarray(
    Float32Array.from(bytes.data, (value) => value / 255),
    [40, 60, 3],
  );
  const options = { labels: [1], scores: [0.5], names: ['cat', 'dog'] };
  const drawn = drawBoxes(bytes, [[4, 20, 50, 38]], options);
  assert.instance(drawn.data, Uint8Array);
  const expected = drawBoxes(shares, [[4, 20, 50, 38]], options).data;
  assert.equal(
    [...drawn.data],
    [...expected].map((value) => Math.round(255 * value)),
  );
  assert.ok(bytes.data.every((value) => value === 128));
});

test('names, scores and colors by label; text lies above its box, or in the image', () => {
  const drawn = drawBoxes(blank(), [[4, 20, 50, 38]], { labels: [1], scores: [0.876], names: ['cat', 'dog'] });
  const top = 20 - letterSize.height - 2;
  assert.equal(pixel(drawn, 4, top), color(1));
  assert.equal(pixel(drawn, 4, top - 1), [0.5, 0.5, 0.5]);
  // "dog 0.88": the d is where the font has it, white on the color.
  for (const [column, bits] of letterColumns('d').entries()) {
    for (let row = 0; row < letterSize.height; row++) {
      const expected = (bits >> row) & 1 ? [1, 1, 1] : color(1);
      assert.equal(pixel(drawn, 5 + column, top + 1 + row), expected, `${column}, ${row}`);
    }
  }
  const length = 8 * (letterSize.width + 1) + 1;
  assert.equal(pixel(drawn, 4 + length - 1, top), color(1));
  assert.equal(pixel(drawn, 4 + length, top), [0.5, 0.5, 0.5]);
  // A box in the corner: its text is moved into the image.
  const corner = drawBoxes(blank(), [[50, 0, 60, 8]], { labels: [0] });
  assert.equal(pixel(corner, 60 - 7 * 6 - 1, 0), color(0));
});

test('boxes that reach beyond the image are cut off; none is fine; the first lies above', () => {
  const drawn = drawBoxes(blank(), [[-5, -5, 100, 100]]);
  assert.ok(drawn.data.every((value) => value === 0.5));
  assert.equal(drawBoxes(blank(), []).data, blank().data);
  const over = drawBoxes(
    blank(),
    [
      [1, 1, 9, 9],
      [1, 1, 9, 9],
    ],
    { labels: [0, 1], names: ['', ''] },
  );
  assert.equal(pixel(over, 1, 1), color(0));
  const wide = drawBoxes(blank(), [[10, 5, 20, 15]], { lineWidth: 3 });
  assert.equal(pixel(wide, 12, 10), color(0));
  assert.equal(pixel(wide, 13, 10), [0.5, 0.5, 0.5]);
});

test('every letter of ASCII has an image of its own, and others their base letter', () => {
  const shapes = Array.from({ length: 95 }, (_, i) => letterColumns(String.fromCharCode(32 + i)).join());
  assert.is(new Set(shapes).size, 95);
  assert.equal(letterColumns(' '), [0, 0, 0, 0, 0]);
  assert.equal(letterColumns('é'), letterColumns('e'));
  assert.equal(letterColumns('漢'), letterColumns('?'));
  // The seven by hand: a bar, and a stroke down to the left.
  assert.equal(letterColumns('L'), [0x7f, 0x40, 0x40, 0x40, 0x40]);
});

test('throws', () => {
  assertThrows(
    () => drawBoxes(ndarray(new Float32Array(4), [2, 2]), []),
    'drawBoxes: expected an image [H, W, 3], got [2, 2]',
  );
  assertThrows(
    () => drawBoxes(blank(), [[0, 0, Number.NaN, 1]]),
    'drawBoxes: expected finite boxes, got [0, 0, NaN, 1] at 0',
  );
  assertThrows(
    () => drawBoxes(blank(), [[0, 0, 1, 1]], { labels: [-1] }),
    'drawBoxes: expected whole labels from 0, got -1',
  );
  assertThrows(
    () => drawBoxes(blank(), [], { lineWidth: 0 }),
    'drawBoxes: expected lineWidth to be a whole number ≥ 1, got 0',
  );
  assert.throws(() => drawBoxes(blank(), [[0, 0, 1, 1]], { scores: [] }), /drawBoxes: expected .*scores/);
});

test.run();
