import ndarray, { type NdArray } from 'ndarray';
import { checkPositive } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { type BoxArray, type BoxFormatOptions, formatOption, readBoxes, readNearBoxes } from './boxList';

/**
 * Areas, (x2 − x1) · (y2 − y1).
 * @param boxes `[N, 4]`, x1, y1, x2, y2 in px, or as `format` says.
 * @returns `[N]`, px²; 0 where a box has no width or no height.
 * @throws on other shapes, numbers that are not finite or beyond ±2⁶² px, and boxes inside out.
 */
export function boxArea(boxes: BoxArray, options: BoxFormatOptions = {}): NdArray<Float32Array> {
  const { format } = checkOptions('boxArea', options, formatOption);
  const { count, corners } = readNearBoxes('boxArea', boxes, 'boxes', format);
  const areas = Float32Array.from(
    { length: count },
    (_, i) => (corners[4 * i + 2] - corners[4 * i]) * (corners[4 * i + 3] - corners[4 * i + 1]),
  );
  return ndarray(areas, [count]);
}

/**
 * Which boxes are not too small: both sides longer than `side`. A proposal of two pixels shows a classifier nothing.
 * @param boxes `[N, 4]`. @param options side: px, ≥ 0; format: xyxy.
 * @returns their rows, ascending.
 * @throws on other shapes, numbers that are not finite, and boxes inside out.
 */
export function largeBoxes(boxes: BoxArray, options: { side: number } & BoxFormatOptions): number[] {
  const { side, format } = checkOptions('largeBoxes', options, { side: 'any', ...formatOption });
  if (side !== 0) checkPositive('largeBoxes', 'side', side);
  const { count, corners } = readBoxes('largeBoxes', boxes, 'boxes', format);
  return Array.from({ length: count }, (_, i) => i).filter(
    (i) => corners[4 * i + 2] - corners[4 * i] > side && corners[4 * i + 3] - corners[4 * i + 1] > side,
  );
}
