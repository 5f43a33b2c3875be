import { decode } from 'jpeg-js';
import type { ImageSize } from '../shape/types';
import { exifOrientation, isExif } from './exif';
import { rowPlaces, turnedSize } from './orientation';

/** What a JPEG file says of itself, found by walking its segments. */
interface JpegHeader {
  width: number;
  height: number;
  /** Exif orientation, 1–8; 1 where the file has none. */
  orientation: number;
  /** Whether the samples are RGB instead of YCbCr. */
  rgb: boolean;
}

/** Names of the frame types that jpeg-js does not read. */
const unsupportedFrames: Record<number, string> = { 195: 'lossless', 201: 'arithmetic', 202: 'arithmetic' };

/** The first byte after the entropy-coded data from `at`: where a marker other than a restart begins, or the file's end. */
function afterScan(bytes: Buffer, at: number): number {
  for (let next = bytes.indexOf(0xff, at); next >= 0; next = bytes.indexOf(0xff, next + 1)) {
    const code = bytes[next + 1];
    if (code !== 0x00 && code !== 0xff && !(code >= 0xd0 && code <= 0xd7)) return next;
  }
  return bytes.length;
}

function readHeader(bytes: Buffer, maxPixels: number): JpegHeader {
  let frame: { width: number; height: number; components: number; ids: string } | undefined;
  let orientation: number | undefined;
  let adobeTransform: number | undefined;
  let scans = 0;
  let at = 2;
  for (;;) {
    while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at++;
    if (at + 2 > bytes.length) throw new Error('truncated JPEG (the file ends before its end marker)');
    const code = bytes[at + 1];
    if (bytes[at] !== 0xff) throw new Error(`damaged JPEG (no marker at byte ${at})`);
    if (code === 0xd9) break;
    const length = at + 4 > bytes.length ? 0 : bytes.readUInt16BE(at + 2);
    if (length < 2 || at + 2 + length > bytes.length) throw new Error(`truncated JPEG (in its segment at byte ${at})`);
    const segment = bytes.subarray(at + 4, at + 2 + length);
    if (unsupportedFrames[code])
      throw new Error(`expected a baseline or progressive JPEG, got ${unsupportedFrames[code]}`);
    if (code >= 0xc0 && code <= 0xc2) {
      if (frame) throw new Error('damaged JPEG (two frames)');
      if (segment.length < 6 || segment.length < 6 + 3 * segment[5]) throw new Error('truncated JPEG (in its frame)');
      const [precision, components] = [segment[0], segment[5]];
      const height = segment.readUInt16BE(1);
      const width = segment.readUInt16BE(3);
      if (precision !== 8) throw new Error(`expected a JPEG of 8 bits, got ${precision}`);
      if (width === 0 || height === 0) throw new Error(`expected at least one pixel, got ${width} × ${height}`);
      if (width * height > maxPixels) {
        throw new Error(`expected at most ${maxPixels} pixels (option maxPixels), got ${width} × ${height}`);
      }
      if (components !== 1 && components !== 3) {
        throw new Error(`expected a gray or three-color JPEG, got ${components} components`);
      }
      // Each 8 × 8 block takes a bit at the least: a tiny file that claims to be huge is refused before memory is taken.
      if (Math.ceil(width / 8) * Math.ceil(height / 8) > bytes.length * 8) {
        throw new Error(`truncated JPEG (${bytes.length} bytes for ${width} × ${height} pixels)`);
      }
      const factors = Array.from({ length: components }, (_, i) => segment[7 + 3 * i]);
      if (factors.some((both) => both >> 4 < 1 || both >> 4 > 4 || (both & 15) < 1 || (both & 15) > 4)) {
        throw new Error('damaged JPEG (sampling factors)');
      }
      const ids = String.fromCharCode(...Array.from({ length: components }, (_, i) => segment[6 + 3 * i]));
      frame = { width, height, components, ids };
    } else if (code === 0xe1 && orientation === undefined && isExif(segment)) orientation = exifOrientation(segment);
    else if (code === 0xee && segment.length >= 12 && segment.toString('latin1', 0, 5) === 'Adobe') {
      adobeTransform = segment[11];
    }
    at += 2 + length;
    if (code === 0xda) {
      if (!frame) throw new Error('damaged JPEG (a scan before its frame)');
      // A progressive image has about ten scans; thousands of empty ones would only burn time.
      if (++scans * frame.width * frame.height > 20 * maxPixels || scans > 1000) {
        throw new Error(`expected fewer passes over the image, got ${scans} scans`);
      }
      at = afterScan(bytes, at);
    }
  }
  if (!frame || scans === 0) throw new Error('damaged JPEG (no image in it)');
  return {
    ...frame,
    orientation: orientation ?? 1,
    rgb: adobeTransform === 0 || (adobeTransform === undefined && frame.ids === 'RGB'),
  };
}

/** What a JPEG file says of its size and orientation. @throws as {@link decodeJpeg}, but for what lies in the pixels. */
export function jpegHeader(bytes: Buffer, maxPixels: number): { stored: ImageSize; orientation: number } {
  const { width, height, orientation } = readHeader(bytes, maxPixels);
  return { stored: { height, width }, orientation };
}

/**
 * Reads a JPEG file, upright unless it is asked for as stored. Baseline and progressive, gray, YCbCr and RGB, 8 bits; subsampled
 * color is repeated, not interpolated, so values differ by a few 1/255 from decoders that smooth it.
 *
 * @param bytes The file, which begins with 0xFFD8.
 * @throws with the reason alone (the caller names the file) where the file is damaged, truncated, of another kind (CMYK, 12 bits,
 *   arithmetic) or has more than `maxPixels`.
 */
export function decodeJpeg(
  bytes: Buffer,
  { maxPixels, upright }: { maxPixels: number; upright: boolean },
): ImageSize & { data: Float32Array } {
  const { width, height, orientation: told, rgb } = readHeader(bytes, maxPixels);
  const orientation = upright ? told : 1;
  let pixels: Uint8Array;
  try {
    const image = decode(bytes, {
      useTArray: true,
      formatAsRGBA: false,
      maxResolutionInMP: Math.ceil(maxPixels / 1e6),
      // Coefficients of 4 bytes, components and the result: at most 12 + 9 bytes a pixel, rounded up to whole blocks of samples.
      maxMemoryUsageInMB: 64 + (24 * maxPixels) / 2 ** 20,
      // jpeg-js counts blocks past the last whole restart interval; only the tolerant reading leaves them out.
      tolerantDecoding: true,
      ...(rgb ? { colorTransform: false } : {}),
    });
    if (image.width !== width || image.height !== height) throw new Error('its size changes');
    pixels = image.data;
  } catch (error) {
    throw new Error(`damaged JPEG (${(error as Error).message})`, { cause: error });
  }

  const places = rowPlaces({ height, width }, orientation);
  const data = new Float32Array(height * width * 3);
  for (let y = 0, source = 0; y < height; y++) {
    const { first, step } = places(y);
    for (let x = 0; x < width; x++) {
      const target = (first + x * step) * 3;
      for (let channel = 0; channel < 3; channel++) data[target + channel] = pixels[source++] / 255;
    }
  }
  return { ...turnedSize({ height, width }, orientation), data };
}
