import type { ImageSize } from '../shape/types';
import type { ImageLimits } from './imageFile';
import { jpegHeader } from './jpegDecode';
import { openImage, reading } from './openImage';
import { turnedSize } from './orientation';
import { pngHeader } from './pngDecode';

/** What an image file says of itself. */
export interface ImageHeader {
  /** Size of the image as it is stored, px. */
  stored: ImageSize;
  /** How it is turned to stand upright, 1–8; see {@link turnImage}. */
  orientation: number;
}

function headerOf(source: string | Uint8Array, options: ImageLimits, name: string): ImageHeader {
  const { bytes, kind, maxPixels } = openImage(source, options, name);
  return kind === 'jpeg' ? jpegHeader(bytes, maxPixels) : pngHeader(bytes, maxPixels);
}

/**
 * Stored size and orientation of an image, from what its file says of itself: nothing is decoded.
 *
 * @param source A path, or the bytes of a file.
 * @throws `readImageHeader: <path>: <reason>` as {@link readImageSize} does.
 */
export function readImageHeader(source: string | Uint8Array, options: ImageLimits = {}): ImageHeader {
  return reading('readImageHeader', source, (name) => headerOf(source, options, name));
}

/**
 * Height and width of an image as {@link readImage} would give it, from what its file says of itself: nothing is decoded.
 *
 * @param source A path, or the bytes of a file.
 * @throws `readImageSize: <path>: <reason>` where the file is missing, of another kind, past a limit, or its frame is damaged; what
 *   lies in the pixels is not looked at.
 */
export function readImageSize(source: string | Uint8Array, options: ImageLimits = {}): ImageSize {
  return reading('readImageSize', source, (name) => {
    const { stored, orientation } = headerOf(source, options, name);
    return turnedSize(stored, orientation);
  });
}
