import type { Data, NdArray } from 'ndarray';
import { type ColorRule, mapColors } from './mapColors';

const hsv: ColorRule = (red, green, blue, target, at) => {
  const value = Math.max(red, green, blue);
  const chroma = value - Math.min(red, green, blue);
  let sixths = 0;
  if (chroma > 0) {
    // Where two channels are equally large, the first of red, green and blue decides; the hue is the same.
    if (value === red) sixths = (green - blue) / chroma;
    else if (value === green) sixths = 2 + (blue - red) / chroma;
    else sixths = 4 + (red - green) / chroma;
  }
  target[at] = (sixths < 0 ? sixths + 6 : sixths) / 6;
  target[at + 1] = value > 0 ? chroma / value : 0;
  target[at + 2] = value;
};

/**
 * Hue, saturation and value of an image (Smith 1978): V = max(R, G, B), S = (V − min(R, G, B)) / V, and the hue is an angle, as a share
 * of the full turn: red 0, green 1/3, blue 2/3. Grays have hue 0, black has saturation 0.
 *
 * @param image `[H, W, 3]`, 0–1.
 * @returns `[H, W, 3]` float32, each 0–1.
 * @throws on another shape.
 */
export function rgbToHsv(image: NdArray<Data<number>>): NdArray<Float32Array> {
  return mapColors('rgbToHsv', image, hsv);
}
