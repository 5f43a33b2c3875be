import { crc32, deflateRawSync, deflateSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readImage, readImageBytes } from '../../src/images/image';
import { createRandom } from '../../src/tensor/random';
import { assertThrows } from '../support/assertThrows';

// What is odd in a PNG file and does not matter: libpng or Pillow (13.0) read each of these as the plain one. What lacks pixels is refused.

const test = suite('pngDecode');

const [height, width] = [9, 13];
const random = createRandom(1);
const colors = Uint8Array.from({ length: height * width * 3 }, () => random.integer(256));
const rows = Buffer.concat(
  Array.from({ length: height }, (_, y) =>
    Buffer.concat([Buffer.alloc(1), colors.subarray(y * width * 3, (y + 1) * width * 3)]),
  ),
);
const compressed = deflateSync(rows);

/** A chunk; its checksum is wrong where asked for. */
function chunk(type: string, data: Uint8Array | string, { wrong = false } = {}): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), Buffer.from(data as string, 'latin1')]);
  const bytes = Buffer.alloc(named.length + 8);
  bytes.writeUInt32BE(named.length - 4, 0);
  bytes.set(named, 4);
  bytes.writeUInt32BE((crc32(named) ^ Number(wrong)) >>> 0, 4 + named.length);
  return bytes;
}

const header = Buffer.from([0, 0, 0, width, 0, 0, 0, height, 8, 2, 0, 0, 0]);
const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
const png = (...parts: Uint8Array[]) => Buffer.concat([signature, ...parts]);
const head = chunk('IHDR', header);
const pixels = chunk('IDAT', compressed);
const end = chunk('IEND', '');

test('odd chunks before, between and behind the pixels', () => {
  const odd: Record<string, Uint8Array> = {
    'a text with a wrong checksum': chunk('tEXt', 'a\0b', { wrong: true }),
    'gamma with a wrong checksum': chunk('gAMA', '\0\0\xb1\x8f', { wrong: true }),
    'an unknown chunk with a wrong checksum': chunk('abCd', 'x', { wrong: true }),
    'a profile that cannot be inflated': chunk('iCCP', 'x\0\0not deflated'),
    'a profile without a name': chunk('iCCP', 'xxxx'),
    'significant bits that make no sense': chunk('sBIT', '\x09\x09'),
    'a gamma of 0': chunk('gAMA', '\0\0\0\0'),
    'a short gamma': chunk('gAMA', '\0'),
    'short resolution': chunk('pHYs', '\0'),
    'short chromaticities': chunk('cHRM', '\0'),
    'an empty intent': chunk('sRGB', ''),
    'a short background': chunk('bKGD', '\0'),
    'a palette that is none': chunk('PLTE', 'abcd'),
    'a palette with a wrong checksum': chunk('PLTE', 'abc', { wrong: true }),
    'transparency of a wrong length': chunk('tRNS', 'abcd'),
    'transparency with a wrong checksum': chunk('tRNS', colors.subarray(0, 6), { wrong: true }),
    'no transparency at all': chunk('tRNS', ''),
    'compressed text that is none': chunk('zTXt', 'abc'),
    'text without parts': chunk('iTXt', 'abc'),
    'Exif data that are none': chunk('eXIf', 'abc'),
    'an animation': chunk('acTL', '\0\0\0\x01\0\0\0\0'),
    'times twice': Buffer.concat([chunk('tIME', '\0'.repeat(7)), chunk('tIME', '\0'.repeat(7))]),
  };
  for (const [name, one] of Object.entries(odd)) {
    assert.equal(readImageBytes(png(head, one, pixels, end)).data, colors, `${name}, before`);
    assert.equal(readImageBytes(png(head, pixels, one, end)).data, colors, `${name}, behind`);
    const halves = [chunk('IDAT', compressed.subarray(0, 60)), one, chunk('IDAT', compressed.subarray(60))];
    assert.equal(readImageBytes(png(head, ...halves, end)).data, colors, `${name}, between`);
  }
});

