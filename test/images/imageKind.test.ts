import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeJpeg, readImage, readImageBytes } from '../../src/images/image';
import { imageKind } from '../../src/images/imageKind';
import { encodePng } from '../../src/images/pngEncode';
import { goldenFile } from '../support/imageGoldens';
import { temporaryFolder } from '../support/temporaryFolder';

const test = suite('imageKind');

/** Bytes of a text in Latin-1, and zeros behind them. */
const bytes = (text: string) => Buffer.concat([Buffer.from(text, 'latin1'), Buffer.alloc(64)]);
const container = (...brands: string[]) =>
  `\0\0\0${String.fromCharCode(16 + 4 * (brands.length - 1))}ftyp${brands[0]}\0\0\0\0${brands.slice(1).join('')}`;

const files: Record<string, string[]> = {
  'a WebP image': ['RIFF\x10\0\0\0WEBPVP8 '],
  'a GIF image': ['GIF87a', 'GIF89a'],
  'a TIFF image': ['II*\0\b\0\0\0', 'MM\0*\0\0\0\b', 'II+\0\b\0\0\0', 'MM\0+\0\b\0\0'],
  'an AVIF image': [container('avif', 'mif1', 'miaf'), container('mif1', 'miaf', 'avif'), container('avis')],
  'a HEIC image': [container('heic', 'mif1', 'heic'), container('mif1', 'heic'), container('heix')],
  'a Canon raw image (CR2)': ['II*\0\x10\0\0\0CR'],
  'a Canon raw image (CR3)': [container('crx ', 'isom')],
  'a JPEG XL image': ['\xff\x0a\xfa\x7f', '\0\0\0\x0cJXL \r\n\x87\n'],
  'a JPEG 2000 image': ['\0\0\0\x0cjP  \r\n\x87\n', '\xff\x4f\xff\x51\0'],
  'a Photoshop image (PSD)': ['8BPS\0\x01'],
  'a PDF': ['%PDF-1.7'],
  'a PNM image (PPM, PGM, PBM)': ['P6\n3 2\n255\n', 'P5 3 2 255 '],
  'an icon (ICO)': ['\0\0\x01\0\x01\0'],
  'an SVG drawing': [
    '<svg xmlns="http://www.w3.org/2000/svg">',
    '\xef\xbb\xbf<?xml version="1.0"?>\n<!-- a comment\n of two lines -->\n<svg>',
    '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN">',
  ],
  'a web page (HTML)': ['<!DOCTYPE html>\n<html>', '\n<html lang="en">', '<HTML>'],
  'a video': [container('isom', 'mp41'), container('qt  '), 'RIFF\0\0\0\0AVI ', '\x1aE\xdf\xa3'],
  'a compressed archive': ['PK\x03\x04', '\x1f\x8b\x08'],
  'a NumPy array': ['\x93NUMPY\x01'],
  'a DICOM image': [`${'\0'.repeat(16).replace(/^\0/, '\x01')}${'\0'.repeat(112)}DICM`],
  'a pointer of Git LFS': ['version https://git-lfs.github.com/spec/v1\noid sha256:'],
  'a file of zeros': ['\0\0\0\0'],
  'a PNG whose line ends were changed': ['\x89PNG\n\x1a\n'],
};

test('kinds are known by their first bytes', () => {
  for (const [name, texts] of Object.entries(files)) {
    for (const text of texts) assert.is(imageKind(bytes(text))?.name, name, JSON.stringify(text));
  }
  assert.is(imageKind(goldenFile('bmp RGB'))?.name, 'a BMP');
  assert.is(imageKind(encodePng(ndarray(new Uint8Array(1), [1, 1])))?.name, 'a PNG');
  assert.is(imageKind(encodeJpeg(ndarray(new Uint8Array(1), [1, 1])))?.name, 'a JPEG');
});

test('texts and other bytes are no kind', () => {
  for (const text of [
    '',
    'BM',
    'BMW and other cars, a text',
    'P',
    'PS',
    'Portrait',
    '<note>',
    '{"images": []}',
    'RIFF',
    'GIF',
  ]) {
    assert.is(imageKind(Buffer.from(text)), null, text);
  }
});

test('what is not read is named, with what to do, whatever its ending', () => {
  const folder = temporaryFolder('detseg-kinds-');
  const read = (text: string, ending: string) => {
    const path = join(folder, `image${ending}`);
    writeFileSync(path, bytes(text));
    try {
      readImage(path);
    } catch (error) {
      return (error as Error).message.replace(`readImage: ${path}: `, '');
    }
    return 'read';
  };
  assert.is(
    read('8BPS\0\x01', '.jpg'),
    'expected a JPEG, PNG or BMP, got a Photoshop image (PSD); convert it to JPEG or PNG',
  );
  assert.is(read('%PDF-1.7', '.png'), 'expected a JPEG, PNG or BMP, got a PDF; save its pages as JPEG or PNG');
  assert.is(read('<svg>', '.png'), 'expected a JPEG, PNG or BMP, got an SVG drawing; export it as PNG');
  assert.is(
    read('<!doctype html>', '.jpg'),
    'expected a JPEG, PNG or BMP, got a web page (HTML); the download has failed: fetch the image again',
  );
  assert.is(read('hello', '.jpg'), 'expected a JPEG, PNG or BMP, got a file that begins with 68656c6c6f000000');
});

test('a BMP is read under any name', () => {
  const path = join(temporaryFolder('detseg-kinds-'), 'named.jpg');
  writeFileSync(path, goldenFile('bmp RGB'));
  assert.equal(readImageBytes(path).data, readImageBytes(goldenFile('bmp RGB')).data);
});

test.run();
