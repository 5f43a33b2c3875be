import * as kernels from '../../kernels/roiPool';
import { checkTensor } from '../checks/arguments';
import { checkOptions } from '../checks/options';
import { withGradient } from '../tensor/autograd';
import { applyKernel, type Tensor, zeros } from '../tensor/tensor';
import { checkIndexed } from './indices';
import { areInTurn, type LazyRegions, type RegionOptions, regionShape, regionTensors } from './regions';

/**
 * Regions of a feature map as small maps of one size, by rounding (Girshick 2015, Fast R-CNN, section 2.1).
 *
 * The region is rounded to whole cells, cut into bins, these are rounded outwards to whole cells, and a bin is the maximum of its
 * cells, NaN more than any number; a bin outside of the map is 0.
 * @param features `[N, H, W, C]`.
 * @returns `[R, rows, columns, C]`. The gradient goes to the features alone.
 * @throws on other shapes, on boxes inside out, and on images that are not there.
 */
export function roiPool(features: Tensor, regions: LazyRegions, options: RegionOptions): Tensor {
  checkTensor('roiPool', 'features', features);
  checkOptions('roiPool', options, { size: 'any', stride: 'any' });
  const {
    shape,
    outGrid: grid,
    inGrid,
    constants: sizes,
    scale,
  } = regionShape('roiPool', features.shape, regions, options);
  checkIndexed('roiPool', sizes.height * sizes.width);
  if (shape[0] === 0) return zeros(shape);
  const { corners, owners } = regionTensors(regions);
  const { regions: count, ...constants } = sizes;
  const indices = applyKernel(kernels.roiPoolIndices, {
    inputs: [features, corners, owners],
    shape,
    grid,
    constants,
    scalars: { scale },
  });
  const batch = features.shape[0];
  /** Which bins of each region hold the cells along one axis of `images` maps that belong to the regions as `own` says. */
  const holders = (axis: 0 | 1, bins: number, cells: number, images: number, own: Tensor) =>
    applyKernel(kernels.roiPoolBins, {
      inputs: [corners, own],
      shape: [count, images * cells, 2],
      constants: { axis, bins, cells },
      scalars: { scale },
    });
  return withGradient(
    applyKernel(kernels.roiPool, { inputs: [features, indices, owners], shape, grid, constants }),
    'roiPool',
    [features],
    [
      // Only the winner moves the maximum; a cell may have won in several bins.
      (g) => {
        const { height, width, outHeight, outWidth } = constants;
        const rows = holders(1, outHeight, height, batch, owners);
        const columns = holders(0, outWidth, width, 1, zeros([count]));
        const inTurn = areInTurn(regions.images, batch);
        const [each, stride] = inTurn ? [count / batch, count / batch] : [count, 0];
        return applyKernel(kernels.roiPoolGradient, {
          inputs: [g, indices, rows, columns],
          shape: features.shape,
          grid: inGrid,
          constants: { ...constants, rows: batch * height, each, stride },
        });
      },
    ],
  );
}
