import * as kernels from '../../kernels/pool2d';
import { checkTensor } from '../checks/arguments';
import { checkOptions } from '../checks/options';
import { checkRank, resolvePair, show } from '../shape/shape';
import type { Pair, Shape } from '../shape/types';
import { withGradient } from '../tensor/autograd';
import { applyKernel, type Tensor, tensor } from '../tensor/tensor';
import { checkIndexed } from './indices';
import { type Border, type Padding, reachOf, resolvePadding, showBorders, type WindowWalk } from './padding';

/** The window of a pooling operation. */
export interface Pool2dOptions {
  /** Height and width of the window, in taps. */
  size: Pair;
  /** Pixels from one window to the next; the window's size by default. */
  stride?: Pair;
  /** Cells around the image that windows may cover, at most half a window; they never win a maximum. See {@link Padding}. */
  padding?: Padding<Pair>;
  /** Pixels from one tap of the window to the next (1). */
  dilation?: Pair;
  /** Whether what is left beyond the last whole window gets a window of its own (false). */
  ceilMode?: boolean;
}

/** A pooling window's walk along one axis. */
export const poolKinds = { size: 'any', stride: 'any', padding: 'any', dilation: 'any', ceilMode: 'flag' } as const;

export interface PoolAxis extends WindowWalk, Border {
  /** Windows. */
  outSize: number;
}

/** How many windows an axis has. One that would begin beyond the image and the border before it is left out. */
function countWindows(walk: WindowWalk & Border, ceilMode: boolean): number {
  const { size, stride, before, after } = walk;
  const room = (size + before + after - reachOf(walk)) / stride;
  const windows = (ceilMode ? Math.ceil(room) : Math.floor(room)) + 1;
  return (windows - 1) * stride >= size + before ? windows - 1 : windows;
}

/** How many taps of the window numbered `index` lie on cells `from` … `end` − 1, the image's first being 0. */
function tapsInside({ kernel, stride, dilation, before }: PoolAxis, index: number, from: number, end: number): number {
  const start = index * stride - before;
  const first = Math.max(0, Math.ceil((from - start) / dilation));
  return Math.max(0, Math.min(kernel, Math.ceil((end - start) / dilation)) - first);
}

/** Whether a small image lies between the taps of a window, where these stand apart. */
function hasEmptyWindow(axis: PoolAxis): boolean {
  for (let index = 0; index < axis.outSize; index++) if (tapsInside(axis, index, 0, axis.size) === 0) return true;
  return false;
}

/** Checks the settings of a pooling operation; the result holds what its kernels need as constants. */
export function pool2dShape(operation: string, x: Shape, options: Pool2dOptions) {
  const {
    size,
    stride = size,
    padding = 0,
    dilation = 1,
    ceilMode = false,
  } = checkOptions(operation, options, poolKinds);
  checkRank(operation, 'x', x, 4, '[N, H, W, C]');
  const windows = resolvePair(operation, 'size', size, 1);
  const strides = resolvePair(operation, 'stride', stride, 1);
  const dilations = resolvePair(operation, 'dilation', dilation, 1);
  const walks = [0, 1].map((i) => ({ size: x[i + 1], kernel: windows[i], stride: strides[i], dilation: dilations[i] }));
  const borders = resolvePadding(operation, padding, walks);
  if (borders.some(({ before, after }, i) => 2 * Math.max(before, after) > reachOf(walks[i]))) {
    throw new Error(
      `${operation}: expected padding of at most half a window, got ${showBorders(borders)} with size ${show(windows)}`,
    );
  }
  const axes = walks.map((walk, i): PoolAxis => {
    const placed = { ...walk, ...borders[i] };
    return { ...placed, outSize: countWindows(placed, ceilMode) };
  });
  const [batch, height, width, channels] = x;
  if (axes.some((axis) => axis.outSize < 1 || axis.size < 1)) {
    const apart = dilations.some((step) => step > 1) ? ` and dilation ${show(dilations)}` : '';
    throw new Error(
      `${operation}: expected an image at least as large as the window, got ${show(x)} with size ${show(windows)}${apart}`,
    );
  }
  if (axes.some(hasEmptyWindow)) {
    throw new Error(
      `${operation}: expected every window to meet a pixel, got ${show(x)} with size ${show(windows)}, dilation ${show(dilations)} and padding ${showBorders(borders)}`,
    );
  }
  const [{ outSize: outHeight }, { outSize: outWidth }] = axes;
  return {
    shape: [batch, outHeight, outWidth, channels],
    axes,
    inGrid: [channels, width, batch * height],
    outGrid: [channels, outWidth, batch * outHeight],
    constants: {
      height,
      width,
      channels,
      outHeight,
      outWidth,
      kernelHeight: windows[0],
      kernelWidth: windows[1],
      strideY: strides[0],
      strideX: strides[1],
      padY: borders[0].before,
      padX: borders[1].before,
      dilationY: dilations[0],
      dilationX: dilations[1],
    },
  };
}

