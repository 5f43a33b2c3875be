import ndarray, { type NdArray } from 'ndarray';
import { type InstanceSample, voidLabel } from './dataset';
import { checkMaskBytes } from './maskBytes';

/** What a map of objects says: masks, the boxes around them, and labels. */
export type MaskThings = Pick<InstanceSample, 'boxes' | 'labels' | 'masks'>;

/**
 * The things of a map that numbers them, 0 for none: masks, the boxes around them, and labels, in the order of the numbers.
 * @param objects `[H, W]`. @param labelOf a thing's label by its number; null where it is to be left out.
 * @param ignored the number of pixels of which nobody says what they show; null where all numbers are things.
 * @throws with the reason alone where the masks would be more than a gibibyte.
 */
export function maskThings(
  objects: NdArray<Uint8Array | Int32Array>,
  labelOf: (id: number) => number | null,
  ignored: number | null = voidLabel,
): MaskThings {
  const [height, width] = objects.shape;
  const { data } = objects;
  const present = new Set<number>();
  // Pixels next to each other mostly have the same number.
  for (let i = 0, last = 0; i < data.length; i++) {
    if (data[i] === last) continue;
    last = data[i];
    present.add(last);
  }
  present.delete(0);
  if (ignored !== null) present.delete(ignored);
  const rowOf = new Map<number, number>();
  const labels: number[] = [];
  for (const id of [...present].sort((one, other) => one - other)) {
    const label = labelOf(id);
    if (label !== null) rowOf.set(id, labels.push(label) - 1);
  }
  checkMaskBytes(labels.length, { height, width });
  const masks = new Uint8Array(labels.length * height * width);
  const corners = Float32Array.from(labels.flatMap(() => [width, height, 0, 0]));
  for (let y = 0, i = 0, last = 0, row: number | undefined; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (data[i] !== last) {
        last = data[i];
        row = rowOf.get(last);
      }
      if (row === undefined) continue;
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
