import type { NdArray } from 'ndarray';
import { checkPositive } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import type { ImageSize } from '../shape/types';
import { type BoxArray, type BoxFormatOptions, boxArray, formatOption, readBoxes, rewritten } from './boxList';

/**
 * The parts of boxes that lie in the image: x limited to [0, width], y to [0, height]. Of a box outside remains an edge or a corner,
 * without area; the number of boxes stays.
 * @param boxes `[N, 4]`, x1, y1, x2, y2 in px, or as `format` says.
 * @returns `[N, 4]` in the same format.
 * @throws on other shapes, numbers that are not finite, and boxes inside out.
 */
export function clipBoxes(boxes: BoxArray, options: ImageSize & BoxFormatOptions): NdArray<Float32Array> {
  const {
    height,
    width,
    format = 'xyxy',
  } = checkOptions('clipBoxes', options, { height: 'any', width: 'any', ...formatOption });
  checkPositive('clipBoxes', 'height', height);
  checkPositive('clipBoxes', 'width', width);
  const { corners } = readBoxes('clipBoxes', boxes, 'boxes', format);
  for (let i = 0; i < corners.length; i++) corners[i] = Math.min(i % 2 === 0 ? width : height, Math.max(0, corners[i]));
  return boxArray(rewritten('clipBoxes', corners, { from: 'xyxy', to: format }));
}
