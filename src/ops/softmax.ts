import * as kernels from '../../kernels/softmax';
import { checkTensor } from '../checks/arguments';
import { checkOptions } from '../checks/options';
import { resolveAxis, show, sizeOf } from '../shape/shape';
import { withGradient } from '../tensor/autograd';
import { applyKernel, type Tensor } from '../tensor/tensor';
import { divide, equal, exp, log1p, mapKernel, multiply, subtract } from './elementwise';
import { max, sum } from './reduce';

function checkElements(operation: string, x: Tensor, axis: number): void {
  if (x.shape[axis] === 0) throw new Error(`${operation}: expected at least one element, got ${show(x.shape)}`);
}

/** x less its largest element along an axis, the exponentials of that, none of which overflows, and the sum of all of them but one largest. */
export function shiftedExponentials(x: Tensor, axis: number) {
  const options = { axes: axis, keepDims: true };
  const centered = subtract(x, max(x, options));
  const exponentials = exp(centered);
  const total = sum(exponentials, options);
  const below = sum(mapKernel(kernels.belowLargest, [centered, exponentials]), options);
  return { centered, exponentials, total, others: mapKernel(kernels.othersOfLargest, [total, below]) };
}

/**
 * eˣⁱ / Σⱼ eˣʲ along one axis.
 * @param x `[…]`. @param options axis: negative from the end (−1).
 * @returns `[…]`, the same shape; the numbers along the axis sum to 1.
 * @throws on an empty axis, and where there is no such axis.
 */
export function softmax(x: Tensor, options: { axis?: number } = {}): Tensor {
  checkTensor('softmax', 'x', x);
  const { axis = -1 } = checkOptions('softmax', options, { axis: 'any' });
  const along = resolveAxis('softmax', axis, x.rank);
  checkElements('softmax', x, along);
  const alone = { axes: along, keepDims: true };
  const { centered, exponentials, total } = shiftedExponentials(x, along);
  const y = divide(exponentials, total);
  // ∂x = y · (g − Σ g · y): a probability can only grow at the others' cost. Only differences of g count; counted from the one of the largest
  // probability, they leave nothing to cancel where that is near 1.
  const gradient = (g: Tensor) => {
    const largest = equal(centered, 0);
    const apart = subtract(g, divide(sum(multiply(g, largest), alone), sum(largest, alone)));
    return multiply(y, subtract(apart, sum(multiply(apart, y), alone)));
  };
  return withGradient(y, 'softmax', [x], [gradient]);
}

/**
 * log softmax(x) = x − log Σⱼ eˣʲ along one axis, without rounding small probabilities to 0, or the logarithms of large ones.
 * @param x `[…]`. @param options axis: negative from the end (−1).
 * @returns `[…]`, the same shape.
 * @throws on an empty axis, and where there is no such axis.
 */
export function logSoftmax(x: Tensor, options: { axis?: number } = {}): Tensor {
  checkTensor('logSoftmax', 'x', x);
  const { axis = -1 } = checkOptions('logSoftmax', options, { axis: 'any' });
  const along = resolveAxis('logSoftmax', axis, x.rank);
  checkElements('logSoftmax', x, along);
  const { centered, exponentials, others } = shiftedExponentials(x, along);
  const [outer, inner] = [x.shape.slice(0, along), x.shape.slice(along + 1)].map(sizeOf);
  const length = x.shape[along];
  // ∂x = g − softmax · Σ g.
  const gradient = (g: Tensor) =>
    applyKernel(kernels.logSoftmaxGradient, {
      inputs: [exponentials, others, g, sum(g, { axes: along, keepDims: true })],
      shape: x.shape,
      grid: [inner, length, outer],
      constants: { length, inner },
    });
  return withGradient(subtract(centered, log1p(others)), 'logSoftmax', [x], [gradient]);
}
