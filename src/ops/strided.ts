import * as kernels from '../../kernels/layout';
import { show, sizeOf, stridesOf } from '../shape/shape';
import type { Shape } from '../shape/types';
import { applyKernel, full, type Tensor } from '../tensor/tensor';

/** The most axes that the layout kernels walk through. */
const maximumRank = 6;

function checkRank(operation: string, shape: Shape): void {
  if (shape.length > maximumRank)
    throw new Error(`${operation}: expected at most ${maximumRank} axes, got ${show(shape)}`);
}

function padFront(list: readonly number[], filler: number): number[] {
  return [...new Array<number>(maximumRank - list.length).fill(filler), ...list];
}

function grid(shape: Shape): number[] {
  const [d0, d1, d2, d3, d4, d5] = padFront(shape, 1);
  return [d5, d4, d0 * d1 * d2 * d3];
}

/** `names0 … names5` for the kernels' constants. */
function numbered(name: string, list: readonly number[]): Record<string, number> {
  const constants: Record<string, number> = {};
  for (let index = 0; index < list.length; index++) constants[name + index] = list[index];
  return constants;
}

/**
 * Reads an array in another order: result[i₀, i₁, …] = x[offset + Σ iₖ · strides[k]].
 * @param strides one per axis of `shape`, in elements; 0 repeats, negative runs backwards.
 */
export function stridedCopy(
  operation: string,
  x: Tensor,
  shape: Shape,
  strides: readonly number[],
  offset = 0,
): Tensor {
  checkRank(operation, shape);
  const [, d1, d2, d3] = padFront(shape, 1);
  const constants = { offset, d1, d2, d3, ...numbered('s', padFront(strides, 0)) };
  return applyKernel(kernels.stridedCopy, { inputs: [x], shape, grid: grid(shape), constants });
}

/**
 * Places an array inside a larger one: result[before + i · step] = x[i], `fill` elsewhere.
 * @param before cells in front of the first element, per axis; @param steps distance between neighbors, per axis.
 */
export function place(
  operation: string,
  x: Tensor,
  shape: Shape,
  { before, steps, fill = 0 }: { before: readonly number[]; steps: readonly number[]; fill?: number },
): Tensor {
  checkRank(operation, shape);
  if (sizeOf(x.shape) === 0) return full(shape, fill);
  const [, d1, d2, d3] = padFront(shape, 1);
  const constants = {
    d1,
    d2,
    d3,
    ...numbered('n', padFront(x.shape, 1)),
    ...numbered('s', padFront(stridesOf(x.shape), 0).slice(0, 5)),
    ...numbered('before', padFront(before, 0)),
    ...numbered('step', padFront(steps, 1)),
  };
  return applyKernel(kernels.pad, { inputs: [x], shape, grid: grid(shape), constants, scalars: { fill } });
}
