import ndarray, { type NdArray } from 'ndarray';
import { clipBoxes } from '../boxes/clipBoxes';
import { checkArray } from '../checks/arrays';
import { checkOptions, type OptionKinds } from '../checks/options';
import { isRecord } from '../checks/record';
import { shown } from '../checks/shown';
import type { ImageSize } from '../shape/types';

/** The size that images are brought to. */
export interface PlacementOptions {
  /** Rows of the result, px. */
  height: number;
  /** Columns of the result, px. */
  width: number;
  /**
   * Whether an image keeps its shape (true): it is enlarged or shrunk until it just fits, and gray bars fill the rest. If not, it is
   * stretched.
   */
  letterbox?: boolean;
}

/** {@link PlacementOptions} for `checkOptions`. */
export const placementKinds: OptionKinds<PlacementOptions> = { height: 'any', width: 'any', letterbox: 'flag' };

/** Where an image came to lie in another: pixel x went to `left + x · width / from.width`, and y likewise. */
export interface Placement {
  /** The image's own size, px. */
  from: ImageSize;
  /** Size of the whole that it lies in, bars included, px. */
  to: ImageSize;
  /** Its left edge in the whole, px, whole. */
  left: number;
  /** Its upper edge in the whole, px, whole. */
  top: number;
  /** Its width in the whole, px, whole. */
  width: number;
  /** Its height in the whole, px, whole. */
  height: number;
}

/**
 * Where an image lies once it has been brought to another size; letterboxed in the middle, its sides rounded to whole px.
 * @param from the image's size, px.
 * @throws unless all sides are whole numbers from 1 to 65535.
 */
export function placeImage(from: ImageSize, options: PlacementOptions): Placement {
  const { height, width, letterbox = true } = checkOptions('placeImage', options, placementKinds);
  if (!isRecord(from)) throw new Error(`placeImage: expected the size { height, width }, got ${shown(from)}`);
  for (const [name, side] of Object.entries({ height, width, 'from.height': from.height, 'from.width': from.width })) {
    if (!(Number.isInteger(side) && side >= 1 && side <= 65535)) {
      throw new Error(`placeImage: expected ${name} a whole number from 1 to 65535, got ${shown(side)}`);
    }
  }
  const scale = Math.min(height / from.height, width / from.width);
  const high = letterbox ? Math.max(1, Math.round(from.height * scale)) : height;
  const wide = letterbox ? Math.max(1, Math.round(from.width * scale)) : width;
  return {
    from: { height: from.height, width: from.width },
    to: { height, width },
    left: Math.floor((width - wide) / 2),
    top: Math.floor((height - high) / 2),
    width: wide,
    height: high,
  };
}

/**
 * Boxes of an image where the image came to lie.
 * @param boxes `[N, 4]` x1, y1, x2, y2 in px of the image. @returns `[N, 4]`, in px of the whole.
 * @throws on other shapes.
 */
export function placeBoxes(boxes: NdArray<Float32Array>, placement: Placement): NdArray<Float32Array> {
  checkPlacement('placeBoxes', placement);
  const { from, left, top, width, height } = placement;
  return mapped('placeBoxes', boxes, (value, axis) =>
    axis === 0 ? left + (value * width) / from.width : top + (value * height) / from.height,
  );
}

/**
 * Boxes that were found in a placed image, in the px of the image itself, cut off at its borders.
 * @param boxes `[N, 4]` x1, y1, x2, y2.
 * @throws on other shapes.
 */
export function restoreBoxes(boxes: NdArray<Float32Array>, placement: Placement): NdArray<Float32Array> {
  checkPlacement('restoreBoxes', placement);
  const { from, left, top, width, height } = placement;
  const own = mapped('restoreBoxes', boxes, (value, axis) =>
    axis === 0 ? ((value - left) * from.width) / width : ((value - top) * from.height) / height,
  );
  return clipBoxes(own, { height: from.height, width: from.width });
}

/** Throws unless a value is a placement, of whole numbers of px. */
function checkPlacement(caller: string, placement: Placement): void {
  const { from, to, left, top, width, height } = isRecord(placement) ? placement : ({} as Placement);
  const sides = [from?.height, from?.width, to?.height, to?.width, width, height];
  const isSide = (side: unknown) => Number.isInteger(side) && (side as number) >= 1 && (side as number) <= 65535;
  if (sides.every(isSide) && Number.isInteger(left) && Number.isInteger(top)) return;
  throw new Error(`${caller}: expected a placement such as placeImage gives, got ${shown(placement)}`);
}

function mapped(
  caller: string,
  boxes: NdArray<Float32Array>,
  move: (value: number, axis: 0 | 1) => number,
): NdArray<Float32Array> {
  checkArray(caller, 'boxes', boxes, '[N, 4]');
  const result = new Float32Array(boxes.size);
  for (let i = 0; i < result.length; i++) result[i] = move(boxes.get(i >> 2, i % 4), (i % 2) as 0 | 1);
  return ndarray(result, [...boxes.shape]);
}

/**
 * A label map that was predicted for a placed image, in the px of the image itself, each from the nearest; bars are left out.
 * @param map `[H, W]`, of the size the image was brought to.
 * @returns `[from.height, from.width]`, the same dtype.
 * @throws where the map has another size.
 */
export function restoreMap<Numbers extends Uint8Array | Int32Array | Float32Array>(
  map: NdArray<Numbers>,
  placement: Placement,
): NdArray<Numbers> {
  checkPlacement('restoreMap', placement);
  const { from, to, left, top, width, height } = placement;
  checkArray('restoreMap', 'a map', map, `[${to.height}, ${to.width}]`);
  const result = new (map.data.constructor as new (size: number) => Numbers)(from.height * from.width);
  const columns = Array.from({ length: from.width }, (_, x) => left + Math.floor(((x + 0.5) * width) / from.width));
  for (let y = 0, pixel = 0; y < from.height; y++) {
    const row = top + Math.floor(((y + 0.5) * height) / from.height);
    for (let x = 0; x < from.width; x++) result[pixel++] = map.get(row, columns[x]);
  }
  return ndarray(result, [from.height, from.width]);
}
