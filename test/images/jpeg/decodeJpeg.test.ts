import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readImage, readImageBytes } from '../../../src/images/image';
import { readImageSize } from '../../../src/images/imageSize';
import { goldenFile, imageGoldens } from '../../support/imageGoldens';

// That every color is Pillow's, in all samplings, passes and color spaces, is asked in image.test.ts. Here: what surrounds the data.

const test = suite('decodeJpeg');

const plain = Buffer.from(goldenFile('jpeg 4:2:0'));
const restarts = Buffer.from(goldenFile('jpeg 4:2:2 with restarts'));
const progressive = Buffer.from(goldenFile('jpeg progressive'));

const same = (file: Uint8Array, original: Uint8Array, message: string) =>
  assert.equal(readImageBytes(file).data, readImageBytes(original).data, message);

/** Where the segments of a file begin and end, up to its first scan. */
function segments(file: Buffer): { code: number; start: number; end: number }[] {
  const found = [];
  for (let at = 2; ; ) {
    const end = at + 2 + file.readUInt16BE(at + 2);
    found.push({ code: file[at + 1], start: at, end });
    if (file[at + 1] === 0xda) return found;
    at = end;
  }
}

const put = (file: Buffer, at: number, ...bytes: number[]) =>
  Buffer.concat([file.subarray(0, at), Uint8Array.from(bytes), file.subarray(at)]);

test('bytes between the segments, before the end mark and behind it do not matter', () => {
  for (const [name, file] of Object.entries({ plain, restarts, progressive })) {
    for (const { code, start } of segments(file)) {
      same(put(file, start, 0, 0x11, 0x22), file, `${name}: garbage before ${code.toString(16)}`);
      same(put(file, start, 0xff, 0xff), file, `${name}: fill bytes before ${code.toString(16)}`);
    }
    same(put(file, file.length - 2, 0x12, 0x34, 0x56), file, `${name}: garbage before the end`);
    same(put(file, file.length - 2, 0xff, 0xff), file, `${name}: fill bytes before the end`);
    same(put(file, file.length, 1, 2, 3), file, `${name}: garbage behind the end`);
    same(Buffer.concat([file, progressive]), file, `${name}: another image behind the end`);
  }
});

test('bytes before a restart marker do not matter', () => {
  for (const code of [0xd0, 0xd1]) {
    const at = restarts.indexOf(Uint8Array.of(0xff, code));
    same(put(restarts, at, 0x77, 0x88, 0), restarts, code.toString(16));
  }
});

test('segments that tell nothing, of any length, and markers without one do not matter', () => {
  const additions = {
    'an empty Exif': [0xff, 0xe1, 0, 2],
    'a comment of length 0': [0xff, 0xfe, 0, 0],
    'a comment of length 1': [0xff, 0xfe, 0, 1],
    'a comment': [0xff, 0xfe, 0, 5, 1, 2, 3],
    'a restart marker': [0xff, 0xd3],
    'a temporary marker': [0xff, 0x01],
    'a number of lines': [0xff, 0xdc, 0, 4, 0, 18],
    'a short Adobe': [0xff, 0xee, 0, 7, 0x41, 0x64, 0x6f, 0x62, 0x65],
  };
  for (const [name, bytes] of Object.entries(additions)) same(put(plain, 2, ...bytes), plain, name);
});

test('what decides about the colors of three components', () => {
  const adobe = (transform: number) => [0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, transform];
  const [jfif] = segments(plain);
  const bare = Buffer.concat([plain.subarray(0, jfif.start), plain.subarray(jfif.end)]);
  const rgb = readImageBytes(put(bare, 2, ...adobe(0))).data;
  same(bare, plain, 'neither JFIF nor Adobe');
  same(put(bare, 2, ...adobe(1)), plain, 'Adobe');
  same(put(plain, 2, ...adobe(0)), plain, 'JFIF counts more than Adobe');
  assert.not.equal(rgb, readImageBytes(plain).data);
  // Components that are called R, G and B.
  const named = Buffer.from(bare);
  const frame = segments(named).find(({ code }) => code === 0xc0)!.start;
  const scan = segments(named).at(-1)!.start;
  for (const [i, letter] of [...'RGB'].entries()) {
    named[frame + 10 + 3 * i] = letter.charCodeAt(0);
    named[scan + 5 + 2 * i] = letter.charCodeAt(0);
  }
  assert.equal(readImageBytes(named).data, rgb);
});

test('a file without Huffman codes means the standard ones, as frames of Motion JPEG do', () => {
  const bare = segments(plain)
    .filter(({ code }) => code === 0xc4)
    .reverse()
    .reduce((file, { start, end }) => Buffer.concat([file.subarray(0, start), file.subarray(end)]), plain);
  assert.ok(bare.length < plain.length - 400);
  same(bare, plain, 'without codes');
});

