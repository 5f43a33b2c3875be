import * as kernels from '../../kernels/roiAlign';
import { checkTensor } from '../checks/arguments';
import { checkOptions } from '../checks/options';
import { shown } from '../checks/shown';
import { withGradient } from '../tensor/autograd';
import { applyKernel, type Tensor, zeros } from '../tensor/tensor';
import { matmul } from './matmul';
import { sum } from './reduce';
import { areInTurn, type LazyRegions, type RegionOptions, regionShape, regionTensors } from './regions';
import { reshape } from './reshape';

/** Points along a side of a bin beyond which no result changes any more. */
const mostSamples = 1024;

/** Settings of {@link roiAlign}. */
export interface RoiAlignOptions extends RegionOptions {
  /** Points per bin along each axis (2), or `adaptive`: as many as the bin has cells, rounded up, torchvision's default. */
  samples?: number | 'adaptive';
  /**
   * Whether pixel centers lie at half numbers (true), as they should; false shifts everything by half a cell, and makes regions at
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
 * @param regions boxes `[R, 4]`; those in a tensor get a gradient, as the points move with their corners.
 * @returns `[R, rows, columns, C]`.
 * @throws on other shapes, on boxes inside out, and on images that are not there.
 */
export function roiAlign(features: Tensor, regions: LazyRegions, settings: RoiAlignOptions): Tensor {
  checkTensor('roiAlign', 'features', features);
  const kinds = { size: 'any', stride: 'any', samples: 'any', aligned: 'flag' } as const;
  const { samples = 2, aligned = true, ...options } = checkOptions('roiAlign', settings, kinds);
  const { shape, outGrid, constants: sizes, scale } = regionShape('roiAlign', features.shape, regions, options);
  if (samples !== 'adaptive' && !(Number.isInteger(samples) && samples >= 1 && samples <= mostSamples)) {
    throw new Error(`roiAlign: expected samples from 1 to ${mostSamples}, or adaptive, got ${shown(samples)}`);
  }
  const points = samples === 'adaptive' ? 0 : samples;
  if (shape[0] === 0) return zeros(shape);
  const { corners, owners } = regionTensors(regions);
  const { regions: count, ...windows } = sizes;
  const [batch, height, width, channels] = features.shape;
  const constants = { ...windows, samples: points };
  const scalars = { scale, shift: aligned ? 0.5 : 0, leastSide: aligned ? 0 : 1 };
  /** What the points of each bin read along one axis of `images` maps that belong to the regions as `own` says. */
  const weights = (axis: 0 | 1, bins: number, cells: number, images: number, own: Tensor) =>
    applyKernel(kernels.roiAlignWeights, {
      inputs: [corners, own],
      shape: [count, bins, images * cells],
      constants: { axis, bins, cells, samples: points },
      scalars,
    });
  return withGradient(
    applyKernel(kernels.roiAlign, { inputs: [features, corners, owners], shape, grid: outGrid, constants, scalars }),
    'roiAlign',
    [features, corners],
    [
      // Each point hands its share of the bin's gradient back to the four cells that it was read from, by the same weights: first along
      // the columns, which are alike in all images, and then along the rows of its own image, as a product of matrices.
      (g) => {
        const columns = weights(0, windows.outWidth, width, 1, zeros([count]));
        const spread = applyKernel(kernels.roiAlignSpread, {
          inputs: [g, columns],
          shape: [count * windows.outHeight, width, channels],
          constants: windows,
        });
        // One product for each image where they have equally many regions, one after the other; else one for all, mostly of zeros.
        const products = areInTurn(regions.images, batch) ? batch : 1;
        const maps = batch / products;
        const rows = weights(1, windows.outHeight, height, maps, maps === 1 ? zeros([count]) : owners);
        const bins = (count * windows.outHeight) / products;
        const sums = matmul(
          reshape(rows, [products, bins, maps * height]),
          reshape(spread, [products, bins, width * channels]),
          { transposeA: true },
        );
        return reshape(sums, features.shape);
      },
      // Moving a corner moves the points of every bin along the slopes of the map.
      (g) => {
        const slopes = applyKernel(kernels.roiAlignBoxGradient, {
          inputs: [features, corners, owners, g],
          shape: [count, windows.outHeight * windows.outWidth, 4],
          constants,
          scalars,
        });
        return sum(slopes, { axes: 1 });
      },
    ],
  );
}
