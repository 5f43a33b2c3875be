import * as kernels from '../../kernels/maxUnpool2d';
import { checkTensors } from '../checks/arguments';
import { checkOptions } from '../checks/options';
import { checkRank, checkSameShape, resolvePair, show, sizeOf } from '../shape/shape';
import type { Pair, Shape } from '../shape/types';
import { withGradient } from '../tensor/autograd';
import { applyKernel, type Tensor, tensor } from '../tensor/tensor';
import { equal, multiply } from './elementwise';
import { expand } from './expand';
import { checkIndexed } from './indices';
import { reachOf, resolvePadding } from './padding';
import { type Pool2dOptions, pool2dShape, poolKinds } from './pool2d';

/** The pooling to undo, and what it pooled. */
export interface MaxUnpool2dOptions extends Pool2dOptions {
  /**
   * Height and width of the image that was pooled, in pixels; by default the one that the windows fill exactly. Pooling drops what is left
   * beyond the last window, so several sizes give the same cells. Needed with padding 'same'.
   */
  outputSize?: Pair;
}

/** The image that the windows fill exactly. */
function filledSize(x: Shape, { size, stride = size, padding = 0, dilation = 1 }: Pool2dOptions): number[] {
  if (padding === 'same') throw new Error('maxUnpool2d: expected outputSize with padding same, got none');
  const windows = resolvePair('maxUnpool2d', 'size', size, 1);
  const strides = resolvePair('maxUnpool2d', 'stride', stride, 1);
  const dilations = resolvePair('maxUnpool2d', 'dilation', dilation, 1);
  const walks = [0, 1].map((i) => ({ size: 0, kernel: windows[i], stride: strides[i], dilation: dilations[i] }));
  const borders = resolvePadding('maxUnpool2d', padding, walks);
  return walks.map((walk, i) => (x[i + 1] - 1) * walk.stride + reachOf(walk) - borders[i].before - borders[i].after);
}

/** Checks the operands of {@link maxUnpool2d} and says what comes out. */
export function maxUnpool2dShape(x: Shape, indices: Shape, options: MaxUnpool2dOptions) {
  const { outputSize, ...pooling } = checkOptions('maxUnpool2d', options, { ...poolKinds, outputSize: 'any' });
  checkRank('maxUnpool2d', 'x', x, 4, '[N, H, W, C]');
  checkSameShape('maxUnpool2d', 'indices', indices, x);
  const [batch, outHeight, outWidth, channels] = x;
  const [height, width] =
    outputSize === undefined ? filledSize(x, pooling) : resolvePair('maxUnpool2d', 'outputSize', outputSize, 1);
  checkIndexed('maxUnpool2d', height * width);
  const shape = [batch, height, width, channels];
  const pooled = pool2dShape('maxUnpool2d', shape, pooling);
  if (pooled.shape[1] !== outHeight || pooled.shape[2] !== outWidth) {
    throw new Error(
      `maxUnpool2d: expected an outputSize that pools to ${show([outHeight, outWidth])}, got ${show([height, width])}, which pools to ${show(pooled.shape.slice(1, 3))}`,
    );
  }
  return { ...pooled, shape, overlaps: pooled.axes.some((axis) => reachOf(axis) > axis.stride) };
}

type Unpooling = ReturnType<typeof maxUnpool2dShape>;

/** Known indices are checked: one that lies outside its own window would be lost without a word. */
function checkIndices({ value: { data } }: Tensor, { axes, constants }: Unpooling): void {
  const { height, width, channels, outHeight, outWidth, strideY, strideX, padY, padX } = constants;
  const [vertical, horizontal] = axes;
  const isTap = (distance: number, { kernel, dilation }: { kernel: number; dilation: number }) =>
    distance >= 0 && distance < kernel * dilation && distance % dilation === 0;
  for (const [i, position] of data?.entries() ?? []) {
    const cell = Math.floor(i / channels);
    const c = cell % outWidth;
    const r = Math.floor(cell / outWidth) % outHeight;
    const [row, column] = [Math.floor(position / width), position % width];
    const inside = row >= 0 && row < height && column >= 0 && column < width;
    const met = isTap(row - (r * strideY - padY), vertical) && isTap(column - (c * strideX - padX), horizontal);
    if (!inside || !met || !Number.isInteger(position)) {
      throw new Error(
        `maxUnpool2d: expected indices inside their own windows of an image [${height}, ${width}], got ${position} for cell [${r}, ${c}]`,
      );
    }
  }
}

function unpool(x: Tensor, indices: Tensor, { shape, axes, inGrid: grid, constants }: Unpooling): Tensor {
  const [reachY, reachX] = axes.map((axis) => Math.ceil(reachOf(axis) / axis.stride));
  const settings = { inputs: [x, indices], shape, grid, constants: { ...constants, reachY, reachX } };
  return applyKernel(reachY * reachX === 1 ? kernels.maxUnpool2dApart : kernels.maxUnpool2d, settings);
}

function fetch(image: Tensor, indices: Tensor, { outGrid: grid, constants }: Unpooling): Tensor {
  const settings = { inputs: [image, indices], shape: indices.shape, grid, constants };
  return applyKernel(kernels.maxUnpool2dGradient, settings);
}

/** 1 for the cells whose value is in the result, 0 for those that a later cell with the same place has overwritten. */
function winners(indices: Tensor, unpooling: Unpooling): Tensor {
  const [, rows, columns] = indices.shape;
  // Numbers from 1 on, since 0 stands where no cell points.
  const numbers = Float32Array.from({ length: rows * columns }, (_, i) => i + 1);
  const cells = expand(tensor(numbers, [rows, columns, 1]), indices.shape);
  return equal(fetch(unpool(cells, indices, unpooling), indices, unpooling), cells);
}

/**
 * Max unpooling: every value goes to the place where its maximum stood before the pooling; all other pixels are 0.
 * (Noh, Hong and Han 2015, section 3.2.)
 *
 * Where windows overlap, several cells may remember one place: the last of them, row by row, wins, and only it gets a gradient.
 * (PyTorch leaves the order open, and gives every one of them the gradient.)
 * @param x `[N, H', W', C]`.
 * @param indices of x's shape: row · W + column, as `maxPool2dWithIndices` gives them for the same options.
 * @returns `[N, H, W, C]` of the image that was pooled.
 * @throws where shapes differ, the image does not pool to x's size or has more than 2²⁴ pixels, or a known index lies outside its cell's
 * window.
 */
export function maxUnpool2d(x: Tensor, indices: Tensor, options: MaxUnpool2dOptions): Tensor {
  checkTensors('maxUnpool2d', { x, indices });
  const unpooling = maxUnpool2dShape(x.shape, indices.shape, options);
  checkIndices(indices, unpooling);
  // Each value stands in one pixel, so its gradient is that pixel's; a value that was overwritten stands nowhere.
  const gradient = (g: Tensor) => {
    const fetched = fetch(g, indices, unpooling);
    return unpooling.overlaps && sizeOf(x.shape) > 0 ? multiply(fetched, winners(indices, unpooling)) : fetched;
  };
  return withGradient(unpool(x, indices, unpooling), 'maxUnpool2d', [x, indices], [gradient, null]);
}