test('one scan for each component', () => {
  // The scans of a gray image, told of three components of one file.
  const gray = Buffer.from(goldenFile('jpeg gray'));
  const parts = segments(gray);
  const frame = parts.find(({ code }) => code === 0xc0)!;
  const scan = parts.at(-1)!;
  const head = Buffer.from([0xff, 0xc0, 0, 17, ...gray.subarray(frame.start + 4, frame.start + 9), 3]);
  const components = Buffer.from([1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0]);
  const scans = [1, 2, 3].map((id) => {
    const own = Buffer.from(gray.subarray(scan.start, gray.length - 2));
    own[5] = id;
    return own;
  });
  const file = Buffer.concat([
    gray.subarray(0, frame.start),
    head,
    components,
    gray.subarray(frame.end, scan.start),
    ...scans,
    gray.subarray(gray.length - 2),
  ]);
  const samples = readImageBytes(gray).data;
  const colors = readImageBytes(file);
  assert.equal(colors.shape, [18, 21, 3]);
  // Y = Cb = Cr = v: red is v + 1.402 (v − 128).
  for (let i = 0; i < samples.length; i += 3) {
    const red = Math.min(255, Math.max(0, samples[i] + 1.402 * (samples[i] - 128)));
    assert.ok(Math.abs(colors.data[i] - red) <= 1, `${colors.data[i]} ${red}`);
  }
});

test('what lacks pixels is refused, in words', () => {
  const throws = (file: Uint8Array, pattern: RegExp) => assert.throws(() => readImage(file), pattern);
  throws(
    plain.subarray(0, plain.length - 2),
    /^readImage: \d+ bytes: truncated JPEG \(the file ends before its end marker\)$/,
  );
  throws(plain.subarray(0, 40), /truncated JPEG \(in its segment at byte 20\)/);
  const half = Buffer.concat([plain.subarray(0, plain.length - 150), plain.subarray(plain.length - 2)]);
  throws(half, /damaged JPEG \(its data end before the image does\)/);
  const at = restarts.indexOf(Uint8Array.of(0xff, 0xd1));
  throws(
    Buffer.concat([restarts.subarray(0, at), restarts.subarray(at + 2)]),
    /damaged JPEG \(restart marker 1 is missing\)/,
  );
  const scan = segments(plain).at(-1)!;
  throws(Buffer.concat([plain.subarray(0, scan.end), plain.subarray(plain.length - 2)]), /damaged JPEG/);
  throws(
    Buffer.concat([plain.subarray(0, scan.start), plain.subarray(plain.length - 2)]),
    /damaged JPEG \(no image in it\)/,
  );
  throws(put(plain, 2, 0xff, 0xd8), /damaged JPEG \(marker d8/);
  const quantization = segments(plain).find(({ code }) => code === 0xdb)!;
  const unquantized = Buffer.concat([plain.subarray(0, quantization.start), plain.subarray(quantization.end)]);
  throws(unquantized, /damaged JPEG \(no quantization table 0\)/);
  const long = Buffer.from(plain);
  long[segments(plain).find(({ code }) => code === 0xc4)!.start + 5] = 3;
  throws(long, /damaged JPEG \((a Huffman code that does not fit its lengths|its Huffman codes)\)/);
});

test('kinds that are not read are named, with what to do', () => {
  const frameOf = (file: Buffer) => segments(file).find(({ code }) => code === 0xc0)!.start;
  const changed = (place: number, value: number) => {
    const file = Buffer.from(plain);
    file[frameOf(plain) + place] = value;
    return file;
  };
  const advice = 'convert it to';
  assert.throws(
    () => readImage(changed(1, 0xc9)),
    new RegExp(`expected a baseline or progressive JPEG, got arithmetic; ${advice}`),
  );
  assert.throws(() => readImage(changed(1, 0xc3)), new RegExp(`got lossless; ${advice}`));
  assert.throws(() => readImage(changed(4, 12)), new RegExp(`expected a JPEG of 8 bits, got 12; ${advice}`));
  assert.throws(() => readImage(changed(11, 0x50)), /damaged JPEG \(sampling factors\)/);
  const uneven = changed(11, 0x31);
  uneven[frameOf(plain) + 14] = 0x21;
  assert.throws(() => readImage(uneven), /sampling factors divide each other/);
});

test('no error speaks of JavaScript, whatever byte is damaged', () => {
  const files = imageGoldens.cases
    .filter(({ name }) => name.startsWith('jpeg'))
    .map(({ file }) => Buffer.from(file, 'base64'));
  const damage = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), fc.nat(255)), {
    minLength: 1,
    maxLength: 4,
  });
  const words = new Set<string>();
  fc.assert(
    fc.property(fc.nat(files.length - 1), damage, (index, changes) => {
      const file = Buffer.from(files[index]);
      for (const [share, value] of changes) file[2 + Math.floor(share * (file.length - 2))] = value;
      try {
        readImageBytes(file, { maxPixels: 1e6 });
      } catch (error) {
        const { message } = error as Error;
        assert.match(message, /^readImageBytes: \d+ bytes: (damaged|truncated|expected)/);
        assert.not.match(
          message,
          /undefined|null|NaN|not a function|not iterable|Cannot|Invalid|RangeError|TypeError|range/,
        );
        words.add(message.replace(/\d+/g, '#'));
      }
    }),
    { numRuns: 6000, seed: 4 },
  );
  assert.ok(words.size > 15, `${[...words].join('\n')}`);
});

test('the size is read without the data', () => {
  const cut = Buffer.from(plain);
  cut.fill(0x55, segments(plain).at(-1)!.end, plain.length - 2);
  assert.equal(readImageSize(cut), { height: 18, width: 21 });
});

test.run();
