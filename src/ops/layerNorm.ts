import { checkTensors } from '../checks/arguments';
import { checkPositive } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { checkSameShape, show } from '../shape/shape';
import type { Shape } from '../shape/types';
import type { Tensor } from '../tensor/tensor';
import { add, multiply } from './elementwise';
import { standardize } from './standardize';

/** Checks the operands of {@link layerNorm}: the axes that are normalized, counted from the front. */
export function layerNormAxes(x: Shape, scale: Shape, shift: Shape): number[] {
  const first = x.length - scale.length;
  if (scale.length === 0 || first < 0 || scale.some((size, axis) => size !== x[first + axis])) {
    throw new Error(`layerNorm: expected scale to have the last sizes of x ${show(x)}, got ${show(scale)}`);
  }
  checkSameShape('layerNorm', 'shift', shift, scale);
  return scale.map((_, axis) => first + axis);
}

/**
 * Normalizes each position on its own, over the last axes: those of scale (Ba, Kiros and Hinton 2016).
 *
 * y = (x − mean) / √(variance + ε) · scale + shift, with mean and biased variance over the last axes.
 * @param x `[…, C]`, or with more axes at the end. @param scale `[C]`, or the sizes of the last axes. @param shift as scale.
 * @returns `[…, C]`, x's shape.
 * @throws where shapes do not fit, and where epsilon is not above 0.
 */
export function layerNorm(x: Tensor, scale: Tensor, shift: Tensor, options: { epsilon?: number } = {}): Tensor {
  checkTensors('layerNorm', { x, scale, shift });
  const { epsilon = 1e-5 } = checkOptions('layerNorm', options, { epsilon: 'any' });
  const axes = layerNormAxes(x.shape, scale.shape, shift.shape);
  checkPositive('layerNorm', 'epsilon', epsilon);
  const normalized = x.size === 0 ? x : standardize('layerNorm', x, axes, epsilon);
  return add(multiply(normalized, scale), shift);
}
