import * as kernels from '../../kernels/adaptivePool2d';
import { checkTensor } from '../checks/arguments';
import { checkOptions } from '../checks/options';
import { checkRank, checkShape, resolvePair, show } from '../shape/shape';
import type { Pair, Shape } from '../shape/types';
import { withGradient } from '../tensor/autograd';
import { applyKernel, type Tensor, tensor } from '../tensor/tensor';
import { checkIndexed } from './indices';
import { avgPool2d, maxPool2dWithIndices } from './pool2d';
import { mean } from './reduce';

/** What comes out of adaptive pooling. */
export interface AdaptivePool2dOptions {
  /** Rows and columns of the result, whatever the image's size. */
  size: Pair;
}

/** How one axis is cut: the cells of each bin, and the bins that hold each cell, as `[first, end]`. */
interface Cut {
  bins: readonly (readonly [number, number])[];
  holders: readonly (readonly [number, number])[];
}

/** Bin i reaches from ⌊i · cells / bins⌋ to ⌈(i + 1) · cells / bins⌉. */
function cut(cells: number, bins: number): Cut {
  const ranges = (count: number, of: number) =>
    Array.from({ length: count }, (_, i) => [Math.floor((i * of) / count), Math.ceil(((i + 1) * of) / count)] as const);
  // Seen from a cell, the bins are cut in the same way.
  return { bins: ranges(bins, cells), holders: ranges(cells, bins) };
}

/** Checks the settings of adaptive pooling: the result's shape, how both axes are cut, and the kernels' constants. */
export function adaptivePool2dShape(operation: string, x: Shape, options: AdaptivePool2dOptions) {
  const { size } = checkOptions(operation, options, { size: 'any' });
  checkRank(operation, 'x', x, 4, '[N, H, W, C]');
  const [outHeight, outWidth] = resolvePair(operation, 'size', size, 1);
  const [batch, height, width, channels] = x;
  if (height < 1 || width < 1) throw new Error(`${operation}: expected an image with pixels, got ${show(x)}`);
  checkShape(operation, [batch, outHeight, outWidth, channels]);
  return {
    shape: [batch, outHeight, outWidth, channels],
    rows: cut(height, outHeight),
    columns: cut(width, outWidth),
    inGrid: [channels, width, batch * height],
    outGrid: [channels, outWidth, batch * outHeight],
    constants: { height, width, channels, outHeight, outWidth },
  };
}

/** Bins of one size side by side are the windows of an ordinary pooling: their size, null where they are not. */
function evenWindow({ constants }: ReturnType<typeof adaptivePool2dShape>): [number, number] | null {
  const { height, width, outHeight, outWidth } = constants;
  return height % outHeight || width % outWidth ? null : [height / outHeight, width / outWidth];
}

const table = (ranges: Cut['bins']) => tensor(Float32Array.from(ranges.flat()));

/**
 * The mean of each bin of an image that is cut into `size` bins, so that images of any size give features of one (Lazebnik, Schmid and
 * Ponce 2006); size 1 is the mean of the whole image.
 *
 * Bin (r, c) holds the rows from ⌊r · H / H'⌋ to ⌈(r + 1) · H / H'⌉ and the columns alike. Where H' does not divide H, neighbors share a row.
 * @param x `[N, H, W, C]`. @returns `[N, H', W', C]`, H' and W' of `size`.
 * @throws on other shapes, and where the image has no pixel.
 */
export function adaptiveAvgPool2d(x: Tensor, options: AdaptivePool2dOptions): Tensor {
  checkTensor('adaptiveAvgPool2d', 'x', x);
  const pooling = adaptivePool2dShape('adaptiveAvgPool2d', x.shape, options);
  const { shape, rows, columns, inGrid, outGrid, constants } = pooling;
  if (constants.outHeight === 1 && constants.outWidth === 1) return mean(x, { axes: [1, 2], keepDims: true });
  const size = evenWindow(pooling);
  if (size) return avgPool2d(x, { size });
  const bins = [table(rows.bins), table(columns.bins)];
  return withGradient(
    applyKernel(kernels.adaptiveAvgPool2d, { inputs: [x, ...bins], shape, grid: outGrid, constants }),
    'adaptiveAvgPool2d',
    [x],
    [
      // Each of n cells moves the mean of its bin by 1/n.
      (g) =>
        applyKernel(kernels.adaptiveAvgPool2dGradient, {
          inputs: [g, ...bins, table(rows.holders), table(columns.holders)],
          shape: x.shape,
          grid: inGrid,
          constants,
        }),
    ],
  );
}

/**
 * The largest element of each bin of {@link adaptiveAvgPool2d}, and where it stood.
 * @param x `[N, H, W, C]`.
 * @returns `output` `[N, H', W', C]`, and `indices` of the same shape: row · W + column within the image, the first of equal ones. NaN
 * counts as more than any number, and of several the last wins, as in PyTorch; WebGPU may overlook it.
 * @throws on other shapes, and where the image has no pixel.
 */
export function adaptiveMaxPool2dWithIndices(
  x: Tensor,
  options: AdaptivePool2dOptions,
): { output: Tensor; indices: Tensor } {
  checkTensor('adaptiveMaxPool2d', 'x', x);
  const pooling = adaptivePool2dShape('adaptiveMaxPool2d', x.shape, options);
  const { shape, rows, columns, inGrid, outGrid: grid, constants } = pooling;
  checkIndexed('adaptiveMaxPool2d', constants.height * constants.width);
  const size = evenWindow(pooling);
  if (size) return maxPool2dWithIndices(x, { size });
  const bins = [table(rows.bins), table(columns.bins)];
  const indices = applyKernel(kernels.adaptiveMaxPool2dIndices, { inputs: [x, ...bins], shape, grid, constants });
  const output = withGradient(
    applyKernel(kernels.adaptiveMaxPool2d, { inputs: [x, indices], shape, grid, constants }),
    'adaptiveMaxPool2d',
    [x],
    [
      // Only the winner moves the maximum; a cell that two bins share may have won in both.
      (g) =>
        applyKernel(kernels.adaptiveMaxPool2dGradient, {
          inputs: [g, indices, table(rows.holders), table(columns.holders)],
          shape: x.shape,
          grid: inGrid,
          constants,
        }),
    ],
  );
  return { output, indices };
}

/**
 * The largest element of each bin of {@link adaptiveAvgPool2d}.
 * @param x `[N, H, W, C]`. @returns `[N, H', W', C]`, H' and W' of `size`.
 * @throws on other shapes, and where the image has no pixel.
 */
export function adaptiveMaxPool2d(x: Tensor, options: AdaptivePool2dOptions): Tensor {
  return adaptiveMaxPool2dWithIndices(x, options).output;
}
