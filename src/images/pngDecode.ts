import { latin1 } from '../platform/bytes';
import { crc32, type InflateBounds, inflate, inflatePart } from '../platform/compression';
import { concatBytes } from '../platform/concatBytes';
import { InflateError } from '../platform/inflateError';
import type { ImageSize } from '../shape/types';
import { exifOrientation } from './exif';
import { type ColorRow, checkPixels } from './imageFile';

// Sizes are checked and the data are inflated into a bounded buffer before a pixel is touched, so a small hostile file costs little.
// Taken is what libpng or Pillow take: damage in chunks that do not matter, data beyond the pixels, no end. Refused is what lacks pixels.
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

/** A PNG file of which no pixel is decoded. */
export interface PngFile {
  /** Size of the image as it is stored, px. */
  stored: ImageSize;
  /** Bits of a sample. */
  depth: number;
  /** One of {@link pngColor}. */
  color: number;
  channels: number;
  interlaced: boolean;
  /** Bytes `r g b r g b …`; empty unless the file has a palette. */
  palette: Uint8Array;
  /** Palette: one alpha byte for each of the first entries. Gray, RGB: the one transparent sample or triple. Else empty. */
  transparency: number[];
  /** Exif orientation, 1–8; 1 where the file has none. */
  orientation: number;
  /** The compressed pixels, in parts. */
  data: Uint8Array[];
  /** Says what is wrong with the checksums of these parts; null where nothing is. */
  fault(): string | null;
}

/** Samples of a row, `[width, channels]`, each 0 … 2^depth − 1. */
export type PngSamples = Uint8Array | Uint16Array;

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

interface Chunk {
  type: string;
  data: Uint8Array;
  /** Says that its checksum is wrong; null where it is right, or cut off. */
  fault(): string | null;
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array) => new DataView(buffer, byteOffset, byteLength);

/** Splits a PNG file into its chunks, up to its end; one that is cut off is the last. @throws where there is no chunk. */
function* chunks(bytes: Uint8Array): Generator<Chunk> {
  const view = viewOf(bytes);
  for (let at = pngSignature.length; at + 8 <= bytes.length; ) {
    const start = at;
    const type = latin1(bytes.subarray(at + 4, at + 8));
    if (!/^[A-Za-z]{4}$/.test(type)) throw new Error(`damaged PNG (no chunk at byte ${at})`);
    const end = at + 8 + view.getUint32(at);
    const data = bytes.subarray(at + 8, end);
    const fault = () => {
      if (end + 4 > bytes.length || crc32(bytes.subarray(start + 4, end)) === view.getUint32(end)) return null;
      return `damaged PNG (wrong checksum of the ${type} chunk at byte ${start})`;
    };
    yield { type, data, fault };
    if (type === 'IEND') return;
    at = end + 4;
  }
}

type Header = Pick<PngFile, 'stored' | 'depth' | 'color' | 'channels' | 'interlaced'>;

function readHeader({ type, data, fault }: Chunk, maxPixels: number): Header {
  if (type === 'CgBI')
    throw new Error("expected a PNG, got Apple's variant of it (CgBI); convert it with pngcrush or sips");
  if (type !== 'IHDR') throw new Error(`damaged PNG (begins with ${type})`);
  if (data.length !== 13) throw new Error(`damaged PNG (header of ${data.length} bytes)`);
  const wrong = fault();
  if (wrong !== null) throw new Error(wrong);
  const stored = { height: viewOf(data).getUint32(4), width: viewOf(data).getUint32(0) };
  const [depth, color, compression, filter, interlace] = data.subarray(8);
  checkPixels(stored, maxPixels);
  if (!depthsOf[color]?.includes(depth)) {
    throw new Error(`damaged PNG (color type ${color} with ${depth} bits a sample)`);
  }
  if (compression !== 0 || filter !== 0 || interlace > 1) {
    throw new Error(`unknown PNG method (compression ${compression}, filter ${filter}, interlace ${interlace})`);
  }
  const channels = channelsOf[color];
  const interlaced = interlace === 1;
  // The inflated pixels; interlaced ones are put in order in a copy.
  checkPixels(stored, maxPixels, ((channels * depth) / 8) * (interlaced ? 2 : 1));
  return { stored, depth, color, channels, interlaced };
}

/**
 * Walks through a PNG file; of an animated one the still image counts.
 *
 * @param bytes The file, which begins with {@link pngSignature}.
 * @throws with the reason alone (the caller names the file) where the file is damaged, or has more than `maxPixels`.
 */
