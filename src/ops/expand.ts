import { checkTensor } from '../checks/arguments';
import { broadcastShapes, broadcastStrides, checkShape, equalShapes, show } from '../shape/shape';
import type { Shape } from '../shape/types';
import { withGradient } from '../tensor/autograd';
import type { Tensor } from '../tensor/tensor';
import { stridedCopy } from './strided';

/**
 * Repeats axes of size 1 (and new ones in front) until the tensor has the given shape: `[3, 1]` becomes `[2, 3, 4]`.
 * @throws where the shape is not one that x broadcasts to.
 */
export function expand(x: Tensor, shape: Shape): Tensor {
  checkTensor('expand', 'x', x);
  checkShape('expand', shape);
  if (equalShapes(x.shape, shape)) return x;
  if (!equalShapes(broadcastShapes('expand', x.shape, shape), shape)) {
    throw new Error(`expand: expected a shape that ${show(x.shape)} broadcasts to, got ${show(shape)}`);
  }
  // Repeating and summing are adjoint; the walk sums a gradient of the larger shape by itself.
  return withGradient(stridedCopy('expand', x, shape, broadcastStrides(x.shape, shape)), 'expand', [x], [(g) => g]);
}
