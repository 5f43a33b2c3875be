import * as kernels from '../../kernels/losses';
import { withGradient } from '../tensor/autograd';
import { checkSameShape } from '../tensor/shape';
import { applyKernel, type Tensor } from '../tensor/tensor';
import { type Reduction, reduceLoss } from './reduction';

/**
 * Binary cross-entropy of logits: −(w · t · log σ(x) + (1 − t) · log(1 − σ(x))), without overflow for any x.
 * @param logits x, `[…]`. @param targets t, the same shape, from 0 to 1; no gradient.
 * @param options positiveWeight: w, how much more a positive counts (1).
 * @returns one number, `[]`, or with reduction `none` the logits' shape.
 * @throws where the shapes differ, and on another reduction.
 */
export function bceWithLogits(
  logits: Tensor,
  targets: Tensor,
  { positiveWeight = 1, reduction = 'mean' }: { positiveWeight?: number; reduction?: Reduction } = {},
): Tensor {
  checkSameShape('bceWithLogits', 'targets', targets.shape, logits.shape);
  const options = { shape: logits.shape, grid: [logits.size], scalars: { positiveWeight } };
  const losses = withGradient(
    applyKernel(kernels.bceWithLogits, { ...options, inputs: [logits, targets] }),
    'bceWithLogits',
    [logits],
    [(g) => applyKernel(kernels.bceWithLogitsGradient, { ...options, inputs: [logits, targets, g] })],
  );
  return reduceLoss('bceWithLogits', losses, reduction);
}
