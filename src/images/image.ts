import type { Data, NdArray } from 'ndarray';
import ndarray from 'ndarray';
import { checkOptions, type OptionKinds } from '../checks/options';
import { checkPath } from '../checks/path';
import { shown } from '../checks/shown';
import { extname } from '../platform/paths';
import { replaceFile } from '../platform/replaceFile';
import { decodeColors, readyImage } from './decodeImage';
import { type ImageLimits, limitKinds } from './imageFile';
import { jpegOfPixels } from './jpeg/encodeJpeg';
import { openImage, reading } from './openImage';
import { turnImage } from './orientation';
import type { Palette } from './palette';
import { toPixels } from './pixels';
import { decodePng, pngColor, readPngFile } from './pngDecode';
import { pngOfPixels } from './pngEncode';

/** Settings of {@link readImage}. */
export interface ReadImageOptions extends ImageLimits {
  /** What shows through transparent pixels: `[red, green, blue]`, 0–1 (white). */
  background?: readonly [number, number, number];
  /** Whether the image is turned as its Exif orientation says (true), or left as its pixels are stored. */
  upright?: boolean;
}

const readKinds: OptionKinds<ReadImageOptions> = { background: 'any', upright: 'flag', ...limitKinds };

function read<Colors extends Float32Array | Uint8Array>(
  source: string | Uint8Array,
  options: ReadImageOptions,
  make: (length: number) => Colors,
): NdArray<Colors> {
  const { background = [1, 1, 1], upright = true, ...limits } = options;
  const isShare = (value: unknown) => typeof value === 'number' && value >= 0 && value <= 1;
  if (!Array.isArray(background) || background.length !== 3 || !background.every(isShare)) {
    throw new Error(`expected background [red, green, blue] in 0–1, got ${shown(background)}`);
  }
  const image = readyImage(openImage(source, limits));
  const orientation = upright ? image.orientation : 1;
  const { data, height, width } = decodeColors(image, { background, orientation }, make);
  return ndarray(data, [height, width, 3]) as NdArray<Colors>;
}

/**
 * Reads a photograph or an image.
 *
 * JPEG: baseline and progressive, gray, colors and inks (CMYK, YCCK). PNG: every color type and depth, palettes, interlaced; alpha is
 * composited over `background`, `a·color + (1 − a)·background`, in the stored values. BMP. Where the optional package `sharp` is
 * installed, also WebP, AVIF, TIFF and GIF (the first image of several), and what else its libvips reads, such as HEIC; samples of more than
 * 8 bits are rounded to those. All are turned upright by their Exif orientation. Values are the stored sRGB ones divided by their greatest; gamma and color profiles are left alone. The kind is known by the
 * file's first bytes, whatever its name.
 *
 * @param source A path, or the bytes of a file.
 * @returns `[H, W, 3]` float32, 0–1; a gray file gives three equal channels.
 * @throws `readImage: <path>: <reason>` where the file is missing, damaged, truncated, of another kind or past a limit.
 */
export function readImage(source: string | Uint8Array, options: ReadImageOptions = {}): NdArray<Float32Array> {
  checkOptions('readImage', options, readKinds);
  return reading('readImage', source, () => read(source, options, (length) => new Float32Array(length)));
}

/**
 * Reads a photograph or an image as bytes, in a quarter of the memory; see {@link readImage}.
 *
 * @param source A path, or the bytes of a file.
 * @returns `[H, W, 3]` uint8, 0–255; {@link readImage} gives these numbers divided by 255, but for transparency and 16 bits, which are rounded.
 * @throws `readImageBytes: <path>: <reason>` as {@link readImage} does.
 */
export function readImageBytes(source: string | Uint8Array, options: ReadImageOptions = {}): NdArray<Uint8Array> {
  checkOptions('readImageBytes', options, readKinds);
  return reading('readImageBytes', source, () => read(source, options, (length) => new Uint8Array(length)));
}

/** A label map as a file keeps it. */
export interface PaletteImage {
  /** `[H, W]` uint8: the index of each pixel, which is its label. */
  indices: NdArray<Uint8Array>;
  /** Colors by index. */
  palette: Palette;
}

/**
 * Reads the palette indices of a PNG, which are the labels in the masks of Pascal VOC. A gray PNG of at most 8 bits, the other way to
 * store labels, gives its stored numbers and a gray palette.
 *
 * @throws `readPalette: <path>: <reason>` where the file has neither, and where {@link readImage} throws.
 */
