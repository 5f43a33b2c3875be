import type { Data, NdArray } from 'ndarray';
import { latin1Bytes } from '../platform/bytes';
import { crc32, deflate } from '../platform/compression';
import { concatBytes } from '../platform/concatBytes';
import { replaceFile } from '../platform/replaceFile';
import { type Palette, vocPalette } from './palette';
import { type Pixels, toLabelBytes, toPixels } from './pixels';
import { pngColor, pngSignature } from './pngDecode';

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(latin1Bytes(type), 4);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

/** A sum of absolute differences, modulo 256: what a filter leaves of a row should be small. */
function costOf(row: Uint8Array): number {
  let cost = 0;
  for (let i = 0; i < row.length; i++) cost += row[i] < 128 ? row[i] : 256 - row[i];
  return cost;
}

/** Each row as the Sub, Up or Paeth filter or no filter leaves it, whichever has the least sum of absolute differences. */
function filtered({ height, width, channels, data }: Pixels): Uint8Array {
  const rowBytes = width * channels;
  const result = new Uint8Array(height * (rowBytes + 1));
  const [sub, above, paeth] = Array.from({ length: 3 }, () => new Uint8Array(rowBytes));
  // What the first row has above it.
  const nothing = new Uint8Array(rowBytes);
  for (let y = 0; y < height; y++) {
    const row = data.subarray(y * rowBytes, (y + 1) * rowBytes);
    const before = y === 0 ? nothing : data.subarray((y - 1) * rowBytes, y * rowBytes);
    for (let i = 0; i < rowBytes; i++) {
      const left = i < channels ? 0 : row[i - channels];
      const corner = i < channels ? 0 : before[i - channels];
      const up = before[i];
      const toLeft = Math.abs(up - corner);
      const toUp = Math.abs(left - corner);
      const toCorner = Math.abs(left + up - 2 * corner);
      sub[i] = row[i] - left;
      above[i] = row[i] - up;
      paeth[i] = row[i] - (toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner);
    }
    const candidates = [row, sub, above, paeth];
    const costs = candidates.map(costOf);
    const best = costs.indexOf(Math.min(...costs));
    result[y * (rowBytes + 1)] = best === 3 ? 4 : best;
    result.set(candidates[best], y * (rowBytes + 1) + 1);
  }
  return result;
}

/** From here on, in bytes, a file is written fast instead of as small as it can be. */
const largeBytes = 2 ** 24;

function assemble(pixels: Pixels, color: number, rows: Uint8Array, extra: Uint8Array[] = []): Uint8Array {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, pixels.width);
  view.setUint32(4, pixels.height);
  header.set([8, color, 0, 0, 0], 8);
  return concatBytes([
    pngSignature,
    chunk('IHDR', header),
    ...extra,
    chunk('IDAT', deflate(rows, rows.length < largeBytes ? 9 : 2)),
    chunk('IEND', new Uint8Array(0)),
  ]);
}

/** The PNG file of bytes that have been checked already. */
export function pngOfPixels(pixels: Pixels): Uint8Array {
  const color = { 1: pngColor.gray, 3: pngColor.rgb, 4: pngColor.rgba }[pixels.channels as 1 | 3 | 4];
  return assemble(pixels, color, filtered(pixels));
}

/**
 * A PNG file, 8 bits a sample, lossless for uint8.
 *
 * @param image `[H, W]` gray, `[H, W, 3]` or `[H, W, 4]` with alpha; numbers in 0–1 (others are clamped) or uint8.
 * @throws on other shapes and dtypes and on NaN.
 */
export function encodePng(image: NdArray<Data<number>>): Uint8Array {
  return pngOfPixels(toPixels('encodePng', image));
}

/** Settings of {@link encodeLabelPng} and {@link writeLabelPng}. */
export interface LabelPngOptions {
  /** Colors by label, 1 to 256 of them (`vocPalette`). */
  palette?: Palette;
}

/**
 * A palette PNG whose indices are the labels: viewers show colors, `readPalette` gives the labels back.
 *
 * @param labels `[H, W]`, whole numbers 0–255.
 * @throws on another shape, on other numbers, and on a label without a color.
 */
export function encodeLabelPng(
  labels: NdArray<Data<number>>,
  { palette = vocPalette }: LabelPngOptions = {},
): Uint8Array {
  const pixels = toLabelBytes('encodeLabelPng', labels);
  if (palette.length < 1 || palette.length > 256) {
    throw new Error(`encodeLabelPng: expected a palette of 1–256 colors, got ${palette.length}`);
  }
  const greatest = pixels.data.reduce((most, label) => Math.max(most, label), 0);
  if (greatest >= palette.length) {
    throw new Error(`encodeLabelPng: expected labels below ${palette.length} (the palette), got ${greatest}`);
  }
  const colors = palette.flat();
  if (colors.length !== 3 * palette.length || !colors.every((c) => Number.isInteger(c) && c >= 0 && c <= 255)) {
    throw new Error('encodeLabelPng: expected colors [red, green, blue] of bytes 0–255');
  }
  const rows = new Uint8Array(pixels.height * (pixels.width + 1));
  for (let y = 0; y < pixels.height; y++) {
    rows.set(pixels.data.subarray(y * pixels.width, (y + 1) * pixels.width), y * (pixels.width + 1) + 1);
  }
  return assemble(pixels, pngColor.palette, rows, [chunk('PLTE', Uint8Array.from(colors))]);
}

/** Writes {@link encodeLabelPng} to a file, whole or not at all. */
export function writeLabelPng(path: string, labels: NdArray<Data<number>>, options: LabelPngOptions = {}): void {
  replaceFile('writeLabelPng', path, encodeLabelPng(labels, options));
}