/**
 * The largest element of each window, and where it stood; unpooling and the gradient need the place.
 * @param x `[N, H, W, C]`.
 * @returns `output` `[N, H', W', C]`, and `indices` of the same shape: row · W + column within the image, the first of equal ones. NaN
 * counts as more than any number, and of several the last wins, as in PyTorch; WebGPU may overlook it.
 * @throws on other shapes or more than 2²⁴ pixels an image, and where a setting is out of range or no window fits into the padded image.
 */
export function maxPool2dWithIndices(x: Tensor, options: Pool2dOptions): { output: Tensor; indices: Tensor } {
  checkTensor('maxPool2d', 'x', x);
  const pooling = pool2dShape('maxPool2d', x.shape, options);
  const indices = places(x, pooling);
  return { output: maxima(x, pooling, () => indices), indices };
}

type Pooling = ReturnType<typeof pool2dShape>;

function places(x: Tensor, { shape, outGrid: grid, constants }: Pooling): Tensor {
  checkIndexed('maxPool2d', constants.height * constants.width);
  return applyKernel(kernels.maxPool2dIndices, { inputs: [x], shape, grid, constants });
}

function maxima(x: Tensor, { shape, inGrid, outGrid: grid, constants }: Pooling, indices: () => Tensor): Tensor {
  return withGradient(
    applyKernel(kernels.maxPool2d, { inputs: [x], shape, grid, constants }),
    'maxPool2d',
    [x],
    [
      // Only the winner moves the maximum, so only it gets the gradient.
      (g) =>
        applyKernel(kernels.maxPool2dGradient, { inputs: [indices(), g], shape: x.shape, grid: inGrid, constants }),
    ],
  );
}

/**
 * The largest element of each window.
 * @param x `[N, H, W, C]`.
 * @returns `[N, H', W', C]` with H' = ⌊(H + 2p − d(size − 1) − 1) / stride⌋ + 1, or rounded up with `ceilMode`; with padding 'same',
 * H' = ⌈H / stride⌉.
 * @throws on other shapes, and where a setting is out of range or no window fits into the padded image. The gradient, which needs the places,
 * throws on more than 2²⁴ pixels an image.
 */
export function maxPool2d(x: Tensor, options: Pool2dOptions): Tensor {
  checkTensor('maxPool2d', 'x', x);
  const pooling = pool2dShape('maxPool2d', x.shape, options);
  return maxima(x, pooling, () => places(x, pooling));
}

/** Settings of {@link avgPool2d}. */
export interface AvgPool2dOptions extends Pool2dOptions {
  /** Whether the zeros of the padding count in the average: true, as in PyTorch; TensorFlow does not count them. */
  countIncludePad?: boolean;
}

/** How many taps of each window along an axis count in its mean. */
function countTaps(axis: PoolAxis, countIncludePad: boolean): Tensor {
  const { size, before, after, outSize } = axis;
  const [from, end] = countIncludePad ? [-before, size + after] : [0, size];
  return tensor(Float32Array.from({ length: outSize }, (_, index) => tapsInside(axis, index, from, end)));
}

/**
 * The mean of each window.
 * @param x `[N, H, W, C]`.
 * @returns `[N, H', W', C]` as of {@link maxPool2d}.
 * @throws on other shapes, and where a setting is out of range or no window fits into the padded image.
 */
export function avgPool2d(x: Tensor, settings: AvgPool2dOptions): Tensor {
  checkTensor('avgPool2d', 'x', x);
  const kinds = { ...poolKinds, countIncludePad: 'flag' } as const;
  const { countIncludePad = true, ...options } = checkOptions('avgPool2d', settings, kinds);
  const { shape, axes, inGrid, outGrid, constants } = pool2dShape('avgPool2d', x.shape, options);
  const [rows, columns] = axes.map((axis) => countTaps(axis, countIncludePad));
  return withGradient(
    applyKernel(kernels.avgPool2d, { inputs: [x, rows, columns], shape, grid: outGrid, constants }),
    'avgPool2d',
    [x],
    [
      // Each of n cells moves the mean by 1/n.
      (g) =>
        applyKernel(kernels.avgPool2dGradient, { inputs: [g, rows, columns], shape: x.shape, grid: inGrid, constants }),
    ],
  );
}
