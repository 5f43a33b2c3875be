import { checkTensor } from '../checks/arguments';
import { checkOptions } from '../checks/options';
import { resolveAxes } from '../shape/shape';
import { withGradient } from '../tensor/autograd';
import type { Tensor } from '../tensor/tensor';
import { abs, add, equal, exp, lessEqual, log, multiply, subtract } from './elementwise';
import { max, type ReduceOptions, reduced, reduceKinds, sum } from './reduce';
import { where } from './where';

/** The largest number of float32. */
const largestNumber = 3.4028234663852886e38;

/**
 * log Σ eˣ over axes, a smooth maximum, without overflow for any x; −∞ over nothing.
 * @param x `[…]`.
 * @returns x's shape without the axes, or with 1 in their place with keepDims.
 * @throws where there is no such axis, or one is named twice.
 */
export function logSumExp(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkTensor('logSumExp', 'x', x);
  const { axes, keepDims = false } = checkOptions('logSumExp', options, reduceKinds);
  const list = resolveAxes('logSumExp', axes, x.rank);
  const along = { axes: list, keepDims: true };
  if (list.some((axis) => x.shape[axis] === 0)) return reduced(x, log(sum(x, along)), list, keepDims);
  // The sum without its largest factor cannot overflow; an infinite one stays where it is, as ∞ − ∞ is no number.
  const largest = max(x, along);
  const factor = where(lessEqual(abs(largest), largestNumber), largest, 0);
  const result = add(log(sum(exp(subtract(x, factor)), along)), factor);
  const kept = withGradient(
    result,
    'logSumExp',
    [x],
    [
      // The softmax: each element's share of the sum; none of a sum of nothing but e^−∞.
      (g) => multiply(g, exp(subtract(x, where(equal(result, Number.NEGATIVE_INFINITY), 0, result)))),
    ],
  );
  return reduced(x, kept, list, keepDims);
}
