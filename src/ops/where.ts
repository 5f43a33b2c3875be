import * as kernels from '../../kernels/where';
import { withGradient } from '../tensor/autograd';
import { type Tensor, tensorFor } from '../tensor/tensor';
import { broadcastKernel, type Operand } from './elementwise';

/**
 * a where the condition holds (is not 0), b elsewhere; all three broadcast as in `add`. What is not chosen does not matter, be it NaN or
 * infinite, and gets no gradient.
 *
 * `where(greater(x, 0), log(x), 0)` is finite; its gradient at 0 is not, as the logarithm is still differentiated there: replace x
 * before the logarithm instead.
 * @param condition `[…]`, such as `greater(x, 0)`; no gradient. @param a `[…]`. @param b `[…]`. @returns `[…]`, their common shape.
 * @throws where the shapes do not broadcast.
 */
export function where(condition: Operand, a: Operand, b: Operand): Tensor {
  const [chosen, left, right] = [condition, a, b].map((operand) => tensorFor('where', operand));
  return withGradient(
    broadcastKernel(kernels.where, [chosen, left, right]),
    'where',
    [chosen, left, right],
    // Each cell of the result is one of the two operands, and hands its gradient to that one.
    [null, (g) => where(chosen, g, 0), (g) => where(chosen, 0, g)],
  );
}
