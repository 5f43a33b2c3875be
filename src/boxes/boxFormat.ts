import type { NdArray } from 'ndarray';
import { checkOptions } from '../checks/options';
import { type BoxArray, type BoxFormat, boxArray, checkFormat, readRows, rewritten } from './boxList';

/** What {@link convertBoxes} goes from and to. */
export interface ConvertBoxesOptions {
  /** How the boxes are written (`xyxy`). */
  from?: BoxFormat;
  /** How they are to be written (`xyxy`). */
  to?: BoxFormat;
}

/**
 * The same boxes, written otherwise.
 * @param boxes `[N, 4]` in the format `from`.
 * @returns `[N, 4]` in the format `to`.
 * @throws on other shapes, numbers that are not finite, and boxes of negative width or height.
 */
export function convertBoxes(boxes: BoxArray, options: ConvertBoxesOptions): NdArray<Float32Array> {
  const { from = 'xyxy', to = 'xyxy' } = checkOptions('convertBoxes', options, { from: 'any', to: 'any' });
  checkFormat('convertBoxes', 'from', from);
  checkFormat('convertBoxes', 'to', to);
  const { corners } = readRows('convertBoxes', boxes);
  return boxArray(rewritten('convertBoxes', corners, { from, to }));
}
