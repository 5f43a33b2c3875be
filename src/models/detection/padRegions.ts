import ndarray, { type NdArray } from 'ndarray';
import type { Regions } from '../../ops/regions';
import { ownersOf } from './sampleRegions';

/**
 * The regions of several images in one array, `rows` for each: what is missing is filled with boxes without area, so that every
 * batch has the same shapes and runs the same compiled plan.
 * @param boxes `[Rₙ, 4]` of each image, at most `rows`.
 * @returns counts: how many rows of each image are real.
 */
export function padRegions(
  boxes: readonly NdArray<Float32Array>[],
  rows: number,
): { regions: Regions; counts: number[] } {
  const all = new Float32Array(4 * rows * boxes.length);
  for (const [n, list] of boxes.entries()) {
    if (list.shape[0] > rows)
      throw new Error(`padRegions: expected at most ${rows} boxes, got ${list.shape[0]} at ${n}`);
    for (let i = 0; i < 4 * list.shape[0]; i++) all[4 * rows * n + i] = list.get(i >> 2, i & 3);
  }
  return {
    regions: { boxes: ndarray(all, [rows * boxes.length, 4]), images: ownersOf(boxes.length, rows) },
    counts: boxes.map(({ shape }) => shape[0]),
  };
}
