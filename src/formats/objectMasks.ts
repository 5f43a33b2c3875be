import ndarray, { type NdArray } from 'ndarray';
import { checkMaskBytes } from '../data/maskBytes';
import type { ImageSize } from '../shape/types';

/**
 * The masks of an image's things, `[G, H, W]`.
 * @param maskOf the mask of thing g, `[H, W]`.
 * @throws with the reason alone where they are more than a gibibyte.
 */
export function stackedMasks(
  count: number,
  { height, width }: ImageSize,
  maskOf: (g: number) => NdArray<Uint8Array>,
): NdArray<Uint8Array> {
  const pixels = height * width;
  checkMaskBytes(count, { height, width });
  const data = new Uint8Array(count * pixels);
  for (let g = 0; g < count; g++) data.set(maskOf(g).data, g * pixels);
  return ndarray(data, [count, height, width]);
}

/** The pixels whose centers lie in a box: the mask of a thing of which nothing more is known. @returns `[H, W]`. */
export function boxMask(corners: readonly number[], { height, width }: ImageSize): NdArray<Uint8Array> {
  const mask = ndarray(new Uint8Array(height * width), [height, width]);
  const [x1, y1, x2, y2] = corners.map((value) => Math.ceil(value - 0.5));
  for (let y = y1; y < Math.min(height, y2); y++) {
    mask.data.fill(1, y * width + x1, y * width + Math.min(width, x2));
  }
  return mask;
}
