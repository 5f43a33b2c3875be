import { checkTensorList } from '../checks/arguments';
import { shown } from '../checks/shown';
import { clamp } from '../ops/elementwise';
import { withoutGradients } from '../tensor/autograd';
import type { Tensor } from '../tensor/tensor';

/**
 * Limits each number of the gradients to −limit … limit. It changes their direction, which {@link clipGradientNorm} keeps.
 * @param gradients tensors of any shapes `[…]`.
 * @returns the limited gradients, each of its shape.
 * @throws where the limit is not a number above 0.
 */
export function clipGradientValue(gradients: readonly Tensor[], limit: number): Tensor[] {
  checkTensorList('clipGradientValue', 'gradients', gradients);
  if (!(Number.isFinite(limit) && limit > 0)) {
    throw new Error(`clipGradientValue: expected a limit > 0, got ${shown(limit)}`);
  }
  return withoutGradients(() => gradients.map((gradient) => clamp(gradient, { min: -limit, max: limit })));
}
