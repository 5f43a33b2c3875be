import * as kernels from '../../kernels/activations';
import { checkTensors } from '../checks/arguments';
import { checkOptions } from '../checks/options';
import type { KernelFunction } from '../plan/planDescription';
import { show } from '../shape/shape';
import type { Shape } from '../shape/types';
import { withGradient } from '../tensor/autograd';
import type { Tensor } from '../tensor/tensor';
import { greater, mapKernel, multiply } from './elementwise';
import { where } from './where';

/** A function of each number by itself, and the kernel that multiplies its slope by the gradient of the result. */
function activation(
  operation: string,
  kernel: KernelFunction,
  gradientKernel: KernelFunction,
  x: Tensor,
  scalars?: Record<string, number>,
): Tensor {
  return withGradient(
    mapKernel(kernel, [x], scalars, operation),
    operation,
    [x],
    [(g) => mapKernel(gradientKernel, [x, g], scalars)],
  );
}

/**
 * min(max(0, x), 6), the ReLU of MobileNet, whose numbers stay small (Howard et al. 2017); the gradient at 0 and at 6 is 0.
 * @param x `[…]`. @returns `[…]`, the same shape.
 * @throws on what is no tensor.
 */
export function relu6(x: Tensor): Tensor {
  return activation('relu6', kernels.relu6, kernels.relu6Gradient, x);
}

/**
 * Exponential linear unit: x above 0, α · (eˣ − 1) below (Clevert, Unterthiner and Hochreiter 2016).
 * @param x `[…]`. @param options alpha: −α is the limit for x → −∞ (1). @returns `[…]`, the same shape.
 * @throws where alpha is not a finite number.
 */
export function elu(x: Tensor, options: { alpha?: number } = {}): Tensor {
  const { alpha = 1 } = checkOptions('elu', options, { alpha: 'number' });
  return activation('elu', kernels.elu, kernels.eluGradient, x, { alpha });
}

/**
 * The sigmoid in three straight pieces: min(max(0, x / 6 + ½), 1); the gradient at −3 and at 3 is 0.
 * (Howard et al. 2019, MobileNetV3, section 5.2.)
 * @param x `[…]`. @returns `[…]`, the same shape.
 * @throws on what is no tensor.
 */
export function hardSigmoid(x: Tensor): Tensor {
  return activation('hardSigmoid', kernels.hardSigmoid, kernels.hardSigmoidGradient, x);
}

/**
 * x · hardSigmoid(x): {@link silu} without an exponential (Howard et al. 2019, MobileNetV3, section 5.2).
 * @param x `[…]`. @returns `[…]`, the same shape.
 * @throws on what is no tensor.
 */
export function hardSwish(x: Tensor): Tensor {
  return activation('hardSwish', kernels.hardSwish, kernels.hardSwishGradient, x);
}

/**
 * x · sigmoid(x), also called swish: a smooth ReLU (Hendrycks and Gimpel 2016; Ramachandran, Zoph and Le 2017).
 * @param x `[…]`. @returns `[…]`, the same shape.
 * @throws on what is no tensor.
 */
export function silu(x: Tensor): Tensor {
  return activation('silu', kernels.silu, kernels.siluGradient, x);
}

/**
 * Gaussian error linear unit: x · Φ(x), Φ the probability that a normal number is below x (Hendrycks and Gimpel 2016).
 *
 * `approximate: 'tanh'` computes ½x · (1 + tanh(√(2/π) · (x + 0.044715x³))), which many published networks were trained with.
 * @param x `[…]`. @param options approximate: 'none' (the default) or 'tanh'. @returns `[…]`, the same shape.
 * @throws where approximate is neither.
 */
export function gelu(x: Tensor, options: { approximate?: 'none' | 'tanh' } = {}): Tensor {
  const { approximate = 'none' } = checkOptions('gelu', options, { approximate: ['none', 'tanh'] });
  if (approximate === 'none') return activation('gelu', kernels.gelu, kernels.geluGradient, x);
  return activation('gelu', kernels.geluTanh, kernels.geluTanhGradient, x);
}

/** Checks the operands of {@link prelu}; the result has x's shape. */
export function preluShape(x: Shape, slope: Shape): Shape {
  if (x.length === 0) throw new Error(`prelu: expected x […, C], got ${show(x)}`);
  const channels = x[x.length - 1];
  if (slope.length !== 1 || (slope[0] !== 1 && slope[0] !== channels)) {
    throw new Error(`prelu: expected slope [${channels}] or [1] for x ${show(x)}, got ${show(slope)}`);
  }
  return x;
}

/**
 * Leaky ReLU with learned slopes: x where positive, slope · x elsewhere (He et al. 2015). At 0 the gradient of x is the slope.
 * @param x `[…, C]`. @param slope `[C]`, one number a channel, or `[1]` for all. @returns `[…, C]`.
 * @throws where slope has another shape.
 */
export function prelu(x: Tensor, slope: Tensor): Tensor {
  checkTensors('prelu', { x, slope });
  preluShape(x.shape, slope.shape);
  return where(greater(x, 0), x, multiply(x, slope));
}
