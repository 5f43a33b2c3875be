import { checkTensors } from '../checks/arguments';
import { checkOptions } from '../checks/options';
import { multiply, subtract } from '../ops/elementwise';
import { checkSameShape } from '../shape/shape';
import type { Tensor } from '../tensor/tensor';
import { type Reduction, reduceLoss } from './reduction';

/**
 * Squared error (predicted − target)², by default its mean.
 * @param predicted `[…]`. @param target the same shape.
 * @returns one number, `[]`, or with reduction `none` the shape of predicted.
 * @throws where the shapes differ, and on another reduction.
 */
export function mse(predicted: Tensor, target: Tensor, options: { reduction?: Reduction } = {}): Tensor {
  checkTensors('mse', { predicted, target });
  const { reduction = 'mean' } = checkOptions('mse', options, { reduction: 'any' });
  checkSameShape('mse', 'target', target.shape, predicted.shape);
  const difference = subtract(predicted, target);
  return reduceLoss('mse', multiply(difference, difference), reduction);
}
