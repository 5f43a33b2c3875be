import { checkTensors } from '../checks/arguments';
import { checkPositive } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { checkRank, checkSameShape, show } from '../shape/shape';
import type { Shape } from '../shape/types';
import type { Tensor } from '../tensor/tensor';
import { add, multiply } from './elementwise';
import { standardize } from './standardize';

/** Checks the operands of {@link instanceNorm}; the result has x's shape. */
export function instanceNormShape(x: Shape, scale: Shape, shift: Shape): Shape {
  checkRank('instanceNorm', 'x', x, 4, '[N, H, W, C]');
  const [, height, width, channels] = x;
  if (height * width < 2) {
    throw new Error(`instanceNorm: expected more than one pixel to compare, got ${show(x)}`);
  }
  checkSameShape('instanceNorm', 'scale', scale, [channels]);
  checkSameShape('instanceNorm', 'shift', shift, [channels]);
  return x;
}

/**
 * Normalizes each channel of each image on its own, which takes away its contrast (Ulyanov, Vedaldi and Lempitsky 2016): group norm with
 * as many groups as channels.
 *
 * y = (x − mean) / √(variance + ε) · scale + shift, with mean and biased variance over the pixels.
 * @param x `[N, H, W, C]`. @param scale `[C]`. @param shift `[C]`. @returns `[N, H, W, C]`.
 * @throws where shapes do not fit, there are less than two pixels, and where epsilon is not above 0.
 */
export function instanceNorm(x: Tensor, scale: Tensor, shift: Tensor, options: { epsilon?: number } = {}): Tensor {
  checkTensors('instanceNorm', { x, scale, shift });
  const { epsilon = 1e-5 } = checkOptions('instanceNorm', options, { epsilon: 'any' });
  instanceNormShape(x.shape, scale.shape, shift.shape);
  checkPositive('instanceNorm', 'epsilon', epsilon);
  return add(multiply(standardize('instanceNorm', x, [1, 2], epsilon), scale), shift);
}
