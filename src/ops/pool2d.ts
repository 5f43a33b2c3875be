import * as kernels from '../../kernels/pool2d';
import { checkRank, resolvePair, show } from '../shape/shape';
import type { Pair, Shape } from '../shape/types';
import { withGradient } from '../tensor/autograd';
import { applyKernel, type Tensor } from '../tensor/tensor';

/** The window of a pooling operation. */
export interface Pool2dOptions {
  /** Height and width of the window, in pixels. */
  size: Pair;
  /** Pixels from one window to the next; the window's size by default. */
  stride?: Pair;
  /** Cells around the image that windows may cover, at most half a window; they never win a maximum. */
  padding?: Pair;
}

/** Checks the settings of a pooling operation; the result holds what its kernels need as constants. */
export function pool2dShape(operation: string, x: Shape, { size, stride = size, padding = 0 }: Pool2dOptions) {
  checkRank(operation, 'x', x, 4, '[N, H, W, C]');
  const [kernelHeight, kernelWidth] = resolvePair(operation, 'size', size, 1);
  const [strideY, strideX] = resolvePair(operation, 'stride', stride, 1);
  const [padY, padX] = resolvePair(operation, 'padding', padding, 0);
  if (padY * 2 > kernelHeight || padX * 2 > kernelWidth) {
    throw new Error(
      `${operation}: expected padding of at most half a window, got [${padY}, ${padX}] with size [${kernelHeight}, ${kernelWidth}]`,
    );
  }
  const [batch, height, width, channels] = x;
  const outHeight = Math.floor((height + 2 * padY - kernelHeight) / strideY) + 1;
  const outWidth = Math.floor((width + 2 * padX - kernelWidth) / strideX) + 1;
  if (outHeight < 1 || outWidth < 1 || height < 1 || width < 1) {
    throw new Error(
      `${operation}: expected an image at least as large as the window, got ${show(x)} with size [${kernelHeight}, ${kernelWidth}]`,
    );
  }
  return {
    shape: [batch, outHeight, outWidth, channels],
    inGrid: [channels, width, batch * height],
    outGrid: [channels, outWidth, batch * outHeight],
    constants: {
      height,
      width,
      channels,
      outHeight,
      outWidth,
      kernelHeight,
      kernelWidth,
      strideY,
      strideX,
      padY,
      padX,
    },
  };
}

/**
 * The largest element of each window, and where it stood; unpooling and the gradient need the place.
 * @param x `[N, H, W, C]`.
 * @returns `output` `[N, H', W', C]`, and `indices` of the same shape: row · W + column within the image, the first of equal ones. NaN
 * counts as more than any number, and of several the last wins, as in PyTorch; WebGPU may overlook it.
 * @throws on other shapes, and where a setting is out of range or no window fits into the padded image.
 */
export function maxPool2dWithIndices(x: Tensor, options: Pool2dOptions): { output: Tensor; indices: Tensor } {
  const { shape, inGrid, outGrid: grid, constants } = pool2dShape('maxPool2d', x.shape, options);
  const indices = applyKernel(kernels.maxPool2dIndices, { inputs: [x], shape, grid, constants });
  const output = withGradient(
    applyKernel(kernels.maxPool2d, { inputs: [x], shape, grid, constants }),
    'maxPool2d',
    [x],
    [
      // Only the winner moves the maximum, so only it gets the gradient.
      (g) => applyKernel(kernels.maxPool2dGradient, { inputs: [indices, g], shape: x.shape, grid: inGrid, constants }),
    ],
  );
  return { output, indices };
}

/**
 * The largest element of each window.
 * @param x `[N, H, W, C]`.
 * @returns `[N, H', W', C]` with H' = ⌊(H + 2p − size) / stride⌋ + 1.
 * @throws on other shapes, and where a setting is out of range or no window fits into the padded image.
 */
export function maxPool2d(x: Tensor, options: Pool2dOptions): Tensor {
  return maxPool2dWithIndices(x, options).output;
}

/** Settings of {@link avgPool2d}. */
export interface AvgPool2dOptions extends Pool2dOptions {
  /** Whether the zeros of the padding count in the average, as PyTorch's default has it. */
  countIncludePad?: boolean;
}

/**
 * The mean of each window.
 * @param x `[N, H, W, C]`.
 * @returns `[N, H', W', C]` as of {@link maxPool2d}.
 * @throws on other shapes, and where a setting is out of range or no window fits into the padded image.
 */
export function avgPool2d(x: Tensor, { countIncludePad = true, ...options }: AvgPool2dOptions): Tensor {
  const { shape, inGrid, outGrid: grid, constants: window } = pool2dShape('avgPool2d', x.shape, options);
  const constants = { ...window, countPad: countIncludePad ? 1 : 0 };
  return withGradient(
    applyKernel(kernels.avgPool2d, { inputs: [x], shape, grid, constants }),
    'avgPool2d',
    [x],
    [
      // Each of n cells moves the mean by 1/n.
      (g) => applyKernel(kernels.avgPool2dGradient, { inputs: [g], shape: x.shape, grid: inGrid, constants }),
    ],
  );
}
