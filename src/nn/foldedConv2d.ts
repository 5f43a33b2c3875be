import { type Convolution, conv2d } from '../ops/conv2d';
import type { Value } from '../tensor/graph';
import { type Tensor, tensor } from '../tensor/tensor';

/** The state of a batch norm, each `[C]`. */
export interface NormState {
  readonly scale: Tensor;
  readonly shift: Tensor;
  readonly mean: Tensor;
  readonly variance: Tensor;
  readonly epsilon: number;
}

/**
 * A convolution and the batch norm after it as one convolution, for evaluation:
 *
 * weight · f and (bias − mean) · f + shift, with f = scale / √(variance + ε) by output channel.
 * The numbers are computed again when one of them has changed.
 */
export class FoldedConv2d {
  #values: readonly Value[] = [];
  #weight: Tensor | null = null;
  #bias: Tensor | null = null;

  /**
   * The normalized result of a convolution.
   * @returns null where some of the numbers are still to be computed, or the weights' last axis is not the output's channels.
   */
  run({ x, weight, options }: Convolution, norm: NormState): Tensor | null {
    const { bias, ...settings } = options;
    const parts = [weight, norm.scale, norm.shift, norm.mean, norm.variance, ...(bias ? [bias] : [])];
    if (parts.some(({ value }) => value.data === null)) return null;
    const values = parts.map(({ value }) => value);
    if (
      !this.#weight ||
      values.length !== this.#values.length ||
      values.some((value, i) => value !== this.#values[i])
    ) {
      this.#fold(weight, bias, norm);
      this.#values = values;
    }
    return conv2d(x, this.#weight!, { ...settings, bias: this.#bias! });
  }

  #fold(weight: Tensor, bias: Tensor | undefined, { scale, shift, mean, variance, epsilon }: NormState): void {
    const [scales, shifts, means, variances] = [scale, shift, mean, variance].map(({ value }) => value.data!);
    const factors = Float64Array.from(scales, (value, o) => value / Math.sqrt(variances[o] + epsilon));
    const channels = factors.length;
    const weights = weight.value.data!.map((value, i) => value * factors[i % channels]);
    const biases = bias ? bias.value.data! : new Float32Array(channels);
    const offsets = shifts.map((value, o) => (biases[o] - means[o]) * factors[o] + value);
    this.#weight = tensor(weights, weight.shape);
    this.#bias = tensor(offsets, [channels]);
  }
}