export function readPngFile(bytes: Uint8Array, maxPixels: number): PngFile {
  let header: Header | undefined;
  let palette = new Uint8Array(0);
  let transparency: number[] = [];
  let orientation: number | undefined;
  const parts: Chunk[] = [];
  for (const chunk of chunks(bytes)) {
    const { type, data } = chunk;
    if (!header) header = readHeader(chunk, maxPixels);
    // What it holds has a checksum of its own.
    else if (type === 'IDAT') parts.push(chunk);
    else if (type === 'PLTE' && header.color === pngColor.palette) {
      const wrong = chunk.fault();
      if (wrong !== null) throw new Error(wrong);
      if (data.length % 3 || data.length === 0 || data.length > 768) {
        throw new Error(`damaged PNG (palette of ${data.length} bytes)`);
      }
      palette = Uint8Array.from(data);
    } else if (type === 'tRNS' && !chunk.fault()) transparency = readTransparency(data, header.color);
    else if (type === 'eXIf' && !chunk.fault()) orientation ??= exifOrientation(data);
    else if (/^[A-Z]/.test(type) && type !== 'IEND' && type !== 'PLTE') throw new Error(`unknown PNG chunk ${type}`);
  }
  if (!header) throw new Error('truncated PNG (no header)');
  if (header.color === pngColor.palette && palette.length === 0) throw new Error('damaged PNG (no palette)');
  const fault = () => parts.map((chunk) => chunk.fault()).find((wrong) => wrong !== null) ?? null;
  const data = parts.map((chunk) => chunk.data);
  return { ...header, palette, transparency, orientation: orientation ?? 1, data, fault };
}

/** What is transparent, or nothing where the chunk does not fit the color type. */
function readTransparency(data: Uint8Array, color: number): number[] {
  if (color === pngColor.palette) return [...data.subarray(0, 256)];
  const length = { [pngColor.gray]: 2, [pngColor.rgb]: 6 }[color];
  if (data.length !== length) return [];
  return Array.from({ length: length / 2 }, (_, i) => viewOf(data).getUint16(2 * i));
}

/** Undoes the filter of a row in place: `raw(x) = filtered(x) + predictor(left, above, above left)` modulo 256. */
function unfilter(data: Uint8Array, start: number, rowBytes: number, pixelBytes: number, isFirst: boolean): void {
  const filter = data[start];
  if (filter > 4) throw new Error(`damaged PNG (row filter ${filter})`);
  const line = start + 1;
  const end = line + rowBytes;
  // Above the first row everything is zero, and so is what lies left of the first pixel.
  const up = isFirst ? 0 : rowBytes + 1;
  if (filter === 1 || (filter === 4 && isFirst)) {
    for (let i = line + pixelBytes; i < end; i++) data[i] += data[i - pixelBytes];
  } else if (filter === 2 && !isFirst) {
    for (let i = line; i < end; i++) data[i] += data[i - up];
  } else if (filter === 3) {
    for (let i = line; i < end; i++) {
      const left = i < line + pixelBytes ? 0 : data[i - pixelBytes];
      data[i] += (left + (isFirst ? 0 : data[i - up])) >> 1;
    }
  } else if (filter === 4) {
    for (let i = line; i < Math.min(end, line + pixelBytes); i++) data[i] += data[i - up];
    for (let i = line + pixelBytes; i < end; i++) {
      const left = data[i - pixelBytes];
      const above = data[i - up];
      const corner = data[i - up - pixelBytes];
      const toLeft = Math.abs(above - corner);
      const toAbove = Math.abs(left - corner);
      const toCorner = Math.abs(left + above - 2 * corner);
      data[i] += toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner;
    }
  }
}

/**
 * Inflates the pixels. Data beyond them are left out, where they are not more than the pixels themselves; an end that is cut off behind
 * them does not matter, and neither does a window that the file calls smaller than it is.
 */
function inflatedPixels({ data, fault }: PngFile, expected: number): Uint8Array {
  const compressed = data.length === 1 ? data[0] : concatBytes(data);
  const lacking = (got: number) => new Error(`truncated PNG (${got} of ${expected} bytes of its pixels)`);
  // A byte of a deflated stream tells at most 1032.
  if (compressed.length * 1032 < expected) throw lacking(compressed.length * 1032);
  const bounds = { expected, most: 2 * expected + 65_536 };
  let pixels: Uint8Array;
  try {
    pixels = inflate(compressed, bounds);
  } catch (error) {
    if (!(error instanceof InflateError)) throw error;
    if (error.fault === 'long') {
      throw new Error(`damaged PNG (more than twice the ${expected} bytes of its pixels)`, { cause: error });
    }
    const wrong = fault();
    if (wrong !== null) throw new Error(wrong, { cause: error });
    if (error.fault === 'damaged') throw new Error(`damaged PNG (${error.message})`, { cause: error });
    pixels = inflateRest(compressed, bounds);
  }
  if (pixels.length < expected) throw lacking(pixels.length);
  return pixels;
}

/** As much as there is of a stream, whose header and end do not matter. */
function inflateRest(compressed: Uint8Array, bounds: InflateBounds): Uint8Array {
  try {
    return inflatePart(compressed, bounds);
  } catch (error) {
    throw new Error(`damaged PNG (${(error as Error).message})`, { cause: error });
  }
}

