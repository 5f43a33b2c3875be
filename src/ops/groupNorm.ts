import { checkTensors } from '../checks/arguments';
import { checkPositive } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { shown } from '../checks/shown';
import { checkRank, checkSameShape } from '../shape/shape';
import type { Tensor } from '../tensor/tensor';
import { add, multiply } from './elementwise';
import { reshape } from './reshape';
import { standardize } from './standardize';

/**
 * Normalizes groups of channels of each image on its own, so that the batch's size does not matter (Wu and He 2018).
 *
 * y = (x − mean) / √(variance + ε) · scale + shift, with mean and biased variance over the pixels and the channels of a group.
 * @param x `[N, H, W, C]`. @param scale `[C]`. @param shift `[C]`.
 * @param options groups: into how many the channels fall; it must divide C.
 * @returns `[N, H, W, C]`.
 * @throws where shapes do not fit, groups do not divide the channels, epsilon is not above 0, or there is no pixel to average.
 */
export function groupNorm(
  x: Tensor,
  scale: Tensor,
  shift: Tensor,
  options: { groups: number; epsilon?: number },
): Tensor {
  checkTensors('groupNorm', { x, scale, shift });
  const { groups, epsilon = 1e-5 } = checkOptions('groupNorm', options, { groups: 'any', epsilon: 'any' });
  checkRank('groupNorm', 'x', x.shape, 4, '[N, H, W, C]');
  const [batch, height, width, channels] = x.shape;
  if (!Number.isInteger(groups) || groups < 1 || channels % groups) {
    throw new Error(`groupNorm: expected groups to divide ${channels} channels, got ${shown(groups)}`);
  }
  checkPositive('groupNorm', 'epsilon', epsilon);
  checkSameShape('groupNorm', 'scale', scale.shape, [channels]);
  checkSameShape('groupNorm', 'shift', shift.shape, [channels]);
  const split = reshape(x, [batch, height * width, groups, channels / groups]);
  const normalized = standardize('groupNorm', split, [1, 3], epsilon);
  return add(multiply(reshape(normalized, x.shape), scale), shift);
}
