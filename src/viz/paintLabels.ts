import ndarray, { type NdArray } from 'ndarray';
import { toLabelBytes } from '../images/pixels';
import type { Image } from './imageTrace';
import { paletteColor } from './palette';

/**
 * A label map as an image: label k in color k of the palette, the colors of `labelFigure`.
 *
 * @param labels `[H, W]`, whole numbers 0–255.
 * @returns `[H, W, 3]`, 0–1.
 * @throws on other shapes and numbers.
 */
export function paintLabels(labels: Image): NdArray<Float32Array> {
  const { height, width, data } = toLabelBytes('paintLabels', labels);
  const colors = new Float32Array(3 * data.length);
  for (const [i, label] of data.entries()) {
    colors.set(
      paletteColor(label).map((byte) => byte / 255),
      3 * i,
    );
  }
  return ndarray(colors, [height, width, 3]);
}
