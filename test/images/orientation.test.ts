import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { exifOrientation } from '../../src/images/exif';
import { encodeJpeg, readImage, readPalette } from '../../src/images/image';
import { readImageHeader, readImageSize } from '../../src/images/imageSize';
import { turnBoxes, turnedSize, turnImage } from '../../src/images/orientation';
import { encodeLabelPng, encodePng } from '../../src/images/pngEncode';
import { assertThrows } from '../support/assertThrows';
import { exifBytes, withExif } from '../support/exif';

const test = suite('orientation');

/** `[2, 3]`: 1 2 3 over 4 5 6. */
const numbers = () => ndarray(Uint8Array.of(1, 2, 3, 4, 5, 6), [2, 3]);

// By hand: what each orientation makes of 1 2 3 over 4 5 6.
const turned: Record<number, number[][]> = {
  1: [
    [1, 2, 3],
    [4, 5, 6],
  ],
  2: [
    [3, 2, 1],
    [6, 5, 4],
  ],
  3: [
    [6, 5, 4],
    [3, 2, 1],
  ],
  4: [
    [4, 5, 6],
    [1, 2, 3],
  ],
  5: [
    [1, 4],
    [2, 5],
    [3, 6],
  ],
  6: [
    [4, 1],
    [5, 2],
    [6, 3],
  ],
  7: [
    [6, 3],
    [5, 2],
    [4, 1],
  ],
  8: [
    [3, 6],
    [2, 5],
    [1, 4],
  ],
};

test('pixels, colors and sizes in all eight orientations', () => {
  for (const [key, rows] of Object.entries(turned)) {
    const orientation = Number(key);
    const image = turnImage(numbers(), orientation);
    assert.equal(image.shape, [rows.length, rows[0].length]);
    assert.equal([...image.data], rows.flat());
    assert.ok(image.data instanceof Uint8Array);
    assert.equal(turnedSize({ height: 2, width: 3 }, orientation), { height: rows.length, width: rows[0].length });
    const colors = ndarray(
      Float32Array.from(numbers().data, (value) => value / 10),
      [2, 3, 1],
    );
    assert.equal([...turnImage(colors, orientation).data], [...Float32Array.from(rows.flat(), (value) => value / 10)]);
  }
});

test('strides are followed', () => {
  const view = ndarray(Uint8Array.of(1, 4, 2, 5, 3, 6), [3, 2]).transpose(1, 0);
  assert.equal([...turnImage(view, 6).data], turned[6].flat());
});

test('a box lies around the same pixels before and after', () => {
  const size = { height: 5, width: 7 };
  const box = ndarray(Float32Array.of(1, 2, 4, 3), [1, 4]);
  for (let orientation = 1; orientation <= 8; orientation++) {
    const mask = ndarray(new Uint8Array(35), [5, 7]);
    for (let x = 1; x < 4; x++) mask.set(2, x, 1);
    const image = turnImage(mask, orientation);
    const [x1, y1, x2, y2] = turnBoxes(box, size, orientation).data;
    for (let y = 0; y < image.shape[0]; y++) {
      for (let x = 0; x < image.shape[1]; x++) {
        const inside = x >= x1 && x < x2 && y >= y1 && y < y2;
        assert.is(image.get(y, x), Number(inside), `orientation ${orientation}, [${y}, ${x}]`);
      }
    }
  }
  assert.equal(turnBoxes(ndarray(new Float32Array(0), [0, 4]), size, 6).shape, [0, 4]);
});

test('wrong shapes and orientations are refused', () => {
  assertThrows(() => turnImage(numbers(), 9), 'turnImage: expected an orientation from 1 to 8, got 9');
  assertThrows(
    () => turnedSize({ height: 1, width: 1 }, 1.5),
    'turnedSize: expected an orientation from 1 to 8, got 1.5',
  );
  assertThrows(() => turnImage(ndarray([1], [1]), 1), 'turnImage: expected an image [H, W, C] or [H, W], got [1]');
  assertThrows(() => turnImage([[1]] as never, 1), 'turnImage: expected an image [H, W, C] or [H, W], got [[1]]');
  const boxes = ndarray(new Float32Array(3), [1, 3]);
  assertThrows(() => turnBoxes(boxes, { height: 1, width: 1 }, 1), 'turnBoxes: expected boxes [N, 4], got [1, 3]');
});

