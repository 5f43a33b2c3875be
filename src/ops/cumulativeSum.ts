import * as kernels from '../../kernels/cumulativeSum';
import { checkTensor } from '../checks/arguments';
import { checkOptions } from '../checks/options';
import { resolveAxis, sizeOf } from '../shape/shape';
import { withGradient } from '../tensor/autograd';
import { applyKernel, type Tensor } from '../tensor/tensor';

/** Where a running sum begins. */
export interface CumulativeSumOptions {
  /** The axis, negative from the end (−1). */
  axis?: number;
  /** Whether it begins at the axis's end (false): each element becomes the sum of itself and all after it. */
  reverse?: boolean;
}

/**
 * Running sum along one axis: y[i] = x[0] + … + x[i].
 * @param x `[…]`. @returns `[…]`, the same shape.
 * @throws where there is no such axis.
 */
export function cumulativeSum(x: Tensor, options: CumulativeSumOptions = {}): Tensor {
  checkTensor('cumulativeSum', 'x', x);
  const { axis = -1, reverse = false } = checkOptions('cumulativeSum', options, { axis: 'any', reverse: 'flag' });
  const along = resolveAxis('cumulativeSum', axis, x.rank);
  const [outer, inner] = [x.shape.slice(0, along), x.shape.slice(along + 1)].map(sizeOf);
  const length = x.shape[along];
  let sums = x;
  for (let distance = 1; distance < length; distance *= 2) {
    sums = applyKernel(kernels.cumulativeSum, {
      inputs: [sums],
      shape: x.shape,
      grid: [inner, length, outer],
      constants: { length, inner, distance: reverse ? -distance : distance },
    });
  }
  // An element is part of all sums from its own on, so it gets the sum of their gradients, from the other end.
  return withGradient(sums, 'cumulativeSum', [x], [(g) => cumulativeSum(g, { axis: along, reverse: !reverse })]);
}
