import ndarray, { type NdArray } from 'ndarray';
import { checkOptions } from '../checks/options';
import { toLabelBytes } from '../images/pixels';
import type { Image } from './imageTrace';
import { classColors, paletteColor } from './palette';

/** Settings of {@link paintLabels}. */
export interface PaintLabelsOptions {
  /** By label: sky, grass, ground and the shapes of the scenes have colors of their own, as in every figure. */
  names?: readonly string[];
  /** The label of pixels that do not count, painted gray (none). */
  ignore?: number;
}

/** Of pixels that do not count. */
export const ignoredColor: readonly [number, number, number] = [128, 128, 128];

/**
 * A label map as an image: label k in color k of the palette, the colors of `labelFigure`.
 *
 * @param labels `[H, W]`, whole numbers 0–255.
 * @returns `[H, W, 3]`, 0–1.
 * @throws on other shapes and numbers.
 */
export function paintLabels(labels: Image, options: PaintLabelsOptions = {}): NdArray<Float32Array> {
  checkOptions('paintLabels', options, { names: 'texts', ignore: 'number' });
  const { names = [], ignore } = options;
  const { height, width, data } = toLabelBytes('paintLabels', labels);
  const colorOf = classColors(names);
  const colors = new Float32Array(3 * data.length);
  for (const [i, label] of data.entries()) {
    const color = label === ignore ? ignoredColor : paletteColor(colorOf(label));
    colors.set(
      color.map((byte) => byte / 255),
      3 * i,
    );
  }
  return ndarray(colors, [height, width, 3]);
}
