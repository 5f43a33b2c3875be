import ndarray, { type NdArray } from 'ndarray';
import { readImageBytes } from '../images/image';
import type { ImageLimits } from '../images/imageFile';
import { openImage } from '../images/openImage';
import { turnImage } from '../images/orientation';
import { decodePng, type PngFile, pngColor, readPngFile } from '../images/pngDecode';
import type { ImageSize } from '../shape/types';
import { type ColorClasses, colorKey, vocColors } from './colorClasses';

/** A label map as its file stores it. */
export interface LabelMap {
  /** `[H, W]`: the number of each pixel. */
  numbers: NdArray<Uint8Array>;
  /**
   * What the numbers are: those of a palette or of gray (`'numbers'`), gray in equal channels (`'equal channels'`), of colors (`'colors'`), or
   * near those that were stored, by JPEG (`'lossy'`).
   */
  from: 'numbers' | 'equal channels' | 'colors' | 'lossy';
}

/** All samples of a PNG, `[height, width, channels]`. */
function samplesOf(file: PngFile): Uint8Array | Uint16Array {
  const { stored, channels, depth } = file;
  const rowLength = stored.width * channels;
  const samples = new (depth === 16 ? Uint16Array : Uint8Array)(stored.height * rowLength);
  decodePng(file, (row, own) => samples.set(own, row * rowLength));
  return samples;
}

/** Samples of 16 bits as 8: numbers below 256 as they are, others where they are 8 bits repeated. */
function asBytes(samples: Uint8Array | Uint16Array): Uint8Array {
  if (samples instanceof Uint8Array) return samples;
  const divisor = samples.every((sample) => sample < 256) ? 1 : 257;
  return Uint8Array.from(samples, (sample) => {
    if (sample % divisor !== 0) throw new Error(`expected numbers of at most 8 bits, got ${sample} of 16 bits`);
    return sample / divisor;
  });
}

/** The first channel of pixels whose channels are equal, but for alpha; null where a pixel has a color. */
function equalChannels(bytes: Uint8Array, channels: number, count: number): Uint8Array | null {
  const result = new Uint8Array(count);
  const colored = channels >= 3;
  for (let pixel = 0, at = 0; pixel < count; pixel++, at += channels) {
    if (colored && (bytes[at] !== bytes[at + 1] || bytes[at] !== bytes[at + 2])) return null;
    result[pixel] = bytes[at];
  }
  return result;
}

/** The numbers of colors, three bytes or more each, or what is wrong with the first color that has none. */
function ofColors(bytes: Uint8Array, channels: number, { width, height }: ImageSize, { numbers }: ColorClasses) {
  const result = new Uint8Array(width * height);
  for (let pixel = 0, at = 0; pixel < result.length; pixel++, at += channels) {
    const number = numbers.get(colorKey(bytes[at], bytes[at + 1], bytes[at + 2]));
    if (number === undefined) {
      const place = `[${Math.floor(pixel / width)}, ${pixel % width}]`;
      return `expected gray or the color of a class, got [${bytes.slice(at, at + 3).join(', ')}] at ${place}`;
    }
    result[pixel] = number;
  }
  return result;
}

/** The colors of a palette's pixels, three bytes each. */
function paletteColors(indices: Uint8Array, palette: Uint8Array): Uint8Array {
  const result = new Uint8Array(indices.length * 3);
  for (let i = 0; i < indices.length; i++) {
    for (let channel = 0; channel < 3; channel++) result[3 * i + channel] = palette[3 * indices[i] + channel] ?? 0;
  }
  return result;
}

/** The numbers of a PNG; `colors` are those of the classes where a file lists them. */
function pngNumbers(file: PngFile, colors: ColorClasses | null): { data: Uint8Array; from: LabelMap['from'] } {
  const { stored, channels, color, palette } = file;
  const indexed = color === pngColor.palette;
  const bytes = asBytes(samplesOf(file));
  if (colors && (indexed || channels >= 3)) {
    const data = indexed
      ? ofColors(paletteColors(bytes, palette), 3, stored, colors)
      : ofColors(bytes, channels, stored, colors);
    if (typeof data !== 'string') return { data, from: 'colors' };
  }
  if (channels === 1) return { data: bytes, from: 'numbers' };
  const gray = equalChannels(bytes, channels, stored.width * stored.height);
  if (gray) return { data: gray, from: 'equal channels' };
  const data = ofColors(bytes, channels, stored, colors ?? vocColors);
  if (typeof data === 'string') throw new Error(data);
  return { data, from: 'colors' };
}

/**
 * The numbers of a label map: the indices of a PNG's palette, its gray values, also where they are stored in equal channels or in 16 bits,
 * or the numbers of its colors, by a list of the classes' colors or else VOC's. Of other kinds of images, their gray values.
 * @throws with the reason alone, the path in front, where the file is damaged or has other colors.
 */
export function readLabelMap(path: string, limits: ImageLimits, colors: ColorClasses | null = null): LabelMap {
  try {
    const { bytes, reader, maxPixels } = openImage(path, limits);
    if (reader === 'png') {
      const file = readPngFile(bytes, maxPixels);
      const { data, from } = pngNumbers(file, colors);
      const numbers = ndarray(data, [file.stored.height, file.stored.width]);
      return { numbers: file.orientation === 1 ? numbers : turnImage(numbers, file.orientation), from };
    }
    const { data, shape } = readImageBytes(path, limits);
    const gray = ndarray(
      Uint8Array.from({ length: shape[0] * shape[1] }, (_, i) => data[3 * i]),
      [shape[0], shape[1]],
    );
    return { numbers: gray, from: reader === 'jpeg' ? 'lossy' : 'equal channels' };
  } catch (error) {
    const reason = (error as Error).message.replace(`readImageBytes: ${path}: `, '');
    throw new Error(`${path}: ${reason}`, { cause: error });
  }
}
