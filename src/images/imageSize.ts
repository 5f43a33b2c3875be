import { checkOptions } from '../checks/options';
import type { ImageSize } from '../shape/types';
import { readyImage } from './decodeImage';
import type { ImageHeader, ImageLimits } from './imageFile';
import { limitKinds } from './imageFile';
import { openImage, reading } from './openImage';
import { turnedSize } from './orientation';

function headerOf(source: string | Uint8Array, options: ImageLimits): ImageHeader {
  const { stored, orientation } = readyImage(openImage(source, options));
  return { stored, orientation };
}

/**
 * Stored size and orientation of an image, from what its file says of itself: nothing is decoded.
 *
 * @param source A path, or the bytes of a file.
 * @throws `readImageHeader: <path>: <reason>` as {@link readImageSize} does.
 */
export function readImageHeader(source: string | Uint8Array, options: ImageLimits = {}): ImageHeader {
  checkOptions('readImageHeader', options, limitKinds);
  return reading('readImageHeader', source, () => headerOf(source, options));
}

/**
 * Height and width of an image as {@link readImage} would give it, from what its file says of itself: nothing is decoded.
 *
 * @param source A path, or the bytes of a file.
 * @throws `readImageSize: <path>: <reason>` where the file is missing, of another kind, past a limit, or its frame is damaged; what
 *   lies in the pixels is not looked at.
 */
export function readImageSize(source: string | Uint8Array, options: ImageLimits = {}): ImageSize {
  checkOptions('readImageSize', options, limitKinds);
  return reading('readImageSize', source, () => {
    const { stored, orientation } = headerOf(source, options);
    return turnedSize(stored, orientation);
  });
}