test('odd pixels, and odd ends', () => {
  const lacksSum = compressed.subarray(0, -4);
  const files: Record<string, Uint8Array> = {
    plain: png(head, pixels, end),
    'a row too much': png(head, chunk('IDAT', deflateSync(Buffer.concat([rows, rows.subarray(0, 40)]))), end),
    'a byte too much': png(head, chunk('IDAT', deflateSync(Buffer.concat([rows, Buffer.from('x')]))), end),
    'twice the pixels': png(head, chunk('IDAT', deflateSync(Buffer.concat([rows, rows]))), end),
    'bytes behind the deflated ones': png(head, chunk('IDAT', Buffer.concat([compressed, Buffer.from('behind')])), end),
    'a chunk of pixels behind the last one': png(head, pixels, chunk('IDAT', 'behind'), end),
    'empty chunks of pixels': png(head, chunk('IDAT', ''), pixels, chunk('IDAT', ''), end),
    'a wrong checksum of the pixels': png(head, chunk('IDAT', compressed, { wrong: true }), end),
    'a wrong checksum of the end': png(head, pixels, chunk('IEND', '', { wrong: true })),
    'no end': png(head, pixels),
    'half an end': png(head, pixels, end.subarray(0, 6)),
    'no checksum of the pixels': png(head, pixels.subarray(0, -4)),
    'no checksum of the deflated bytes': png(head, chunk('IDAT', lacksSum), end),
    'cut off within it': png(head, pixels.subarray(0, -6)),
    'bytes behind the end': png(head, pixels, end, Buffer.from('more')),
    'an animation behind the end': png(head, pixels, end, chunk('fdAT', 'x')),
  };
  for (const [name, file] of Object.entries(files)) assert.equal(readImageBytes(file).data, colors, name);
});

test('a window that is said to be smaller than it is', () => {
  const wide = Buffer.alloc(1000 * 3 + 1);
  for (let i = 1; i < wide.length; i++) wide[i] = i <= 1500 ? random.integer(256) : wide[i - 1500];
  const big = chunk('IHDR', Buffer.from([0, 0, 3, 232, 0, 0, 0, 1, 8, 2, 0, 0, 0]));
  const small = Buffer.concat([Buffer.from([0x08, 0x1d]), deflateSync(wide).subarray(2)]);
  assert.equal(readImageBytes(png(big, chunk('IDAT', small), end)).data, Uint8Array.from(wide.subarray(1)));
});

test('what lacks pixels, or has others, is refused', () => {
  const cut = (count: number) => chunk('IDAT', deflateSync(rows.subarray(0, -count)));
  const throws = (file: Uint8Array, reason: string) =>
    assertThrows(() => readImage(file), `readImage: ${file.length} bytes: ${reason}`);
  throws(png(head, cut(1), end), 'truncated PNG (359 of 360 bytes of its pixels)');
  throws(png(head, cut(40), end), 'truncated PNG (320 of 360 bytes of its pixels)');
  throws(png(head, end), 'truncated PNG (0 of 360 bytes of its pixels)');
  throws(png(head), 'truncated PNG (0 of 360 bytes of its pixels)');
  throws(png(), 'truncated PNG (no header)');
  assert.throws(
    () => readImage(png(head, pixels.subarray(0, 150))),
    /truncated PNG \(1\d\d of 360 bytes of its pixels\)/,
  );
  const flipped = Buffer.from(compressed);
  flipped[flipped.length - 1] ^= 1;
  throws(png(head, chunk('IDAT', flipped), end), 'damaged PNG (incorrect data check)');
  throws(
    png(head, chunk('IDAT', flipped, { wrong: true }), end),
    'damaged PNG (wrong checksum of the IDAT chunk at byte 33)',
  );
  throws(png(head, chunk('IDAT', deflateRawSync(rows)), end), 'damaged PNG (incorrect header check)');
  throws(
    png(chunk('IHDR', header, { wrong: true }), pixels, end),
    'damaged PNG (wrong checksum of the IHDR chunk at byte 8)',
  );
  throws(png(pixels, end), 'damaged PNG (begins with IDAT)');
  throws(png(head, chunk('JUNK', 'x'), pixels, end), 'unknown PNG chunk JUNK');
  const apple = chunk('CgBI', '\x50\0\x20\x02');
  throws(
    png(apple, head, pixels, end),
    "expected a PNG, got Apple's variant of it (CgBI); convert it with pngcrush or sips",
  );
  const indexed = chunk('IHDR', Buffer.from([0, 0, 0, width, 0, 0, 0, height, 8, 3, 0, 0, 0]));
  throws(png(indexed, pixels, end), 'damaged PNG (no palette)');
  throws(
    png(indexed, chunk('PLTE', 'abc', { wrong: true }), pixels, end),
    'damaged PNG (wrong checksum of the PLTE chunk at byte 33)',
  );
});

test.run();
