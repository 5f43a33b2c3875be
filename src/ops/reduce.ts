import * as kernels from '../../kernels/reduce';
import { checkTensor } from '../checks/arguments';
import { checkOptions } from '../checks/options';
import { equalShapes, resolveAxes, resolveAxis, show, sizeOf } from '../shape/shape';
import type { Shape } from '../shape/types';
import { provideWalkOperations, withGradient } from '../tensor/autograd';
import { applyKernel, type Tensor, zeros } from '../tensor/tensor';
import { add, divide, equal, multiply, negate, scale } from './elementwise';
import { expand } from './expand';
import { checkIndexed } from './indices';
import { reshape } from './reshape';

/** Which axes a reduction removes, and whether they stay behind with size 1. */
export interface ReduceOptions {
  /** Axes, negative from the end; all of them by default. */
  axes?: number | readonly number[];
  /** Whether they stay with size 1 (false). */
  keepDims?: boolean;
}

/** Above this length the middle axis is cut into blocks that run side by side. */
/** What options of a reduction are. */
export const reduceKinds = { axes: 'any', keepDims: 'flag' } as const;

const positionKinds = { axis: 'any', keepDims: 'flag' } as const;

const blockLength = 64;

/** What is done along an axis: a kernel, and for sums a factor on the result. */
interface Reduction {
  kernel: typeof kernels.sum;
  factor?: number;
}

/** Reduces the middle of [outer, length, inner] to [outer, inner], in as many launches as blocks of blocks need. */
function reduceMiddle({ kernel, factor }: Reduction, x: Tensor, outer: number, length: number, inner: number): Tensor {
  const blocks = length > 2 * blockLength ? Math.ceil(length / blockLength) : 1;
  const partial = applyKernel(kernel, {
    inputs: [x],
    shape: [outer, blocks, inner],
    grid: [inner, blocks, outer],
    constants: { length, inner, blockLength: blocks === 1 ? length : blockLength },
    scalars: factor === undefined ? {} : { factor: blocks === 1 ? factor : 1 },
  });
  return blocks === 1 ? partial : reduceMiddle({ kernel, factor }, partial, outer, blocks, inner);
}

/** Reduces axes (ascending) and keeps them with size 1; neighboring axes go together, the last ones first. */
function reduceAxes({ kernel, factor }: Reduction, x: Tensor, axes: readonly number[]): Tensor {
  let result = x;
  let end = axes.length;
  while (end > 0) {
    let start = end - 1;
    while (start > 0 && axes[start - 1] === axes[start] - 1) start--;
    const [first, last] = [axes[start], axes[end - 1]];
    const { shape } = result;
    const kept = shape.map((size, axis) => (axis >= first && axis <= last ? 1 : size));
    const [outer, length, inner] = [shape.slice(0, first), shape.slice(first, last + 1), shape.slice(last + 1)].map(
      sizeOf,
    );
    const step = { kernel, factor: factor === undefined || start === 0 ? factor : 1 };
    const idle = length === 1 && (step.factor ?? 1) === 1;
    result = reshape(idle ? result : reduceMiddle(step, result, outer, length, inner), kept);
    end = start;
  }
  return result;
}

function dropAxes(shape: Shape, axes: readonly number[]): number[] {
  return shape.filter((_, axis) => !axes.includes(axis));
}

/** The result without the reduced axes, unless they are to stay with size 1. */
export function reduced(x: Tensor, kept: Tensor, axes: readonly number[], keepDims: boolean): Tensor {
  return keepDims ? kept : reshape(kept, dropAxes(x.shape, axes));
}

/** The sum over axes times a factor; `operation` in errors and in the history. */
export function scaledSum(
  operation: string,
  x: Tensor,
  { axes, keepDims = false }: ReduceOptions,
  factor: number,
): Tensor {
  const list = resolveAxes(operation, axes, x.rank);
  const keptShape = x.shape.map((size, axis) => (list.includes(axis) ? 1 : size));
  const kept = withGradient(
    x.size === 0 ? zeros(keptShape) : reduceAxes({ kernel: kernels.sum, factor }, x, list),
    operation,
    [x],
    // Every summand gets the gradient of the sum.
    [(g) => expand(factor === 1 ? g : scale(g, factor), x.shape)],
  );
  return reduced(x, kept, list, keepDims);
}

/**
 * Sum over axes. An empty sum is 0.
 * @param x `[…]`.
 * @returns x's shape without the axes, or with 1 in their place with keepDims: over axes 1 and 2, `[N, H, W, C]` becomes `[N, C]`
 * or `[N, 1, 1, C]`; over all axes, `[]`.
 * @throws where there is no such axis, or one is named twice.
 */
