import type { NdArray } from 'ndarray';
import { checkList } from '../checks/arguments';
import { checkCount, checkPositive } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { checkShape } from '../shape/shape';
import { type AnchorShape, checkAnchorShapes, checkSidesInPixels } from './anchorShape';
import { boxArray } from './boxList';

/** Settings of {@link anchors}. */
export interface AnchorOptions {
  /** Rows of cells of the feature map. */
  height: number;
  /** Columns of cells of the feature map. */
  width: number;
  /** Pixels of the image from one cell to the next. */
  stride: number;
  /** Sides of the square anchors, px; of the others, the root of the area. */
  sizes?: readonly number[];
  /** Width over height (1), for each of the sizes. */
  ratios?: readonly number[];
  /** Widths and heights in px instead of sizes and ratios: those of `anchorKMeans`, for instance. */
  shapes?: readonly AnchorShape[];
}

/** Widths and heights of the anchors of one cell. */
function shapesOf({ sizes, ratios, shapes }: AnchorOptions): readonly AnchorShape[] {
  if (shapes) {
    if (sizes || ratios) throw new Error('anchors: expected either shapes, or sizes and ratios, got both');
    if (shapes.length === 0) throw new Error('anchors: expected at least one of the shapes, got none');
    checkAnchorShapes('anchors', shapes, 'shapes');
    return shapes;
  }
  if (!sizes) throw new Error('anchors: expected sizes or shapes, got neither');
  const among = ratios ?? [1];
  for (const [name, list] of Object.entries({ sizes, ratios: among })) {
    checkList('anchors', name, list, 'numbers');
    if (list.length === 0) throw new Error(`anchors: expected at least one of the ${name}, got none`);
    for (const value of list) checkPositive('anchors', name, value);
  }
  checkSidesInPixels('anchors', 'sizes', sizes);
  return sizes.flatMap((size) => among.map((ratio) => [size * Math.sqrt(ratio), size / Math.sqrt(ratio)] as const));
}

/**
 * A grid of boxes: around the center of every cell of a feature map, one for each size and ratio. Cell (y, x) has its center at
 * ((x + ½) · stride, (y + ½) · stride) in the image; an anchor of size s and ratio r is s√r wide and s/√r high. Those at the edge reach
 * beyond the image.
 *
 * @returns `[height · width · A, 4]` x1, y1, x2, y2 in px, A = sizes · ratios: row (y · width + x) · A + size · ratios + ratio, the order
 * of a prediction `[N, H, W, A · 4]` reshaped to `[N, H · W · A, 4]`. Of shapes: row (y · width + x) · A + shape.
 * @throws on sizes, ratios, shapes and strides that are not above 0, on shapes together with sizes or ratios, and on a map without cells.
 */
export function anchors(options: AnchorOptions): NdArray<Float32Array> {
  checkOptions('anchors', options, {
    height: 'any',
    width: 'any',
    stride: 'any',
    sizes: 'any',
    ratios: 'any',
    shapes: 'any',
  });
  const { height, width, stride } = options;
  checkCount('anchors', 'height', height, 1);
  checkCount('anchors', 'width', width, 1);
  checkPositive('anchors', 'stride', stride);
  const shapes = shapesOf(options);
  checkShape('anchors', [height, width, shapes.length, 4]);
  const corners = new Float32Array(height * width * shapes.length * 4);
  let place = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [centerX, centerY] = [(x + 0.5) * stride, (y + 0.5) * stride];
      for (const [wide, high] of shapes) {
        corners[place++] = centerX - wide / 2;
        corners[place++] = centerY - high / 2;
        corners[place++] = centerX + wide / 2;
        corners[place++] = centerY + high / 2;
      }
    }
  }
  return boxArray(corners);
}
