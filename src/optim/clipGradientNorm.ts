import { checkTensorList } from '../checks/arguments';
import { shown } from '../checks/shown';
import { add, divide, minimum, multiply, scale, sqrt } from '../ops/elementwise';
import { sum } from '../ops/reduce';
import { withoutGradients } from '../tensor/autograd';
import type { Tensor } from '../tensor/tensor';

/**
 * Shrinks gradients together so that the length of all of them taken as one vector is at most `limit` (Pascanu et al. 2013).
 * @param gradients tensors of any shapes `[…]`.
 * @returns the shrunk gradients, each of its shape, and the length before, `[]`.
 * @throws where there is no gradient, or the limit is not above 0.
 */
export function clipGradientNorm(gradients: readonly Tensor[], limit: number): { gradients: Tensor[]; norm: Tensor } {
  checkTensorList('clipGradientNorm', 'gradients', gradients);
  if (!(Number.isFinite(limit) && limit > 0)) {
    throw new Error(`clipGradientNorm: expected a limit > 0, got ${shown(limit)}`);
  }
  if (gradients.length === 0) throw new Error('clipGradientNorm: expected at least one gradient, got none');
  return withoutGradients(() => {
    const norm = sqrt(
      gradients.map((gradient) => sum(multiply(gradient, gradient))).reduce((total, part) => add(total, part)),
    );
    // The small number keeps a gradient of zeros at zero.
    const factor = minimum(1, divide(limit, scale(norm, 1, 1e-6)));
    return { gradients: gradients.map((gradient) => multiply(gradient, factor)), norm };
  });
}
