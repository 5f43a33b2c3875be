import ndarray, { type NdArray } from 'ndarray';
import { toLabelBytes } from '../data/pixels';
import type { Image } from './imageTrace';
import { paletteColour } from './palette';

/**
 * A label map as an image: label k in colour k of the palette, the colours of `labelFigure`.
 *
 * @param labels `[H, W]`, whole numbers 0–255.
 * @returns `[H, W, 3]`, 0–1.
 * @throws on other shapes and numbers.
 */
export function paintLabels(labels: Image): NdArray<Float32Array> {
  const { height, width, data } = toLabelBytes('paintLabels', labels);
  const colours = new Float32Array(3 * data.length);
  for (const [i, label] of data.entries()) {
    colours.set(
      paletteColour(label).map((byte) => byte / 255),
      3 * i,
    );
  }
  return ndarray(colours, [height, width, 3]);
}
