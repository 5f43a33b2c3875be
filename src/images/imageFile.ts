import type { OptionKinds } from '../checks/options';
import type { ImageSize } from '../shape/types';

/**
 * Endings of the images that are looked for in folders, in lower case. Some kinds are read only where sharp is installed, or not at all:
 * they are looked for all the same, so that nothing is passed over in silence.
 */
export const imageEndings: readonly string[] = [
  ...['.jpg', '.jpeg', '.png', '.jpe', '.jfif', '.bmp', '.dib', '.webp', '.tif', '.tiff', '.gif', '.avif'],
  ...['.heic', '.heif', '.jxl', '.jp2', '.pnm', '.ppm', '.pgm', '.pbm'],
];

/** Bounds that are checked before anything is decoded. */
export interface ImageLimits {
  /** Size of the file, in bytes (256 MiB). */
  maxBytes?: number;
  /** Height times width, as the file's header says (2²⁶, 67 million: 0.8 GB of float32). */
  maxPixels?: number;
}

/** {@link ImageLimits} for `checkOptions`; the numbers are checked where a file is opened. */
export const limitKinds: OptionKinds<ImageLimits> = { maxBytes: 'any', maxPixels: 'any' };

/** What an image file says of itself. */
export interface ImageHeader {
  /** Size of the image as it is stored, px. */
  stored: ImageSize;
  /** How it is turned to stand upright, 1–8; see {@link turnImage}. */
  orientation: number;
}

/** Bounds of an image where none are told. */
export const usualLimits = { maxBytes: 2 ** 28, maxPixels: 2 ** 26 } as const;

/** Colors of a row, `r g b r g b …`: bytes, or numbers in 0–1. */
export type ColorRow = Uint8Array | Uint8ClampedArray | Float32Array;

/** Is told each row of an image as it is stored: its number, and its colors in an array that is used again. */
export type EmitColors = (row: number, colors: ColorRow) => void;

/** An image file whose header was read, and what decodes the rest of it. */
export interface ReadyImage extends ImageHeader {
  /**
   * Decodes the image row by row, as it is stored.
   * @param background what shows through transparent pixels: red, green, blue in 0–1.
   */
  decode(background: readonly number[], emit: EmitColors): void;
}

/**
 * @param memory bytes that decoding takes for a pixel beside its three float32.
 * @throws with the reason alone where there are no pixels, or too many.
 */
export function checkPixels({ height, width }: ImageSize, maxPixels: number, memory = 0): void {
  if (!(width > 0 && height > 0)) throw new Error(`expected at least one pixel, got ${width} × ${height}`);
  const pixels = width * height;
  if (pixels > maxPixels) {
    throw new Error(
      `expected at most ${Math.floor(maxPixels)} pixels (option maxPixels; on the command line --max-pixels ${pixels}), got ${width} × ${height}`,
    );
  }
  const needed = Math.ceil(pixels * (12 + memory));
  if (needed > 14 * maxPixels) {
    const enough = Math.ceil(needed / 14);
    throw new Error(
      `expected at most ${Math.floor(14 * maxPixels)} bytes of memory (option maxPixels; on the command line --max-pixels ${enough}), ` +
        `got ${width} × ${height} pixels that take ${needed}`,
    );
  }
}
