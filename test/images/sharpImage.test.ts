import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { imageEndings } from '../../src/images/imageFile';
import { readImage, readImageBytes, readImageHeader, readImageSize, readYolo, writeFile } from '../../src/index';
import { runCommand } from '../support/command';
import { temporaryFolder } from '../support/temporaryFolder';

const test = suite('sharpImage');

/** The package, or null where it cannot be loaded. */
function loadedSharp(): any {
  try {
    return require('sharp');
  } catch (error) {
    console.log(`skip: sharpImage: ${(error as Error).message.trim().split('\n')[0]}`);
    return null;
  }
}

const sharp = loadedSharp();
const folder = temporaryFolder('detseg-sharp-');
const [width, height] = [23, 17];

/** Pixels that no two rows or columns have alike; `channels` 4 has every alpha. */
function drawn(channels: 3 | 4): Uint8Array {
  return Uint8Array.from({ length: width * height * channels }, (_, i) => {
    const [pixel, channel] = [Math.floor(i / channels), i % channels];
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    return channel === 3 ? (255 * x) / (width - 1) : (11 * x + 13 * y + 70 * channel) & 255;
  });
}

const raw = (data: Uint8Array, channels: 1 | 3 | 4) => sharp(data, { raw: { width, height, channels } });

/** Writes an image, and tells where. */
async function written(name: string, image: any): Promise<string> {
  const path = join(folder, name);
  writeFileSync(path, await image.toBuffer());
  return path;
}

test('images without losses have the pixels that they were made of', async () => {
  if (!sharp) return;
  const pixels = drawn(3);
  const gif = Uint8Array.from(pixels, (_, i) => [0, 255, 128][Math.floor(i / 3) % 3]);
  const cases: [string, any, Uint8Array][] = [
    ['a.webp', raw(pixels, 3).webp({ lossless: true }), pixels],
    ['none.tiff', raw(pixels, 3).tiff({ compression: 'none' }), pixels],
    ['lzw.tif', raw(pixels, 3).tiff({ compression: 'lzw', predictor: 'horizontal' }), pixels],
    ['deflate.tif', raw(pixels, 3).tiff({ compression: 'deflate', tile: true, tileWidth: 16, tileHeight: 16 }), pixels],
    ['a.gif', raw(gif, 3).gif({ dither: 0 }), gif],
  ];
  for (const [name, image, expected] of cases) {
    const path = await written(name, image);
    const read = readImageBytes(path);
    assert.equal(read.shape, [height, width, 3], name);
    assert.equal(read.data, expected, name);
    assert.equal(
      readImage(path).data,
      Float32Array.from(expected, (byte) => byte / 255),
      name,
    );
    assert.equal(readImageBytes(readFileSync(path)).data, expected, `${name}, its bytes`);
    assert.equal(readImageSize(path), { height, width });
  }
});

test('with losses, they are what sharp has them, and near to what they were made of', async () => {
  if (!sharp) return;
  const smooth = Uint8Array.from(
    { length: width * height * 3 },
    (_, i) => 40 + 4 * (Math.floor(i / 3) % width) + (i % 3),
  );
  for (const [name, image] of [
    ['lossy.webp', raw(smooth, 3).webp({ quality: 95 })],
    ['a.avif', raw(smooth, 3).avif({ quality: 95, chromaSubsampling: '4:4:4' })],
  ] as const) {
    const path = await written(name, image);
    const read = readImageBytes(path);
    assert.equal(new Uint8Array(await sharp(path).removeAlpha().raw().toBuffer()), read.data, name);
    const worst = read.data.reduce((most, value, i) => Math.max(most, Math.abs(value - smooth[i])), 0);
    assert.ok(worst <= 12, `${name}: ${worst}`);
  }
});

test('transparent pixels are composited over the background, gray ones have three equal channels', async () => {
  if (!sharp) return;
  const pixels = drawn(4);
  const path = await written('alpha.webp', raw(pixels, 4).webp({ lossless: true, exact: true }));
  const background = [0.25, 0.5, 1] as const;
  const read = readImage(path, { background });
  for (let pixel = 0; pixel < width * height; pixel++) {
    const alpha = pixels[4 * pixel + 3] / 255;
    for (let channel = 0; channel < 3; channel++) {
      const expected = (alpha * pixels[4 * pixel + channel]) / 255 + (1 - alpha) * background[channel];
      assert.ok(Math.abs(read.data[3 * pixel + channel] - expected) < 1e-6, `${pixel}, ${channel}`);
    }
  }
  const gray = Uint8Array.from({ length: width * height }, (_, i) => (7 * i) & 255);
  const one = readImageBytes(await written('gray.tif', raw(gray, 1).toColourspace('b-w').tiff({ compression: 'lzw' })));
  assert.equal(
    one.data,
    Uint8Array.from({ length: 3 * gray.length }, (_, i) => gray[Math.floor(i / 3)]),
  );
});

