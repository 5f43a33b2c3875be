import * as kernels from '../../kernels/losses';
import { checkTensors } from '../checks/arguments';
import { checkOptions } from '../checks/options';
import { shown } from '../checks/shown';
import { negate } from '../ops/elementwise';
import { checkSameShape } from '../shape/shape';
import { withGradient } from '../tensor/autograd';
import { applyKernel, type Tensor } from '../tensor/tensor';
import { type Reduction, reduceLoss } from './reduction';

/**
 * Smooth L1 loss of d = predicted − target: d² / 2β where |d| < β, else |d| − β/2 (Girshick 2015, equation 3, with β = 1).
 * @param predicted `[…]`. @param target the same shape. @param settings beta: β > 0 (1).
 * @returns one number, `[]`, or with reduction `none` the shape of predicted.
 * @throws where the shapes differ, on a beta that is not above 0, and on another reduction.
 */
export function smoothL1(
  predicted: Tensor,
  target: Tensor,
  settings: { beta?: number; reduction?: Reduction } = {},
): Tensor {
  checkTensors('smoothL1', { predicted, target });
  const { beta = 1, reduction = 'mean' } = checkOptions('smoothL1', settings, { beta: 'any', reduction: 'any' });
  checkSameShape('smoothL1', 'target', target.shape, predicted.shape);
  if (!(Number.isFinite(beta) && beta > 0)) throw new Error(`smoothL1: expected beta > 0, got ${shown(beta)}`);
  const options = { shape: predicted.shape, grid: [predicted.size], scalars: { beta } };
  const gradient = (g: Tensor) => applyKernel(kernels.smoothL1Gradient, { ...options, inputs: [predicted, target, g] });
  const losses = withGradient(
    applyKernel(kernels.smoothL1, { ...options, inputs: [predicted, target] }),
    'smoothL1',
    [predicted, target],
    [gradient, (g) => negate(gradient(g))],
  );
  return reduceLoss('smoothL1', losses, reduction);
}
