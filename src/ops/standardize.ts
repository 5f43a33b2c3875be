import { withGradient } from '../tensor/autograd';
import type { Tensor } from '../tensor/tensor';
import { divide, multiply, scale, sqrt, subtract } from './elementwise';
import { mean } from './reduce';

/**
 * Mean 0 and variance 1 over axes: y = (x − mean) / √(variance + ε), with the biased variance.
 * @param x `[…]`, with at least one element along the axes. @returns `[…]`, the same shape.
 */
export function standardize(operation: string, x: Tensor, axes: readonly number[], epsilon: number): Tensor {
  const options = { axes, keepDims: true };
  const centered = subtract(x, mean(x, options));
  const deviation = sqrt(scale(mean(multiply(centered, centered), options), 1, epsilon));
  const y = divide(centered, deviation);
  // Neither a constant added to x nor a factor moves y, so the gradient loses its parts along 1 and along y.
  const gradient = (g: Tensor) => {
    const across = subtract(subtract(g, mean(g, options)), multiply(y, mean(multiply(g, y), options)));
    return divide(across, deviation);
  };
  return withGradient(y, operation, [x], [gradient]);
}
