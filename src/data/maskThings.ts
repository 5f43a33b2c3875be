import ndarray, { type NdArray } from 'ndarray';
import { type InstanceSample, voidLabel } from './dataset';

/**
 * The things of a map that numbers them, 0 for none and 255 for void: masks, the boxes around them, and labels.
 * @param objects `[H, W]`. @param labelOf a thing's label by its number; null where it is to be left out.
 */
export function maskThings(
  objects: NdArray<Uint8Array>,
  labelOf: (id: number) => number | null,
): Pick<InstanceSample, 'boxes' | 'labels' | 'masks'> {
  const [height, width] = objects.shape;
  const present = new Uint8Array(256);
  for (let i = 0; i < objects.size; i++) present[objects.data[i]] = 1;
  const rowOf = new Int32Array(256).fill(-1);
  const labels: number[] = [];
  for (let id = 1; id < voidLabel; id++) {
    const label = present[id] ? labelOf(id) : null;
    if (label !== null) rowOf[id] = labels.push(label) - 1;
  }
  const masks = new Uint8Array(labels.length * height * width);
  const corners = Float32Array.from(labels.flatMap(() => [width, height, 0, 0]));
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const row = rowOf[objects.data[i]];
      if (row < 0) continue;
      masks[row * height * width + i] = 1;
      corners[4 * row] = Math.min(corners[4 * row], x);
      corners[4 * row + 1] = Math.min(corners[4 * row + 1], y);
      corners[4 * row + 2] = Math.max(corners[4 * row + 2], x + 1);
      corners[4 * row + 3] = y + 1;
    }
  }
  return {
    boxes: ndarray(corners, [labels.length, 4]),
    labels: ndarray(Int32Array.from(labels), [labels.length]),
    masks: ndarray(masks, [labels.length, height, width]),
  };
}
