import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readImage } from '../../src/images/image';
import { readImageSize } from '../../src/images/imageSize';
import { goldenFile, imageGoldens } from '../support/imageGoldens';

// That values are Pillow's is asked in image.test.ts. Here: what is refused.

const test = suite('bmpDecode');

const changed = (name: string, change: (file: Buffer) => void) => {
  const file = Buffer.from(goldenFile(name));
  change(file);
  return file;
};

test('the size is read from the header', () => {
  for (const { name, file, shape } of imageGoldens.cases.filter(({ name }) => name.startsWith('bmp'))) {
    const [height, width] = shape;
    assert.equal(readImageSize(Buffer.from(file, 'base64')), { height, width }, name);
  }
});

test('what is cut off, too large or of no use is refused', () => {
  const file = Buffer.from(goldenFile('bmp RGB'));
  const throws = (bytes: Uint8Array, pattern: RegExp) => assert.throws(() => readImage(bytes), pattern);
  throws(file.subarray(0, 20), /^readImage: 20 bytes: truncated BMP \(in its header\)$/);
  throws(file.subarray(0, file.length - 10), /truncated BMP \(\d+ of \d+ bytes\)/);
  throws(
    changed('bmp RGB', (bytes) => bytes.writeInt32LE(0, 18)),
    /expected at least one pixel, got 0 × 18/,
  );
  throws(
    changed('bmp RGB', (bytes) => bytes.writeInt32LE(-5, 18)),
    /expected at least one pixel, got -5 × 18/,
  );
  throws(
    changed('bmp RGB', (bytes) => bytes.writeInt32LE(1e8, 18)),
    /expected at most 67108864 pixels/,
  );
  throws(
    changed('bmp RGB', (bytes) => bytes.writeInt32LE(-2147483648, 22)),
    /expected at most 67108864 pixels/,
  );
  throws(
    changed('bmp RGB', (bytes) => bytes.writeUInt32LE(4, 30)),
    /got 24 bits with compression 4; convert it to PNG/,
  );
  throws(
    changed('bmp RGB', (bytes) => bytes.writeUInt16LE(5, 28)),
    /got 5 bits with compression 0/,
  );
  const runs = Buffer.from(goldenFile('bmp runs of 8 bit'));
  throws(runs.subarray(0, runs.length - 8), /truncated BMP \(in its runs\)/);
});

test('the padding behind the last row, and an end mark behind the last run, may be missing', () => {
  const file = Buffer.from(goldenFile('bmp RGB'));
  assert.equal(readImage(file.subarray(0, file.length - 1)).data, readImage(file).data);
  const runs = Buffer.from(goldenFile('bmp runs of 8 bit'));
  assert.equal(readImage(runs.subarray(0, runs.length - 2)).data, readImage(runs).data);
});

test('an index beyond the palette is black', () => {
  const file = changed('bmp 4 bit', (bytes) => bytes.writeUInt32LE(1, 46));
  const { data } = readImage(file);
  const whole = readImage(goldenFile('bmp 4 bit')).data;
  data.forEach((value, i) => {
    assert.ok(value === 0 || value === whole[i]);
  });
  assert.ok(data.filter((value) => value === 0).length > data.length / 2);
});

test.run();
