import { crc32, inflateSync } from 'node:zlib';
import type { ImageSize } from '../shape/types';
import { exifOrientation } from './exif';

// The chunks, checksums and sizes are checked and the data are inflated into a bounded buffer before a pixel is touched, so a small
// hostile file costs little. fast-png inflates without a bound and misreads interlaced images of fewer than 8 bits.
// PNG Specification (third edition), W3C: https://www.w3.org/TR/png-3/

/** The color types of a PNG file, by the number that stands in its header. */
export const pngColor = { gray: 0, rgb: 2, palette: 3, grayAlpha: 4, rgba: 6 } as const;

/** Numbers per pixel, by color type. */
const channelsOf: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const depthsOf: Record<number, number[]> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

export const pngSignature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** A PNG file as it is stored: samples before palette, transparency and depth have been applied. */
export interface PngImage {
  width: number;
  height: number;
  /** Bits of a sample. */
  depth: number;
  /** One of {@link pngColor}. */
  color: number;
  channels: number;
  /** `[height, width, channels]`, row by row, each 0 … 2^depth − 1. */
  samples: Uint8Array | Uint16Array;
  /** Bytes `r g b r g b …`; empty unless the file has a palette. */
  palette: Uint8Array;
  /** Palette: one alpha byte for each of the first entries. Gray, RGB: the one transparent sample or triple. Else empty. */
  transparency: number[];
  /** Exif orientation, 1–8; 1 where the file has none. */
  orientation: number;
}

/** The reduced images of Adam7: first column and row, steps; the last line is an image that is not interlaced. */
const passes = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;
const whole = [[0, 0, 1, 1]] as const;

interface Header {
  width: number;
  height: number;
  depth: number;
  color: number;
  channels: number;
  interlaced: boolean;
}

/** Splits a PNG file into its chunks. @throws on a chunk that is cut off or whose checksum is wrong. */
function* chunks(bytes: Buffer): Generator<{ type: string; data: Buffer }> {
  let at = pngSignature.length;
  for (;;) {
    if (at + 12 > bytes.length) throw new Error('truncated PNG (the file ends before its IEND chunk)');
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    if (!/^[A-Za-z]{4}$/.test(type)) throw new Error(`damaged PNG (no chunk at byte ${at})`);
    if (at + 12 + length > bytes.length) throw new Error(`truncated PNG (in its ${type} chunk at byte ${at})`);
    const data = bytes.subarray(at + 8, at + 8 + length);
    if (crc32(bytes.subarray(at + 4, at + 8 + length)) !== bytes.readUInt32BE(at + 8 + length)) {
      throw new Error(`damaged PNG (wrong checksum of the ${type} chunk at byte ${at})`);
    }
    yield { type, data };
    if (type === 'IEND') return;
    at += 12 + length;
  }
}

function readHeader(data: Buffer, maxPixels: number): Header {
  if (data.length !== 13) throw new Error(`damaged PNG (header of ${data.length} bytes)`);
  const width = data.readUInt32BE(0);
  const height = data.readUInt32BE(4);
  const [depth, color, compression, filter, interlace] = data.subarray(8);
  if (width === 0 || height === 0) throw new Error(`expected at least one pixel, got ${width} × ${height}`);
  if (width * height > maxPixels) {
    throw new Error(`expected at most ${maxPixels} pixels (option maxPixels), got ${width} × ${height}`);
  }
  if (!depthsOf[color]?.includes(depth)) {
    throw new Error(`damaged PNG (color type ${color} with ${depth} bits a sample)`);
  }
  if (compression !== 0 || filter !== 0 || interlace > 1) {
    throw new Error(`unknown PNG method (compression ${compression}, filter ${filter}, interlace ${interlace})`);
  }
  return { width, height, depth, color, channels: channelsOf[color], interlaced: interlace === 1 };
}

/** Undoes the filter of each row in place: `raw(x) = filtered(x) + predictor(left, above, above left)` modulo 256. */
function unfilter(data: Uint8Array, offset: number, rows: number, rowBytes: number, pixelBytes: number): void {
  for (let row = 0; row < rows; row++) {
    const start = offset + row * (rowBytes + 1);
    const filter = data[start];
    const line = start + 1;
    // Above the first row everything is zero, whatever the bytes before it hold.
    const above = row === 0 ? -1 : line - rowBytes - 1;
    for (let i = 0; i < rowBytes; i++) {
      const left = i < pixelBytes ? 0 : data[line + i - pixelBytes];
      const up = above < 0 ? 0 : data[above + i];
      let predictor = 0;
      if (filter === 0) break;
      if (filter === 1) predictor = left;
      else if (filter === 2) predictor = up;
      else if (filter === 3) predictor = (left + up) >> 1;
      else if (filter === 4) {
        const corner = above < 0 || i < pixelBytes ? 0 : data[above + i - pixelBytes];
        const estimate = left + up - corner;
        const toLeft = Math.abs(estimate - left);
        const toUp = Math.abs(estimate - up);
        const toCorner = Math.abs(estimate - corner);
        predictor = toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
      } else throw new Error(`damaged PNG (row filter ${filter})`);
      data[line + i] += predictor;
    }
  }
}

function inflate(parts: Buffer[], expected: number): Buffer {
  let data: Buffer;
  try {
    data = inflateSync(Buffer.concat(parts), { maxOutputLength: expected });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') throw new Error(`damaged PNG (more than the ${expected} bytes of its pixels)`);
    throw new Error(`damaged PNG (${message})`);
  }
  if (data.length !== expected) throw new Error(`truncated PNG (${data.length} of ${expected} bytes of its pixels)`);
  return data;
}