test('Exif data in every form that programs write', () => {
  for (const big of [false, true]) {
    for (const kind of [1, 3, 4] as const) assert.is(exifOrientation(exifBytes(6, { big, kind })), 6, `${big} ${kind}`);
    assert.is(exifOrientation(exifBytes(8, { big, gap: 24 })), 8);
    assert.is(exifOrientation(exifBytes(5, { big, swapped: true })), 5);
  }
  const prefix = Buffer.from('Exif\0\0', 'latin1');
  assert.is(exifOrientation(Buffer.concat([prefix, prefix, exifBytes(3)])), 3);
  assert.is(exifOrientation(Buffer.concat([Buffer.from('Exif\0\xff', 'latin1'), exifBytes(3)])), 3);
});

test('Exif data that are damaged or tell nothing leave an image as it is', () => {
  const good = exifBytes(6);
  for (const value of [0, 9, 65535]) assert.is(exifOrientation(exifBytes(value)), 1);
  for (let length = 0; length < good.length - 6; length++) assert.is(exifOrientation(good.subarray(0, length)), 1);
  assert.is(exifOrientation(Buffer.from('XX*\0\b\0\0\0')), 1);
  const other = Buffer.from(good);
  other[2] = 43;
  assert.is(exifOrientation(other), 1);
});

test('both kinds of files are turned, as readImageSize says, unless they are asked for as stored', () => {
  const image = ndarray(
    Uint8Array.from({ length: 24 * 16 * 3 }, (_, i) => (i * 7) % 200),
    [16, 24, 3],
  );
  for (const file of [encodePng(image), encodeJpeg(image)]) {
    const plain = readImage(file);
    for (const orientation of [1, 3, 6, 8]) {
      const photograph = withExif(file, exifBytes(orientation, { big: true }));
      const upright = readImage(photograph);
      const expected = turnImage(plain, orientation);
      assert.equal(upright.shape, expected.shape);
      assert.equal(upright.data, expected.data);
      assert.equal(readImageSize(photograph), { height: upright.shape[0], width: upright.shape[1] });
      assert.equal(readImageHeader(photograph), { stored: { height: 16, width: 24 }, orientation });
      const stored = readImage(photograph, { upright: false });
      assert.equal(stored.shape, [16, 24, 3]);
      assert.equal(stored.data, plain.data);
    }
  }
});

test('the first Exif data of a JPEG count, wherever XMP stands', () => {
  const file = encodeJpeg(ndarray(new Uint8Array(8 * 16 * 3), [8, 16, 3]));
  const twice = withExif(withExif(file, exifBytes(1)), exifBytes(6));
  assert.equal(readImageSize(twice), { height: 16, width: 8 });
  const xmp = Buffer.from('\xff\xe1\0\x1fhttp://ns.adobe.com/xap/1.0/\0', 'latin1');
  assert.equal(readImageSize(Buffer.concat([twice.subarray(0, 2), xmp, twice.subarray(2)])), { height: 16, width: 8 });
});

test('a label map is turned, too', () => {
  const file = encodeLabelPng(numbers());
  assert.equal([...readPalette(withExif(file, exifBytes(6))).indices.data], turned[6].flat());
  // At the file's end, behind the pixels.
  const late = withExif(file, exifBytes(6));
  const chunk = late.subarray(33, 33 + 12 + exifBytes(6).length);
  const moved = Buffer.concat([file.subarray(0, file.length - 12), chunk, file.subarray(file.length - 12)]);
  assert.equal([...readPalette(moved).indices.data], turned[6].flat());
  assert.equal(readImageSize(moved), { height: 3, width: 2 });
});

test.run();