export function sum(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkTensor('sum', 'x', x);
  checkOptions('sum', options, reduceKinds);
  return scaledSum('sum', x, options, 1);
}

/**
 * Mean over axes.
 * @param x `[…]`. @returns as of {@link sum}.
 * @throws where there is nothing to average, no such axis, or one is named twice.
 */
export function mean(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkTensor('mean', 'x', x);
  checkOptions('mean', options, reduceKinds);
  const count = sizeOf(resolveAxes('mean', options.axes, x.rank).map((axis) => x.shape[axis]));
  if (count === 0) throw new Error(`mean: expected at least one element to average, got ${show(x.shape)}`);
  return scaledSum('mean', x, options, 1 / count);
}

function largest(operation: string, x: Tensor, options: ReduceOptions): Tensor {
  const { axes, keepDims = false } = checkOptions(operation, options, reduceKinds);
  const list = resolveAxes(operation, axes, x.rank);
  if (list.some((axis) => x.shape[axis] === 0)) {
    throw new Error(`${operation}: expected at least one element, got ${show(x.shape)}`);
  }
  const extreme = reduceAxes({ kernel: kernels.max }, x, list);
  const kept = withGradient(
    extreme,
    operation,
    [x],
    [
      (g) => {
        const hits = equal(x, extreme);
        return multiply(hits, divide(g, sum(hits, { axes: list, keepDims: true })));
      },
    ],
  );
  return reduced(x, kept, list, keepDims);
}

/**
 * Largest element over axes, NaN where there is one; where several are equal, they share the gradient.
 * @param x `[…]`. @returns as of {@link sum}.
 * @throws on an empty axis, and where there is no such axis, or one is named twice.
 */
export function max(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkTensor('max', 'x', x);
  return largest('max', x, options);
}

/**
 * Smallest element over axes, NaN where there is one; where several are equal, they share the gradient.
 * @param x `[…]`. @returns as of {@link sum}.
 * @throws on an empty axis, and where there is no such axis, or one is named twice.
 */
export function min(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkTensor('min', 'x', x);
  return negate(largest('min', negate(x), options));
}

/** Which axis an operation works along. */
interface PositionOptions {
  axis?: number;
  keepDims?: boolean;
}

function positionOfLargest(operation: string, x: Tensor, options: PositionOptions): Tensor {
  const { axis = -1, keepDims = false } = checkOptions(operation, options, positionKinds);
  const resolved = resolveAxis(operation, axis, x.rank);
  const length = x.shape[resolved];
  if (length === 0) throw new Error(`${operation}: expected at least one element, got ${show(x.shape)}`);
  checkIndexed(operation, length);
  const [outer, inner] = [x.shape.slice(0, resolved), x.shape.slice(resolved + 1)].map(sizeOf);
  const shape = keepDims ? x.shape.map((size, i) => (i === resolved ? 1 : size)) : dropAxes(x.shape, [resolved]);
  return applyKernel(kernels.argMax, { inputs: [x], shape, grid: [inner, 1, outer], constants: { length, inner } });
}

/**
 * Position of the largest element along one axis, the first of equal ones, or of the first NaN; no gradient.
 * @param x `[…, A, …]`. @param options axis: negative from the end (−1).
 * @returns whole numbers from 0 to A − 1, of x's shape without the axis, or with 1 in its place with keepDims.
 * @throws on an empty axis or one of more than 2²⁴ elements, and where there is no such axis.
 */
export function argMax(x: Tensor, options: { axis?: number; keepDims?: boolean } = {}): Tensor {
  checkTensor('argMax', 'x', x);
  return positionOfLargest('argMax', x, options);
}

/**
 * Position of the smallest element along one axis, the first of equal ones, or of the first NaN; no gradient.
 * @param x `[…, A, …]`. @param options axis: negative from the end (−1).
 * @returns whole numbers from 0 to A − 1, of x's shape without the axis, or with 1 in its place with keepDims.
 * @throws on an empty axis or one of more than 2²⁴ elements, and where there is no such axis.
 */
export function argMin(x: Tensor, options: { axis?: number; keepDims?: boolean } = {}): Tensor {
  checkTensor('argMin', 'x', x);
  return positionOfLargest('argMin', negate(x), options);
}

/** Undoes a broadcast: sums x over the axes along which `shape` was repeated. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (equalShapes(x.shape, shape)) return x;
  const offset = x.rank - shape.length;
  const axes = x.shape.flatMap((size, axis) =>
    axis < offset || (shape[axis - offset] === 1 && size !== 1) ? [axis] : [],
  );
  return reshape(sum(x, { axes, keepDims: true }), shape);
}

provideWalkOperations({ add, sumTo });
