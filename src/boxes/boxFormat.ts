import type { NdArray } from 'ndarray';
import { type BoxArray, boxArray, readRows } from './boxList';

/**
 * What the four numbers of a box are, in px:
 *
 * - `xyxy`: left, top, right, bottom; the library's own, and VOC's;
 * - `xywh`: left, top, width, height; COCO's;
 * - `cxcywh`: center, width, height; YOLO's, and what the slides mean by (x, y, w, h).
 */
export type BoxFormat = 'xyxy' | 'xywh' | 'cxcywh';

/** What {@link convertBoxes} goes from and to. */
export interface ConvertBoxesOptions {
  /** How the boxes are written (`xyxy`). */
  from?: BoxFormat;
  /** How they shall be written (`xyxy`). */
  to?: BoxFormat;
}

/** Where the left edge lies, as a share of the width before the first number. */
const anchorOf: Readonly<Record<BoxFormat, number>> = { xyxy: 0, xywh: 0, cxcywh: 0.5 };

function checkFormat(name: string, format: BoxFormat): void {
  if (!Object.hasOwn(anchorOf, format)) {
    throw new Error(`convertBoxes: expected ${name} to be one of ${Object.keys(anchorOf).join(', ')}, got ${format}`);
  }
}

/**
 * The same boxes, written otherwise.
 * @param boxes `[N, 4]` in the format `from`.
 * @returns `[N, 4]` in the format `to`.
 * @throws on other shapes, numbers that are not finite, and boxes of negative width or height.
 */
export function convertBoxes(
  boxes: BoxArray,
  { from = 'xyxy', to = 'xyxy' }: ConvertBoxesOptions,
): NdArray<Float32Array> {
  checkFormat('from', from);
  checkFormat('to', to);
  const { count, corners } = readRows('convertBoxes', boxes);
  const result = new Float32Array(corners.length);
  for (let i = 0; i < 4 * count; i += 4) {
    for (let axis = i; axis < i + 2; axis++) {
      const size = from === 'xyxy' ? corners[axis + 2] - corners[axis] : corners[axis + 2];
      if (size < 0) {
        const side = axis === i ? 'width' : 'height';
        throw new Error(`convertBoxes: expected boxes of ${side} ≥ 0, got ${size} at ${i >> 2}`);
      }
      // In double precision the differences of float32 numbers come back as they were.
      const low = corners[axis] - anchorOf[from] * size;
      const high = from === 'xyxy' ? corners[axis + 2] : low + size;
      result[axis] = low + anchorOf[to] * size;
      result[axis + 2] = to === 'xyxy' ? high : size;
    }
  }
  return boxArray(result);
}
