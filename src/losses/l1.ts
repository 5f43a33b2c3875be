import { checkTensors } from '../checks/arguments';
import { checkOptions } from '../checks/options';
import { abs, subtract } from '../ops/elementwise';
import { checkSameShape } from '../shape/shape';
import type { Tensor } from '../tensor/tensor';
import { type Reduction, reduceLoss } from './reduction';

/**
 * Absolute error |predicted − target|, by default its mean; where both are equal, the gradient is 0.
 * @param predicted `[…]`. @param target the same shape.
 * @returns one number, `[]`, or with reduction `none` the shape of predicted.
 * @throws where the shapes differ, and on another reduction.
 */
export function l1(predicted: Tensor, target: Tensor, options: { reduction?: Reduction } = {}): Tensor {
  checkTensors('l1', { predicted, target });
  const { reduction = 'mean' } = checkOptions('l1', options, { reduction: 'any' });
  checkSameShape('l1', 'target', target.shape, predicted.shape);
  return reduceLoss('l1', abs(subtract(predicted, target)), reduction);
}