export function readPalette(source: string | Uint8Array, options: ImageLimits = {}): PaletteImage {
  checkOptions('readPalette', options, limitKinds);
  return reading('readPalette', source, () => {
    const { bytes, name, reader, maxPixels } = openImage(source, options);
    if (reader !== 'png') throw new Error(`expected a PNG with a palette, got ${name}`);
    const file = readPngFile(bytes, maxPixels);
    const { stored, depth, color, palette, orientation } = file;
    if (depth > 8 || (color !== pngColor.palette && color !== pngColor.gray)) {
      const kinds = Object.entries(pngColor).find(([, number]) => number === color);
      throw new Error(`expected a PNG with a palette or gray of at most 8 bits, got ${kinds?.[0]} of ${depth} bits`);
    }
    const indexed = color === pngColor.palette;
    const full = 2 ** depth - 1;
    const colors = Array.from({ length: indexed ? palette.length / 3 : full + 1 }, (_, i) => {
      const gray = Math.round((255 * i) / full);
      const [red, green, blue] = indexed ? palette.subarray(3 * i) : [gray, gray, gray];
      return [red, green, blue] as const;
    });
    const indices = ndarray(new Uint8Array(stored.height * stored.width), [stored.height, stored.width]);
    decodePng(file, (row, samples) => indices.data.set(samples, row * stored.width));
    return { indices: orientation === 1 ? indices : turnImage(indices, orientation), palette: colors };
  });
}

/** Settings of {@link encodeJpeg} and {@link writeImage}. */
export interface JpegOptions {
  /** 1 (smallest) to 100 (best), 90. */
  quality?: number;
  /** Whether colors are stored at half the resolution (false), as cameras do: a smaller file in less time, and softer edges of colors. */
  subsampled?: boolean;
}

const jpegKinds: OptionKinds<JpegOptions> = { quality: 'any', subsampled: 'flag' };

/**
 * A JPEG file. Lossy: for labels and exact values use PNG, as {@link writeImage} does.
 *
 * @param image `[H, W]` or `[H, W, 3]`, at most 65535 on a side; numbers in 0–1 (others are clamped) or uint8.
 * @throws on other shapes and dtypes, on NaN, and on a quality outside 1–100.
 */
export function encodeJpeg(image: NdArray<Data<number>>, options: JpegOptions = {}): Uint8Array {
  return jpegOf('encodeJpeg', image, options);
}

function jpegOf(caller: string, image: NdArray<Data<number>>, options: JpegOptions): Uint8Array {
  const { quality = 90, subsampled = false } = checkOptions(caller, options, jpegKinds);
  const pixels = toPixels(caller, image);
  if (pixels.channels === 4) throw new Error(`${caller}: expected an image [H, W, 3] or [H, W], got 4 channels`);
  if (Math.max(pixels.height, pixels.width) > 65535) {
    throw new Error(`${caller}: expected at most 65535 on a side, got ${pixels.width} × ${pixels.height}`);
  }
  if (!(typeof quality === 'number' && quality >= 1 && quality <= 100)) {
    throw new Error(`${caller}: expected quality 1–100, got ${shown(quality)}`);
  }
  return jpegOfPixels(pixels, { quality, subsampled });
}

/**
 * Writes an image as `.png`, `.jpg` or `.jpeg`, as the path's ending says, whole or not at all.
 *
 * @param image `[H, W]` or `[H, W, 3]`, for PNG also `[H, W, 4]`; numbers in 0–1 (others are clamped) or uint8.
 * @throws on another ending, where the image cannot be encoded, and `writeImage: <path>: …` where it cannot be written.
 */
export function writeImage(path: string, image: NdArray<Data<number>>, options: JpegOptions = {}): void {
  checkPath('writeImage', path);
  checkOptions('writeImage', options, jpegKinds);
  const ending = extname(path).toLowerCase();
  if (ending === '.png') replaceFile('writeImage', path, pngOfPixels(toPixels('writeImage', image)));
  else if (ending === '.jpg' || ending === '.jpeg')
    replaceFile('writeImage', path, jpegOf('writeImage', image, options));
  else throw new Error(`writeImage: ${path}: expected a path that ends with .png, .jpg or .jpeg`);
}
