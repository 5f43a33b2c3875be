import * as kernels from '../../kernels/maxUnpool2d';
import { checkRank, checkSameShape, resolvePair, show, sizeOf } from '../shape/shape';
import type { Pair, Shape } from '../shape/types';
import { withGradient } from '../tensor/autograd';
import { applyKernel, type Tensor, tensor } from '../tensor/tensor';
import { equal, multiply } from './elementwise';
import { expand } from './expand';
import { type Pool2dOptions, pool2dShape } from './pool2d';

/** The pooling to undo, and what it pooled. */
export interface MaxUnpool2dOptions extends Pool2dOptions {
  /**
   * Height and width of the image that was pooled, in pixels; by default the smallest that pools to x. Pooling drops what is left
   * beyond the last window, so several sizes give the same cells.
   */
  outputSize?: Pair;
}

/** Checks the operands of {@link maxUnpool2d} and says what comes out. */
export function maxUnpool2dShape(x: Shape, indices: Shape, options: MaxUnpool2dOptions) {
  const { outputSize, ...pooling } = options;
  checkRank('maxUnpool2d', 'x', x, 4, '[N, H, W, C]');
  checkSameShape('maxUnpool2d', 'indices', indices, x);
  const { size, stride = size, padding = 0 } = pooling;
  const [windows, steps, borders] = [
    resolvePair('maxUnpool2d', 'size', size, 1),
    resolvePair('maxUnpool2d', 'stride', stride, 1),
    resolvePair('maxUnpool2d', 'padding', padding, 0),
  ];
  const [batch, outHeight, outWidth, channels] = x;
  const smallest = [outHeight, outWidth].map((count, i) => (count - 1) * steps[i] - 2 * borders[i] + windows[i]);
  const [height, width] = outputSize === undefined ? smallest : resolvePair('maxUnpool2d', 'outputSize', outputSize, 1);
  const shape = [batch, height, width, channels];
  const pooled = pool2dShape('maxUnpool2d', shape, pooling);
  if (pooled.shape[1] !== outHeight || pooled.shape[2] !== outWidth) {
    throw new Error(
      `maxUnpool2d: expected an outputSize that pools to ${show([outHeight, outWidth])}, got ${show([height, width])}, which pools to ${show(pooled.shape.slice(1, 3))}`,
    );
  }
  return { ...pooled, shape, overlaps: windows.some((window, i) => window > steps[i]) };
}

type Unpooling = ReturnType<typeof maxUnpool2dShape>;

/** Known indices are checked: one that lies outside its own window would be lost without a word. */
function checkIndices({ value: { data } }: Tensor, { constants }: Unpooling): void {
  const { height, width, channels, outHeight, outWidth, kernelHeight, kernelWidth, strideY, strideX, padY, padX } =
    constants;
  for (const [i, position] of data?.entries() ?? []) {
    const cell = Math.floor(i / channels);
    const c = cell % outWidth;
    const r = Math.floor(cell / outWidth) % outHeight;
    const [row, column] = [Math.floor(position / width), position % width];
    const [down, across] = [row - (r * strideY - padY), column - (c * strideX - padX)];
    const inside = row >= 0 && row < height && down >= 0 && down < kernelHeight && across >= 0 && across < kernelWidth;
    if (!inside || !Number.isInteger(position)) {
      throw new Error(
        `maxUnpool2d: expected indices inside their own windows of an image [${height}, ${width}], got ${position} for cell [${r}, ${c}]`,
      );
    }
  }
}

function unpool(x: Tensor, indices: Tensor, { shape, inGrid: grid, constants }: Unpooling): Tensor {
  const { kernelHeight, kernelWidth, strideY, strideX } = constants;
  const reach = { reachY: Math.ceil(kernelHeight / strideY), reachX: Math.ceil(kernelWidth / strideX) };
  const settings = { inputs: [x, indices], shape, grid, constants: { ...constants, ...reach } };
  return applyKernel(reach.reachY * reach.reachX === 1 ? kernels.maxUnpool2dApart : kernels.maxUnpool2d, settings);
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
 * @throws where shapes differ, the image does not pool to x's size, or a known index lies outside its cell's window.
 */
export function maxUnpool2d(x: Tensor, indices: Tensor, options: MaxUnpool2dOptions): Tensor {
  const unpooling = maxUnpool2dShape(x.shape, indices.shape, options);
  checkIndices(indices, unpooling);
  // Each value stands in one pixel, so its gradient is that pixel's; a value that was overwritten stands nowhere.
  const gradient = (g: Tensor) => {
    const fetched = fetch(g, indices, unpooling);
    return unpooling.overlaps && sizeOf(x.shape) > 0 ? multiply(fetched, winners(indices, unpooling)) : fetched;
  };
  return withGradient(unpool(x, indices, unpooling), 'maxUnpool2d', [x, indices], [gradient, null]);
}
