import ndarray, { type NdArray } from 'ndarray';
import { checkPositive } from '../checks/numbers';
import { type BoxArray, readBoxes, readNearBoxes } from './boxList';

/**
 * Areas, (x2 − x1) · (y2 − y1).
 * @param boxes `[N, 4]`.
 * @returns `[N]`, px²; 0 where a box has no width or no height.
 * @throws on other shapes, numbers that are not finite or beyond ±2⁶² px, and boxes inside out.
 */
export function boxArea(boxes: BoxArray): NdArray<Float32Array> {
  const { count, corners } = readNearBoxes('boxArea', boxes);
  const areas = Float32Array.from(
    { length: count },
    (_, i) => (corners[4 * i + 2] - corners[4 * i]) * (corners[4 * i + 3] - corners[4 * i + 1]),
  );
  return ndarray(areas, [count]);
}

/**
 * Which boxes are not too small: both sides longer than `side`. A proposal of two pixels shows a classifier nothing.
 * @param boxes `[N, 4]`. @param options side: px, ≥ 0.
 * @returns their rows, ascending.
 * @throws on other shapes, numbers that are not finite, and boxes inside out.
 */
export function largeBoxes(boxes: BoxArray, { side }: { side: number }): number[] {
  if (side !== 0) checkPositive('largeBoxes', 'side', side);
  const { count, corners } = readBoxes('largeBoxes', boxes);
  return Array.from({ length: count }, (_, i) => i).filter(
    (i) => corners[4 * i + 2] - corners[4 * i] > side && corners[4 * i + 3] - corners[4 * i + 1] > side,
  );
}
