import { checkTensor } from '../checks/arguments';
import { checkFrom0 } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { resolveAxes, show, sizeOf } from '../shape/shape';
import { withGradient } from '../tensor/autograd';
import type { Tensor } from '../tensor/tensor';
import { multiply, scale, subtract } from './elementwise';
import { mean, type ReduceOptions, reduced, reduceKinds, scaledSum } from './reduce';

/** Settings of {@link variance}. */
export interface VarianceOptions extends ReduceOptions {
  /** What is taken from the number of elements: 1 (the default) estimates the variance of what they are a sample of, 0 is their own. */
  correction?: number;
}

/**
 * Variance over axes: Σ (x − mean)² / (n − correction) of n elements.
 * @param x `[…]`.
 * @returns x's shape without the axes, or with 1 in their place with keepDims.
 * @throws where there are not more elements than `correction`, that is below 0, there is no such axis, or one is named twice.
 */
export function variance(x: Tensor, options: VarianceOptions = {}): Tensor {
  checkTensor('variance', 'x', x);
  const kinds = { ...reduceKinds, correction: 'any' } as const;
  const { axes, keepDims = false, correction = 1 } = checkOptions('variance', options, kinds);
  const list = resolveAxes('variance', axes, x.rank);
  const count = sizeOf(list.map((axis) => x.shape[axis]));
  checkFrom0('variance', 'correction', correction);
  if (!(count > correction)) {
    throw new Error(
      `variance: expected more than ${correction} elements, the correction, to compare, got ${count} of ${show(x.shape)}`,
    );
  }
  const factor = 1 / (count - correction);
  const centered = subtract(x, mean(x, { axes: list, keepDims: true }));
  const squares = multiply(centered, centered);
  const kept = withGradient(
    scaledSum('variance', squares, { axes: list, keepDims: true }, factor),
    'variance',
    [x],
    // The mean stands where the squares are least, so its own motion does not count.
    [(g) => multiply(scale(g, 2 * factor), centered)],
  );
  return reduced(x, kept, list, keepDims);
}
