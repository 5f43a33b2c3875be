import type { NdArray } from 'ndarray';
import { boxArray, checkCount, checkPositive } from './boxList';

/** Settings of {@link anchors}. */
export interface AnchorOptions {
  /** Cells of the feature map. */
  height: number;
  width: number;
  /** Pixels of the image from one cell to the next. */
  stride: number;
  /** Sides of the square anchors, px; of the others, the root of the area. */
  sizes: readonly number[];
  /** Width over height of the shapes. */
  ratios?: readonly number[];
}

/**
 * A grid of boxes: around the centre of every cell of a feature map, one for each size and ratio. Cell (y, x) has its centre at
 * ((x + ½) · stride, (y + ½) · stride) in the image; an anchor of size s and ratio r is s√r wide and s/√r high. Those at the edge reach
 * beyond the image.
 *
 * @returns `[height · width · A, 4]` x1, y1, x2, y2 in px, A = sizes · ratios: row (y · width + x) · A + size · ratios + ratio, the order
 * of a prediction `[N, H, W, A · 4]` reshaped to `[N, H · W · A, 4]`.
 * @throws on sizes, ratios and strides that are not above 0, and on a map without cells.
 */
export function anchors({ height, width, stride, sizes, ratios = [1] }: AnchorOptions): NdArray<Float32Array> {
  checkCount('anchors', 'height', height, 1);
  checkCount('anchors', 'width', width, 1);
  checkPositive('anchors', 'stride', stride);
  for (const [name, list] of Object.entries({ sizes, ratios })) {
    if (list.length === 0) throw new Error(`anchors: expected at least one of the ${name}, got none`);
    for (const value of list) checkPositive('anchors', name, value);
  }
  const shapes = sizes.flatMap((size) => ratios.map((ratio) => [size * Math.sqrt(ratio), size / Math.sqrt(ratio)]));
  const corners = new Float32Array(height * width * shapes.length * 4);
  let place = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [centreX, centreY] = [(x + 0.5) * stride, (y + 0.5) * stride];
      for (const [wide, high] of shapes) {
        corners[place++] = centreX - wide / 2;
        corners[place++] = centreY - high / 2;
        corners[place++] = centreX + wide / 2;
        corners[place++] = centreY + high / 2;
      }
    }
  }
  return boxArray(corners);
}
