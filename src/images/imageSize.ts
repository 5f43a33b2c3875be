import type { ImageSize } from '../shape/types';
import type { ImageLimits } from './imageFile';
import { jpegHead } from './jpegDecode';
import { openImage, reading } from './openImage';
import { pngSize } from './pngDecode';

/** What an image file says of itself. */
export interface ImageHead extends ImageSize {
  /** Exif's Orientation tag, 1–8, which {@link readImage} has applied: height and width are those of the upright image. */
  orientation: number;
}

/** Height, width and orientation of an image; see {@link readImageSize}. @throws `readImageSize: <path>: <reason>`. */
export function readImageHead(source: string | Uint8Array, options: ImageLimits = {}): ImageHead {
  return reading('readImageSize', source, (name) => {
    const { bytes, kind, maxPixels } = openImage(source, options, name);
    return kind === 'jpeg' ? jpegHead(bytes, maxPixels) : { ...pngSize(bytes, maxPixels), orientation: 1 };
  });
}

/**
 * Height and width of an image as {@link readImage} would give it, from what its file says of itself: nothing is decoded.
 *
 * @param source A path, or the bytes of a file.
 * @throws `readImageSize: <path>: <reason>` where the file is missing, of another kind, past a limit, or its frame is damaged; what
 *   lies in the pixels is not looked at.
 */
export function readImageSize(source: string | Uint8Array, options: ImageLimits = {}): ImageSize {
  const { height, width } = readImageHead(source, options);
  return { height, width };
}
