import type { NdArray } from 'ndarray';
import { readPalette } from '../images/image';
import type { ImageLimits } from '../images/imageFile';

/**
 * The numbers of a label map, a PNG with a palette or gray.
 * @param shape height and width of its image, and what else is in the shape.
 * @returns `[H, W]`.
 * @throws as {@link readPalette} does, and where the map is of another size than its image.
 */
export function readLabelMap(
  path: string,
  [height, width]: readonly number[],
  limits: ImageLimits,
): NdArray<Uint8Array> {
  const { indices } = readPalette(path, limits);
  const [rows, columns] = indices.shape;
  if (rows === height && columns === width) return indices;
  throw new Error(`${path}: expected a map of ${width}×${height} px, got ${columns}×${rows}`);
}
