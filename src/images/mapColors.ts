import type { Data, NdArray } from 'ndarray';
import ndarray from 'ndarray';
import { checkArray } from '../checks/arrays';

/** Writes the new color of red, green and blue into `target[at]`, `target[at + 1]`, `target[at + 2]`. */
export type ColorRule = (red: number, green: number, blue: number, target: Float32Array, at: number) => void;

/**
 * Recolors each pixel by itself.
 * @param image `[H, W, 3]`.
 * @returns `[H, W, 3]` float32.
 * @throws `<caller>: …` on another shape.
 */
export function mapColors(caller: string, image: NdArray<Data<number>>, rule: ColorRule): NdArray<Float32Array> {
  checkArray(caller, 'an image', image, '[H, W, 3]');
  const [height, width] = image.shape;
  const colors = new Float32Array(height * width * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      rule(Number(image.get(y, x, 0)), Number(image.get(y, x, 1)), Number(image.get(y, x, 2)), colors, at);
    }
  }
  return ndarray(colors, [height, width, 3]);
}
