import { checkTensors } from '../checks/arguments';
import { checkOptions } from '../checks/options';
import { shown } from '../checks/shown';
import { scale } from '../ops/elementwise';
import { checkSameShape } from '../shape/shape';
import type { Tensor } from '../tensor/tensor';
import { type Reduction, reduceLoss } from './reduction';
import { smoothL1 } from './smoothL1';

/**
 * Huber loss of d = predicted − target: d² / 2 where |d| < δ, else δ · (|d| − δ / 2). It is δ times {@link smoothL1} with β = δ: its slope
 * grows to δ, that of `smoothL1` to 1.
 * @param predicted `[…]`. @param target the same shape. @param options delta: δ > 0 (1).
 * @returns one number, `[]`, or with reduction `none` the shape of predicted.
 * @throws where the shapes differ, on a delta that is not a number above 0, and on another reduction.
 * @see Huber 1964, Robust estimation of a location parameter.
 */
export function huber(
  predicted: Tensor,
  target: Tensor,
  options: { delta?: number; reduction?: Reduction } = {},
): Tensor {
  checkTensors('huber', { predicted, target });
  const { delta = 1, reduction = 'mean' } = checkOptions('huber', options, { delta: 'any', reduction: 'any' });
  checkSameShape('huber', 'target', target.shape, predicted.shape);
  if (!(Number.isFinite(delta) && delta > 0)) throw new Error(`huber: expected delta > 0, got ${shown(delta)}`);
  return reduceLoss('huber', scale(smoothL1(predicted, target, { beta: delta, reduction: 'none' }), delta), reduction);
}
