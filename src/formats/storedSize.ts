import type { ImageLimits } from '../images/imageFile';
import { readImageHeader } from '../images/imageSize';
import type { ImageSize } from '../shape/types';

/**
 * The stored size of a photograph whose label map was made for it as it is stored, at which both are read and turned upright together; null
 * where Exif does not exchange its sides, or the map has another size.
 */
export function storedSize(image: string, map: string, limits: ImageLimits): ImageSize | null {
  try {
    const { stored, orientation } = readImageHeader(image, limits);
    if (orientation < 5 || stored.height === stored.width) return null;
    const of = readImageHeader(map, limits).stored;
    return of.height === stored.height && of.width === stored.width ? stored : null;
  } catch {
    // Told where the image is read.
    return null;
  }
}
