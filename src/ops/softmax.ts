import { resolveAxis } from '../shape/shape';
import { withGradient } from '../tensor/autograd';
import type { Tensor } from '../tensor/tensor';
import { divide, exp, log, multiply, subtract } from './elementwise';
import { max, sum } from './reduce';

/** x less its largest element along an axis, the exponentials of that, none of which overflows, and their sum. */
export function shiftedExponentials(x: Tensor, axis: number) {
  const centered = subtract(x, max(x, { axes: axis, keepDims: true }));
  const exponentials = exp(centered);
  return { centered, exponentials, total: sum(exponentials, { axes: axis, keepDims: true }) };
}

/**
 * eˣⁱ / Σⱼ eˣʲ along one axis.
 * @param x `[…]`. @param options axis: negative from the end (−1).
 * @returns `[…]`, the same shape; the numbers along the axis sum to 1.
 * @throws on an empty axis, and where there is no such axis.
 */
export function softmax(x: Tensor, { axis = -1 }: { axis?: number } = {}): Tensor {
  const along = resolveAxis('softmax', axis, x.rank);
  const { exponentials, total } = shiftedExponentials(x, along);
  const y = divide(exponentials, total);
  // ∂x = y · (g − Σ g · y): a probability can only grow at the others' cost.
  return withGradient(
    y,
    'softmax',
    [x],
    [(g) => multiply(y, subtract(g, sum(multiply(g, y), { axes: along, keepDims: true })))],
  );
}

/**
 * log softmax(x) = x − log Σⱼ eˣʲ along one axis, without rounding small probabilities to 0.
 * @param x `[…]`. @param options axis: negative from the end (−1).
 * @returns `[…]`, the same shape.
 * @throws on an empty axis, and where there is no such axis.
 */
export function logSoftmax(x: Tensor, { axis = -1 }: { axis?: number } = {}): Tensor {
  const along = resolveAxis('logSoftmax', axis, x.rank);
  const { centered, total } = shiftedExponentials(x, along);
  const y = subtract(centered, log(total));
  // ∂x = g − softmax · Σ g.
  return withGradient(
    y,
    'logSoftmax',
    [x],
    [(g) => subtract(g, multiply(exp(y), sum(g, { axes: along, keepDims: true })))],
  );
}
