import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeJpeg, readImageBytes } from '../../../src/images/image';
import { readJpegFile } from '../../../src/images/jpeg/jpegFile';
import { bytesOf, imageGoldens } from '../../support/imageGoldens';

const test = suite('encodeJpeg');

const { shape, bytes, files, gray } = imageGoldens.encoded;
const image = ndarray(Uint8Array.from(bytes), shape);

test('the pixels are those of a file that Pillow makes of the same colors', () => {
  for (const { quality, subsampled, file } of files) {
    const own = readImageBytes(encodeJpeg(image, { quality, subsampled }));
    assert.equal(own.data, readImageBytes(bytesOf(file)).data, `quality ${quality}, subsampled ${subsampled}`);
  }
});

test('a file without subsampling is the one that Pillow makes, byte by byte', () => {
  for (const { quality, subsampled, file } of files) {
    if (!subsampled) assert.equal(encodeJpeg(image, { quality }), bytesOf(file), `quality ${quality}`);
  }
});

test('gray is stored as gray', () => {
  const file = encodeJpeg(ndarray(Uint8Array.from(gray.bytes), shape.slice(0, 2)), { subsampled: true });
  assert.equal(file, bytesOf(gray.file));
  assert.is(readJpegFile(file, 1e6).colors, 'gray');
});

test('sizes that are no whole number of blocks, and views', () => {
  for (const [height, width] of [
    [1, 1],
    [7, 9],
    [16, 17],
    [33, 8],
  ]) {
    const data = Float32Array.from({ length: height * width * 3 }, (_, i) => (i % (3 * width)) / (3 * width));
    const view = ndarray(data, [width, height, 3]).transpose(1, 0, 2);
    for (const subsampled of [false, true]) {
      const own = readImageBytes(encodeJpeg(view, { subsampled, quality: 95 }));
      assert.equal(own.shape, [height, width, 3]);
    }
  }
});

test('less is kept at a lower quality, and of colors where they are subsampled', () => {
  const large = ndarray(
    Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * 7919) % 251),
    [64, 64, 3],
  );
  const sizeOf = (options: object) => encodeJpeg(large, options).length;
  assert.ok(sizeOf({ quality: 20 }) < sizeOf({ quality: 60 }));
  assert.ok(sizeOf({ subsampled: true }) < sizeOf({}));
});

test.run();
