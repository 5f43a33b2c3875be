import * as kernels from '../../kernels/roiAlign';
import { withGradient } from '../tensor/autograd';
import { applyKernel, type Tensor, zeros } from '../tensor/tensor';
import { type RegionOptions, type Regions, regionShape, regionTensors } from './regions';

/** Settings of {@link roiAlign}. */
export interface RoiAlignOptions extends RegionOptions {
  /** Points per bin along each axis (2). */
  samples?: number;
  /**
   * Whether pixel centres lie at half numbers (true), as they should; false shifts everything by half a cell, and makes regions at
   * least one cell large, as the first implementations did.
   */
  aligned?: boolean;
}

/**
 * Regions of a feature map as small maps of one size, without any rounding (He et al. 2017, Mask R-CNN, section 3).
 *
 * The region is cut into bins; a bin is the mean of samples² points of it; the value at a point (x, y) is
 * Σ f(i, j) · max(0, 1 − |x − i|) · max(0, 1 − |y − j|) over the four cells around it.
 * @param features `[N, H, W, C]`.
 * @returns `[R, rows, columns, C]`. The gradient goes to the features alone.
 * @throws on other shapes, on boxes inside out, and on pictures that are not there.
 */
export function roiAlign(
  features: Tensor,
  regions: Regions,
  { samples = 2, aligned = true, ...options }: RoiAlignOptions,
): Tensor {
  const { shape, outGrid, inGrid, constants: sizes, scale } = regionShape('roiAlign', features.shape, regions, options);
  if (!(Number.isInteger(samples) && samples >= 1)) {
    throw new Error(`roiAlign: expected samples of 1 or more, got ${samples}`);
  }
  if (shape[0] === 0) return zeros(shape);
  const { corners, owners } = regionTensors(regions);
  const { regions: count, ...windows } = sizes;
  const constants = { ...windows, samples };
  const scalars = { scale, shift: aligned ? 0.5 : 0, leastSide: aligned ? 0 : 1 };
  /** What the points of each bin read along one axis, `[R, bins, cells]`. */
  const weights = (axis: 0 | 1, bins: number, cells: number) =>
    applyKernel(kernels.roiAlignWeights, {
      inputs: [corners],
      shape: [count, bins, cells],
      constants: { axis, bins, cells, samples },
      scalars,
    });
  return withGradient(
    applyKernel(kernels.roiAlign, { inputs: [features, corners, owners], shape, grid: outGrid, constants, scalars }),
    'roiAlign',
    [features],
    [
      // Each point hands its share of the bin's gradient back to the four cells that it was read from, by the same weights.
      (g) =>
        applyKernel(kernels.roiAlignGradient, {
          inputs: [
            g,
            weights(1, windows.outHeight, windows.height),
            weights(0, windows.outWidth, windows.width),
            owners,
          ],
          shape: features.shape,
          grid: inGrid,
          constants: sizes,
        }),
    ],
  );
}
