import type { ImageSize } from '../shape/types';

/** Masks of one image at most, bytes: 100 things of 10 megapixels each. */
const mostMaskBytes = 2 ** 30;

/** @throws with the reason alone where the masks of an image are more than a gibibyte. */
export function checkMaskBytes(count: number, { height, width }: ImageSize): void {
  const pixels = height * width;
  if (count * pixels > mostMaskBytes) {
    throw new Error(`expected masks of at most ${mostMaskBytes} bytes in an image, got ${count} of ${pixels}`);
  }
}