test('an orientation turns them as it turns a JPEG', async () => {
  if (!sharp) return;
  const pixels = drawn(3);
  for (let orientation = 1; orientation <= 8; orientation++) {
    const of = (name: string, image: any) => written(`${orientation}${name}`, image.withMetadata({ orientation }));
    const path = await of('.webp', raw(pixels, 3).webp({ lossless: true }));
    const header = readImageHeader(path);
    assert.equal(header, { stored: { height, width }, orientation });
    assert.equal(readImageBytes(path, { upright: false }).data, pixels);
    const upright = readImageBytes(path);
    const turned = await sharp(path).autoOrient().raw().toBuffer({ resolveWithObject: true });
    assert.equal(upright.shape.slice(0, 2), [turned.info.height, turned.info.width]);
    assert.equal(upright.data, new Uint8Array(turned.data));
  }
});

test('of several images the first is read', async () => {
  if (!sharp) return;
  const frames = [drawn(3), new Uint8Array(width * height * 3)];
  const both = sharp(Buffer.concat(frames), { raw: { width, height: 2 * height, channels: 3, pageHeight: height } });
  const path = await written('two.webp', both.webp({ lossless: true }));
  assert.is((await sharp(path, { pages: -1 }).metadata()).pages, 2);
  assert.equal(readImageBytes(path).data, frames[0]);
});

test('what is too large, truncated or damaged is refused by name, and the next one is read all the same', async () => {
  if (!sharp) return;
  const pixels = drawn(3);
  const path = await written('sound.webp', raw(pixels, 3).webp({ lossless: true }));
  const bytes = readFileSync(path);
  const refused = (content: Uint8Array, pattern: RegExp, options = {}) => {
    const other = join(folder, 'refused.jpg');
    writeFile(other, content);
    assert.throws(() => readImage(other, options), pattern);
    assert.throws(() => readImage(other, options), new RegExp(`^readImage: ${other}: `));
  };
  refused(bytes, /: expected at most 100 pixels \(option maxPixels; .*\), got 23 × 17$/, { maxPixels: 100 });
  refused(bytes.subarray(0, 40), /: a WebP image that sharp cannot read \(.+\)/);
  refused(bytes.subarray(0, bytes.length >> 1), /: a WebP image that sharp cannot read \(.+\)/);
  const tiff = readFileSync(await written('sound.tif', raw(pixels, 3).tiff({ compression: 'lzw' })));
  refused(tiff.subarray(0, 200), /: a TIFF image that sharp cannot read \(.+\)/);
  const heic = Buffer.concat([Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'), Buffer.alloc(99)]);
  refused(heic, /: a HEIC image that sharp cannot read \(.+\)/);
  assert.equal(readImageBytes(path).data, pixels);
});

test('data sets and folders of them are read, trained on and detected in', async () => {
  if (!sharp) return;
  const data = join(folder, 'set');
  const pixels = drawn(3);
  for (const [i, ending] of ['webp', 'tif', 'gif', 'png'].entries()) {
    assert.ok(imageEndings.includes(`.${ending}`));
    const image = raw(pixels, 3).toFormat(ending === 'tif' ? 'tiff' : ending);
    writeFile(join(data, 'images', `${i}.${ending}`), await image.toBuffer());
    writeFile(join(data, 'labels', `${i}.txt`), '0 0.5 0.5 0.5 0.5\n');
  }
  writeFile(join(data, 'classes.txt'), 'cat\n');
  const read = readYolo(data);
  assert.is(read.length, 4);
  for (let i = 0; i < 4; i++) assert.equal(read.sample(i).image.shape, [height, width, 3]);
  const run = join(folder, 'run');
  const few = [
    '--model',
    'yolo',
    '--width',
    '0.25',
    '--anchors',
    '1',
    '--size',
    '32',
    '--steps',
    '1',
    '--device',
    'cpu',
  ];
  const trained = await runCommand(['train', '--data', data, ...few, '--out', run]);
  assert.is(trained.code, 0, trained.errors);
  assert.not.match(trained.errors, /left out/);
  const found = await runCommand([
    'detect',
    '--model',
    run,
    '--out',
    join(folder, 'found'),
    '--device',
    'cpu',
    join(data, 'images'),
  ]);
  assert.is(found.code, 0, found.errors);
  assert.is(JSON.parse(readFileSync(join(folder, 'found', 'images.json'), 'utf8')).images.length, 4);
});

test('without sharp, its kinds are named, with what to install', async () => {
  const kinds = { 'a WebP image': 'RIFF\x10\0\0\0WEBPVP8 ', 'a HEIC image': '\0\0\0\x14ftypheic\0\0\0\0heic' };
  const program = `
    const { Module } = require('node:module');
    const resolve = Module._resolveFilename;
    Module._resolveFilename = (name, ...rest) => {
      if (name === 'sharp') throw new Error('Cannot find module');
      return resolve(name, ...rest);
    };
    const { readImage } = require(${JSON.stringify(join(__dirname, '..', '..', 'src', 'index.js'))});
    for (const text of ${JSON.stringify(Object.values(kinds))}) {
      try {
        readImage(Buffer.concat([Buffer.from(text, 'latin1'), Buffer.alloc(40)]));
      } catch (error) {
        console.log(error.message.replace(/^.*?bytes: /, ''));
      }
    }`;
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8' });
  const expected = 'expected a JPEG, PNG or BMP, got';
  assert.equal(
    stdout.split('\n').slice(0, 2),
    [
      `${expected} a WebP image; install the package sharp to read it (npm install sharp), or convert it to JPEG or PNG`,
      `${expected} a HEIC image; convert it to JPEG or PNG`,
    ],
    stderr,
  );
});

test.run();
