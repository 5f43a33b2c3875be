import * as kernels from '../../kernels/dropout';
import { checkTensor } from '../checks/arguments';
import { checkOptions } from '../checks/options';
import { shown } from '../checks/shown';
import { applyKernel, type Tensor, tensor } from '../tensor/tensor';
import { multiply } from './elementwise';

/**
 * Sets elements to 0 with the given probability and scales the others by 1 / (1 − probability), so that the mean stays
 * (Srivastava et al. 2014).
 * @param x `[…]`. @param options probability in 0 ≤ p < 1; seed: a whole number, the same seed drops the same elements on every back end.
 * @returns `[…]`, the same shape.
 * @throws on another probability, and on a seed that is not a whole number ≥ 0.
 */
export function dropout(x: Tensor, options: { probability: number; seed: number }): Tensor {
  checkTensor('dropout', 'x', x);
  const { probability, seed } = checkOptions('dropout', options, { probability: 'any', seed: 'any' });
  if (!(typeof probability === 'number' && probability >= 0 && probability < 1))
    throw new Error(`dropout: expected a probability in [0, 1), got ${shown(probability)}`);
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new Error(`dropout: expected a whole seed ≥ 0, got ${shown(seed)}`);
  if (probability === 0) return x;
  // The kernel's generators want three small numbers; together they tell 4000³ seeds apart.
  const parts = tensor([seed % 4000, Math.floor(seed / 4000) % 4000, Math.floor(seed / 16e6) % 4000]);
  const mask = applyKernel(kernels.dropoutMask, {
    inputs: [parts],
    shape: x.shape,
    grid: [x.size],
    scalars: { probability, kept: 1 / (1 - probability) },
  });
  // The mask has no history, so the product's own rule is the gradient: what was dropped moves nothing.
  return multiply(x, mask);
}
