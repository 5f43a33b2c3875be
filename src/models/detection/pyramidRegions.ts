import type { NdArray } from 'ndarray';
import { type LevelOptions, levelOf } from '../../boxes/levelOf';
import { add, multiply } from '../../ops/elementwise';
import type { LazyRegions } from '../../ops/regions';
import { reshape } from '../../ops/reshape';
import { type RoiAlignOptions, roiAlign } from '../../ops/roiAlign';
import { slice } from '../../ops/slice';
import type { Tensor } from '../../tensor/tensor';
import type { Feature } from '../contract';

/**
 * The level of each region as rows of 0 and 1, `[R, levels]`.
 * @param boxes `[R, 4]`, px.
 */
export function levelRows(boxes: NdArray<Float32Array>, options: LevelOptions): Float32Array {
  const rows = new Float32Array(boxes.shape[0] * options.levels);
  for (const [r, level] of levelOf(boxes, options).entries()) rows[r * options.levels + level] = 1;
  return rows;
}

/**
 * RoI Align from the level of a pyramid that each region belongs to. Every region is pooled from every level and counts at its own: what
 * a region's level is may be decided in the middle of a step, and the shapes, and with them the compiled plan, stay.
 * @param features all levels, the finest first. @param levels `[R, levels]` of {@link levelRows}. @returns `[R, size, size, C]`.
 */
export function roiAlignLevels(
  features: readonly Feature[],
  regions: LazyRegions,
  levels: Tensor,
  options: Omit<RoiAlignOptions, 'stride'>,
): Tensor {
  const [count] = levels.shape;
  return features
    .map(({ tensor, stride }, i) => {
      const own = reshape(slice(levels, { start: [0, i], end: [count, i + 1] }), [count, 1, 1, 1]);
      return multiply(roiAlign(tensor, regions, { ...options, stride }), own);
    })
    .reduce((sum, pooled) => add(sum, pooled));
}