/** Reads the samples of a row that lies in bytes from `line` on. */
function readSamples(raw: Uint8Array, line: number, count: number, depth: number, samples: PngSamples): void {
  if (depth === 16) for (let i = 0; i < count; i++) samples[i] = (raw[line + 2 * i] << 8) | raw[line + 2 * i + 1];
  else {
    const mask = (1 << depth) - 1;
    for (let i = 0; i < count; i++) {
      const bit = i * depth;
      samples[i] = (raw[line + (bit >> 3)] >> (8 - depth - (bit & 7))) & mask;
    }
  }
}

/**
 * Decodes the samples of a PNG file, before palette, transparency and depth are applied.
 *
 * @param emit is told each row as it is stored, from the top: its number and its samples, in an array that is used again.
 * @throws with the reason alone where the pixels are damaged or not all there.
 */
export function decodePng(file: PngFile, emit: (row: number, samples: PngSamples) => void): void {
  const { stored, depth, channels, interlaced } = file;
  const { height, width } = stored;
  const parts = (interlaced ? passes : whole)
    .map(([left, top, stepX, stepY]) => {
      const columns = Math.ceil((width - left) / stepX);
      const rows = Math.ceil((height - top) / stepY);
      return { left, top, stepX, stepY, columns, rows, rowBytes: Math.ceil((columns * channels * depth) / 8) };
    })
    .filter(({ columns, rows }) => columns > 0 && rows > 0);
  const raw = inflatedPixels(
    file,
    parts.reduce((sum, { rows, rowBytes }) => sum + rows * (rowBytes + 1), 0),
  );
  const Samples = depth === 16 ? Uint16Array : Uint8Array;
  const all = interlaced ? new Samples(height * width * channels) : null;
  let line = 0;
  for (const { left, top, stepX, stepY, columns, rows, rowBytes } of parts) {
    const count = columns * channels;
    const buffer = new Samples(count);
    for (let row = 0; row < rows; row++, line += rowBytes + 1) {
      unfilter(raw, line, rowBytes, Math.max(1, (channels * depth) >> 3), row === 0);
      let samples: PngSamples = buffer;
      if (depth === 8) samples = raw.subarray(line + 1, line + 1 + count);
      else readSamples(raw, line + 1, count, depth, buffer);
      if (!all) {
        emit(row, samples);
        continue;
      }
      const start = ((top + row * stepY) * width + left) * channels;
      for (let column = 0; column < columns; column++) {
        for (let channel = 0; channel < channels; channel++) {
          all[start + column * stepX * channels + channel] = samples[column * channels + channel];
        }
      }
    }
  }
  if (!all) return;
  const rowLength = width * channels;
  for (let row = 0; row < height; row++) emit(row, all.subarray(row * rowLength, (row + 1) * rowLength));
}

/**
 * How samples of a row become colors: palette looked up, samples divided by `2^depth − 1`, transparency composited over the background,
 * `a·color + (1 − a)·background`, in the stored (sRGB) values. A palette index past the palette's end is black.
 *
 * @returns a function that gives bytes where every color is one, and numbers in 0–1 where not, in an array that is used again.
 */
export function pngColors(file: PngFile, background: readonly number[]): (samples: PngSamples) => ColorRow {
  const { channels, color, depth, palette, transparency } = file;
  const { width } = file.stored;
  const full = 2 ** depth - 1;
  const colored = color === pngColor.rgb || color === pngColor.rgba;
  const indexed = color === pngColor.palette;
  const keyed = transparency.length === (colored ? 3 : 1) && (color === pngColor.gray || color === pngColor.rgb);
  const alphas = channels === 2 || channels === 4;
  const opaque = !alphas && !keyed && (!indexed || transparency.every((alpha) => alpha === 255));

  if (opaque && depth <= 8) {
    if (colored) return (samples) => samples as Uint8Array;
    const row = new Uint8Array(3 * width);
    const table = indexed
      ? palette
      : Uint8Array.from({ length: 3 * (full + 1) }, (_, i) => (Math.floor(i / 3) * 255) / full);
    return (samples) => {
      for (let x = 0, place = 0; x < width; x++) {
        const entry = 3 * samples[x];
        for (let channel = 0; channel < 3; channel++) row[place++] = table[entry + channel] ?? 0;
      }
      return row;
    };
  }
  const row = new Float32Array(3 * width);
  return (samples) => {
    for (let x = 0; x < width; x++) {
      const at = x * channels;
      let alpha = 1;
      if (indexed) alpha = (transparency[samples[at]] ?? 255) / 255;
      else if (keyed) alpha = transparency.every((value, i) => value === samples[at + i]) ? 0 : 1;
      else if (alphas) alpha = samples[at + channels - 1] / full;
      for (let channel = 0; channel < 3; channel++) {
        const value = indexed
          ? (palette[3 * samples[at] + channel] ?? 0) / 255
          : samples[at + (colored ? channel : 0)] / full;
        row[3 * x + channel] = alpha === 1 ? value : alpha * value + (1 - alpha) * background[channel];
      }
    }
    return row;
  };
}
