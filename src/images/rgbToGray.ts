import type { Data, NdArray } from 'ndarray';
import ndarray from 'ndarray';
import { checkArray } from '../checks/arrays';

/**
 * The luma of an image: `0.299 R + 0.587 G + 0.114 B` (ITU-R BT.601, section 2.5.1).
 *
 * @param image `[H, W, 3]`.
 * @returns `[H, W]` float32, in the units of the image.
 * @throws on other shapes.
 */
export function rgbToGray(image: NdArray<Data<number>>): NdArray<Float32Array> {
  checkArray('rgbToGray', 'an image', image, '[H, W, 3]');
  const [height, width] = image.shape;
  const data = new Float32Array(height * width);
  for (let y = 0, target = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      data[target++] =
        0.299 * Number(image.get(y, x, 0)) + 0.587 * Number(image.get(y, x, 1)) + 0.114 * Number(image.get(y, x, 2));
    }
  }
  return ndarray(data, [height, width]);
}
