import * as kernels from '../../kernels/focalLoss';
import { checkTensors } from '../checks/arguments';
import { checkOptions } from '../checks/options';
import { shown } from '../checks/shown';
import { checkSameShape } from '../shape/shape';
import { withGradient } from '../tensor/autograd';
import { applyKernel, type Tensor } from '../tensor/tensor';
import { type Reduction, reduceLoss } from './reduction';

/** Settings of {@link focalLoss}. */
export interface FocalLossOptions {
  /** Weight α of the positives, 0 to 1; the negatives' is 1 − α (0.25). Null weighs both by 1. */
  alpha?: number | null;
  /** Exponent γ ≥ 0: how little easy examples count (2). At 0 the loss is the weighted cross-entropy. */
  gamma?: number;
  /** What is made of the elements (`'mean'`). Detectors use `'sum'` and divide by the number of positives. */
  reduction?: Reduction;
}

/**
 * Focal loss of logits: binary cross-entropy in which easy examples count little, so that a hundred thousand easy negatives do not
 * outweigh a few objects.
 *
 *     FL = −α_t · (1 − p_t)^γ · log p_t,    p = σ(x),    p_t = p t + (1 − p)(1 − t),    α_t = α t + (1 − α)(1 − t)
 *
 * Divide the sum by the number of *positive* anchors, not of all anchors, and start the last layer's bias at −log((1 − π) / π) with
 * π = 0.01, which is −4.595: otherwise the negatives' loss outweighs everything else at the first step.
 *
 * @param logits x, `[…]`. @param targets t, the same shape, from 0 to 1; no gradient.
 * @returns one number, `[]`, or with reduction `none` the logits' shape.
 * @throws where the shapes differ, on an alpha outside 0 to 1, a gamma that is not a number ≥ 0, and on another reduction.
 * @see Lin et al. 2017, Focal loss for dense object detection, equation 5.
 */
export function focalLoss(logits: Tensor, targets: Tensor, settings: FocalLossOptions = {}): Tensor {
  checkTensors('focalLoss', { logits, targets });
  const kinds = { gamma: 'any', alpha: 'any', reduction: 'any' } as const;
  const { alpha = 0.25, gamma = 2, reduction = 'mean' } = checkOptions('focalLoss', settings, kinds);
  checkSameShape('focalLoss', 'targets', targets.shape, logits.shape);
  if (alpha !== null && !(typeof alpha === 'number' && alpha >= 0 && alpha <= 1)) {
    throw new Error(`focalLoss: expected alpha from 0 to 1, or null, got ${shown(alpha)}`);
  }
  if (!(Number.isFinite(gamma) && gamma >= 0)) {
    throw new Error(`focalLoss: expected gamma ≥ 0, got ${shown(gamma)}`);
  }
  const scalars = { gamma, positive: alpha ?? 1, negative: alpha === null ? 1 : 1 - alpha };
  const options = { shape: logits.shape, grid: [logits.size], scalars };
  const losses = withGradient(
    applyKernel(kernels.focalLoss, { ...options, inputs: [logits, targets] }),
    'focalLoss',
    [logits],
    [(g) => applyKernel(kernels.focalLossGradient, { ...options, inputs: [logits, targets, g] })],
  );
  return reduceLoss('focalLoss', losses, reduction);
}
