import type { ImageSize } from '../shape/types';

import type { ImageLimits } from './imageFile';
import { jpegSize } from './jpegDecode';
import { openImage, reading } from './openImage';
import { pngSize } from './pngDecode';

/**
 * Height and width of an image as {@link readImage} would give it, from what its file says of itself: nothing is decoded.
 *
 * @param source A path, or the bytes of a file.
 * @throws `readImageSize: <path>: <reason>` where the file is missing, of another kind, past a limit, or its frame is damaged; what
 *   lies in the pixels is not looked at.
 */
export function readImageSize(source: string | Uint8Array, options: ImageLimits = {}): ImageSize {
  return reading('readImageSize', source, (name) => {
    const { bytes, kind, maxPixels } = openImage(source, options, name);
    return kind === 'jpeg' ? jpegSize(bytes, maxPixels) : pngSize(bytes, maxPixels);
  });
}