/**
 * Reads a PNG file without interpreting its samples; of an animated one the still image.
 *
 * @param bytes The file, which begins with {@link pngSignature}.
 * @throws with the reason alone (the caller names the file) where the file is damaged, truncated or has more than `maxPixels`.
 */
export function decodePng(bytes: Buffer, maxPixels: number): PngImage {
  let header: Header | undefined;
  let palette = new Uint8Array(0);
  let transparency: number[] = [];
  let orientation = 1;
  const data: Buffer[] = [];
  for (const chunk of chunks(bytes)) {
    if (!header) {
      if (chunk.type !== 'IHDR') throw new Error(`damaged PNG (begins with ${chunk.type})`);
      header = readHeader(chunk.data, maxPixels);
    } else if (chunk.type === 'PLTE') {
      const { length } = chunk.data;
      if (length % 3 || length === 0 || length > 768) throw new Error(`damaged PNG (palette of ${length} bytes)`);
      palette = Uint8Array.from(chunk.data);
    } else if (chunk.type === 'tRNS') {
      transparency =
        header.color === pngColor.palette
          ? [...chunk.data.subarray(0, 256)]
          : Array.from({ length: chunk.data.length >> 1 }, (_, i) => chunk.data.readUInt16BE(2 * i)).slice(0, 3);
    } else if (chunk.type === 'IDAT') data.push(chunk.data);
    else if (chunk.type === 'eXIf') orientation = exifOrientation(chunk.data);
    else if (chunk.type !== 'IEND' && /^[A-Z]/.test(chunk.type)) throw new Error(`unknown PNG chunk ${chunk.type}`);
  }
  if (!header) throw new Error('damaged PNG (no header)');
  if (header.color === pngColor.palette && palette.length === 0) throw new Error('damaged PNG (no palette)');

  const { width, height, depth, channels } = header;
  const parts = (header.interlaced ? passes : whole)
    .map(([left, top, stepX, stepY]) => {
      const columns = Math.ceil((width - left) / stepX);
      const rows = Math.ceil((height - top) / stepY);
      return { left, top, stepX, stepY, columns, rows, rowBytes: Math.ceil((columns * channels * depth) / 8) };
    })
    .filter(({ columns, rows }) => columns > 0 && rows > 0);
  const raw = inflate(
    data,
    parts.reduce((sum, { rows, rowBytes }) => sum + rows * (rowBytes + 1), 0),
  );

  const samples = new (depth === 16 ? Uint16Array : Uint8Array)(width * height * channels);
  const mask = (1 << depth) - 1;
  let offset = 0;
  for (const { left, top, stepX, stepY, columns, rows, rowBytes } of parts) {
    unfilter(raw, offset, rows, rowBytes, Math.max(1, (channels * depth) >> 3));
    for (let row = 0; row < rows; row++) {
      const line = offset + row * (rowBytes + 1) + 1;
      for (let column = 0; column < columns; column++) {
        const target = ((top + row * stepY) * width + left + column * stepX) * channels;
        for (let channel = 0; channel < channels; channel++) {
          const sample = column * channels + channel;
          if (depth === 8) samples[target + channel] = raw[line + sample];
          else if (depth === 16) samples[target + channel] = (raw[line + 2 * sample] << 8) | raw[line + 2 * sample + 1];
          else {
            const bit = sample * depth;
            samples[target + channel] = (raw[line + (bit >> 3)] >> (8 - depth - (bit & 7))) & mask;
          }
        }
      }
    }
    offset += rows * (rowBytes + 1);
  }
  return { width, height, depth, color: header.color, channels, samples, palette, transparency, orientation };
}

/** What a PNG file says of its size and orientation. @throws as {@link decodePng}, but for what lies in the pixels. */
export function pngHeader(bytes: Buffer, maxPixels: number): { stored: ImageSize; orientation: number } {
  let stored: ImageSize | undefined;
  for (const { type, data } of chunks(bytes)) {
    if (!stored) {
      if (type !== 'IHDR') throw new Error(`damaged PNG (begins with ${type})`);
      const { height, width } = readHeader(data, maxPixels);
      stored = { height, width };
    } else if (type === 'eXIf') return { stored, orientation: exifOrientation(data) };
  }
  if (!stored) throw new Error('damaged PNG (no header)');
  return { stored, orientation: 1 };
}

/**
 * The colors of a decoded PNG: palette looked up, samples divided by `2^depth − 1`, transparency composited over the background,
 * `a·color + (1 − a)·background`, in the stored (sRGB) values. A palette index past the palette's end is black.
 *
 * @returns `[height · width · 3]`, 0–1.
 */
export function pngColors(image: PngImage, background: readonly number[]): Float32Array {
  const { samples, channels, color, depth, palette, transparency } = image;
  const pixels = image.width * image.height;
  const colors = new Float32Array(pixels * 3);
  const full = 2 ** depth - 1;
  const colored = color === pngColor.rgb || color === pngColor.rgba;
  const keyed = transparency.length === (colored ? 3 : 1) && (color === pngColor.gray || color === pngColor.rgb);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const at = pixel * channels;
    let alpha = 1;
    if (color === pngColor.palette) alpha = (transparency[samples[at]] ?? 255) / 255;
    else if (keyed) alpha = transparency.every((value, i) => value === samples[at + i]) ? 0 : 1;
    else if (channels === 2 || channels === 4) alpha = samples[at + channels - 1] / full;
    for (let channel = 0; channel < 3; channel++) {
      const value =
        color === pngColor.palette
          ? (palette[3 * samples[at] + channel] ?? 0) / 255
          : samples[at + (colored ? channel : 0)] / full;
      colors[3 * pixel + channel] = alpha === 1 ? value : alpha * value + (1 - alpha) * background[channel];
    }
  }
  return colors;
}
