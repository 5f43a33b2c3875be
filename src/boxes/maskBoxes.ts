import type { Data, NdArray } from 'ndarray';
import { checkArray } from '../checks/arrays';
import { boxArray } from './boxList';

/**
 * The box around each mask: the smallest one that holds all of its pixels.
 *
 * Deviation from torchvision's `masks_to_boxes`: x2 and y2 lie behind the last pixel, not on it, so that a single pixel has area 1.
 *
 * @param masks `[G, H, W]`, not 0 where the thing is.
 * @returns `[G, 4]`, x1, y1, x2, y2 in px.
 * @throws on other shapes, and on a mask without a pixel: it has no box.
 */
export function maskBoxes(masks: NdArray<Data<number>>): NdArray<Float32Array> {
  checkArray('maskBoxes', 'masks', masks, '[G, H, W]');
  const [count, height, width] = masks.shape;
  const corners = new Float32Array(4 * count);
  for (let g = 0; g < count; g++) {
    let [x1, y1, x2, y2] = [width, height, 0, 0];
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        if (!masks.get(g, y, x)) continue;
        x1 = Math.min(x1, x);
        y1 = Math.min(y1, y);
        x2 = Math.max(x2, x + 1);
        y2 = y + 1;
      }
    }
    if (x2 === 0) throw new Error(`maskBoxes: expected at least one pixel in each mask, got none at ${g}`);
    corners.set([x1, y1, x2, y2], 4 * g);
  }
  return boxArray(corners);
}
