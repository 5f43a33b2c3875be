import ndarray, { type NdArray } from 'ndarray';
import { type BoxArray, readBoxes } from '../../boxes/boxList';
import { checkImageSize } from '../../boxes/imageSize';
import { checkArray } from '../../checks/arrays';
import { checkShare } from '../../checks/numbers';
import { checkOptions } from '../../checks/options';
import { checkShape } from '../../shape/shape';
import type { ImageSize } from '../../shape/types';

/**
 * Masks of detections at the size of the image: each pixel whose center lies in a box reads the small mask there, bilinearly and without
 * rounding the box; what lies outside of the box is not the object's.
 *
 * @param masks `[D, M, M]`: for each detection how likely each cell shows the object, 0–1. @param boxes `[D, 4]` x1, y1, x2, y2 in px.
 * @param options image: its size; threshold: from which value on a pixel is the object's (0.5).
 * @returns `[D, H, W]`, 1 where the object is, else 0.
 * @throws where masks and boxes do not fit.
 * @see He et al. 2017, Mask R-CNN, section 3.1; detectron2's `paste_masks_in_image`, which also shades half a cell around the box.
 */
export function pasteMasks(
  masks: NdArray<Float32Array>,
  boxes: BoxArray,
  options: { image: ImageSize; threshold?: number },
): NdArray<Uint8Array> {
  const { image, threshold = 0.5 } = checkOptions('pasteMasks', options, { image: 'any', threshold: 'any' });
  checkImageSize('pasteMasks', 'image', image);
  checkShare('pasteMasks', 'threshold', threshold);
  const { count, corners } = readBoxes('pasteMasks', boxes);
  checkArray('pasteMasks', 'masks', masks, `[${count}, M, M]`);
  const { height, width } = image;
  checkShape('pasteMasks', [count, height, width]);
  const side = masks.shape[1];
  const pasted = new Uint8Array(count * height * width);
  /** Between which two cells a pixel's center lies, and how far from the first. */
  const place = (center: number, low: number, high: number): [number, number, number] => {
    const at = Math.min(side - 1, Math.max(0, ((center - low) / (high - low)) * side - 0.5));
    const first = Math.min(side - 1, Math.floor(at));
    return [first, Math.min(side - 1, first + 1), at - first];
  };
  for (let d = 0; d < count; d++) {
    const [x1, y1, x2, y2] = corners.subarray(4 * d, 4 * d + 4);
    // Pixel x has its center at x + ½.
    const [left, right] = [Math.max(0, Math.ceil(x1 - 0.5)), Math.min(width, Math.ceil(x2 - 0.5))];
    const [top, bottom] = [Math.max(0, Math.ceil(y1 - 0.5)), Math.min(height, Math.ceil(y2 - 0.5))];
    for (let y = top; y < bottom; y++) {
      const [i, below, v] = place(y + 0.5, y1, y2);
      for (let x = left; x < right; x++) {
        const [j, beside, u] = place(x + 0.5, x1, x2);
        const upper = (1 - u) * masks.get(d, i, j) + u * masks.get(d, i, beside);
        const lower = (1 - u) * masks.get(d, below, j) + u * masks.get(d, below, beside);
        pasted[(d * height + y) * width + x] = Number((1 - v) * upper + v * lower >= threshold);
      }
    }
  }
  return ndarray(pasted, [count, height, width]);
}
