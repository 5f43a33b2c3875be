import { shown } from '../checks/shown';
import { mean, sum } from '../ops/reduce';
import type { Tensor } from '../tensor/tensor';

/** What a loss makes of its elements: their mean, their sum, or nothing. */
export type Reduction = 'mean' | 'sum' | 'none';

/** Applies a reduction; the mean of no elements is 0, as a batch without objects has no loss. */
export function reduceLoss(operation: string, losses: Tensor, reduction: Reduction): Tensor {
  switch (reduction) {
    case 'mean':
      return losses.size === 0 ? sum(losses) : mean(losses);
    case 'sum':
      return sum(losses);
    case 'none':
      return losses;
    default:
      throw new Error(`${operation}: expected reduction mean, sum or none, got ${shown(reduction)}`);
  }
}
