import * as kernels from '../../kernels/layout';
import { checkTensorList } from '../checks/arguments';
import { checkOptions } from '../checks/options';
import { resolveAxis, show, sizeOf } from '../shape/shape';
import { withGradient } from '../tensor/autograd';
import { applyKernel, type Tensor } from '../tensor/tensor';
import { slice } from './slice';

function concatPair(a: Tensor, b: Tensor, axis: number): Tensor {
  if (a.shape[axis] === 0) return b;
  if (b.shape[axis] === 0) return a;
  const shape = a.shape.map((size, i) => (i === axis ? size + b.shape[i] : size));
  const outer = sizeOf(shape.slice(0, axis));
  const [left, right] = [sizeOf(a.shape.slice(axis)), sizeOf(b.shape.slice(axis))];
  return applyKernel(kernels.concat, {
    inputs: [a, b],
    shape,
    grid: [left + right, outer],
    constants: { left, right },
  });
}

/** Joins neighbors pair by pair until one tensor is left: of many, each number is copied log₂ times, and few kernels are compiled. */
function joinPairs(tensors: readonly Tensor[], axis: number): Tensor {
  if (tensors.length === 1) return tensors[0];
  const pairs = Array.from({ length: Math.ceil(tensors.length / 2) }, (_, i) => {
    const [left, right] = tensors.slice(2 * i, 2 * i + 2);
    return right ? concatPair(left, right, axis) : left;
  });
  return joinPairs(pairs, axis);
}

/**
 * Joins tensors along one axis: `[…, A, …]` and `[…, B, …]` make `[…, A + B, …]`.
 * @param options axis: negative from the end (−1).
 * @throws where there is none, no such axis, or their other axes differ.
 */
export function concat(tensors: readonly Tensor[], options: { axis?: number } = {}): Tensor {
  checkTensorList('concat', 'tensors', tensors);
  const { axis = -1 } = checkOptions('concat', options, { axis: 'any' });
  if (tensors.length === 0) throw new Error('concat: expected at least one tensor, got none');
  const [first] = tensors;
  const along = resolveAxis('concat', axis, first.rank);
  for (const { shape } of tensors) {
    if (shape.length !== first.rank || shape.some((size, i) => i !== along && size !== first.shape[i])) {
      throw new Error(
        `concat: expected shapes that differ at axis ${along} only, got ${show(first.shape)} and ${show(shape)}`,
      );
    }
  }
  let offset = 0;
  const rules = tensors.map(({ shape }) => {
    const start = shape.map((_, i) => (i === along ? offset : 0));
    offset += shape[along];
    // Each part gets its own piece of the gradient back.
    return (g: Tensor) => slice(g, { start, end: shape.map((size, i) => start[i] + size) });
  });
  return withGradient(
    joinPairs(tensors, along),
    'concat',
    tensors,
    rules.map((rule, i) => (tensors[i].size === 0 ? null : rule)),
  );
}
