import type { Data, NdArray } from 'ndarray';
import { type ColorRule, mapColors } from './mapColors';

/** The light of an sRGB number (IEC 61966-2-1). */
const linear = (number: number) => (number > 0.04045 ? ((number + 0.055) / 1.055) ** 2.4 : number / 12.92);

/** Cube root, and a line near black, where the root would be too steep. */
const response = (light: number) => (light > 0.008856 ? Math.cbrt(light) : 7.787 * light + 16 / 116);

const lab: ColorRule = (red, green, blue, target, at) => {
  const [r, g, b] = [linear(red), linear(green), linear(blue)];
  // CIE XYZ over that of daylight (D65, 2° observer).
  const x = response((0.412453 * r + 0.35758 * g + 0.180423 * b) / 0.95047);
  const y = response(0.212671 * r + 0.71516 * g + 0.072169 * b);
  const z = response((0.019334 * r + 0.119193 * g + 0.950227 * b) / 1.08883);
  target[at] = 116 * y - 16;
  target[at + 1] = 500 * (x - y);
  target[at + 2] = 200 * (y - z);
};

/**
 * CIE L*a*b* (1976) of an sRGB image, in which equal distances look about equally large: lightness L from 0 to 100, a from green
 * (negative) to red, b from blue (negative) to yellow; within sRGB a lies in −86…98 and b in −108…94.
 *
 * @param image `[H, W, 3]`, 0–1.
 * @returns `[H, W, 3]` float32.
 * @throws on another shape.
 */
export function rgbToLab(image: NdArray<Data<number>>): NdArray<Float32Array> {
  return mapColors('rgbToLab', image, lab);
}
