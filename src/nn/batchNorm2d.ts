import { checkTensor } from '../checks/arguments';
import { checkCount, checkFrom0, checkShare } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { batchNorm2d, batchNorm2dEvaluate, runningAverage } from '../ops/batchNorm2d';
import { convolutionOf } from '../ops/conv2d';
import type { Tensor } from '../tensor/tensor';
import { FoldedConv2d } from './foldedConv2d';
import { filledParameter } from './initialize';
import { Module, type Parameter, RunningValue } from './module';

/**
 * Normalizes each channel: with the batch's statistics in training, with their running averages in evaluation; see
 * {@link batchNorm2d}. The running variance averages the unbiased batch variance, as PyTorch's does.
 */
export class BatchNorm2d extends Module {
  readonly scale: Parameter;
  readonly shift: Parameter;
  readonly mean: RunningValue;
  readonly variance: RunningValue;
  readonly #momentum: number;
  readonly #epsilon: number;
  #folded: FoldedConv2d | null = null;

  /** @throws on a momentum outside 0 to 1, or an epsilon that is not a number ≥ 0. */
  constructor(channels: number, options: { momentum?: number; epsilon?: number } = {}) {
    super();
    const kinds = { momentum: 'any', epsilon: 'any' } as const;
    const { momentum = 0.1, epsilon = 1e-5 } = checkOptions('BatchNorm2d', options, kinds);
    checkCount('BatchNorm2d', 'channels', channels, 1);
    checkShare('BatchNorm2d', 'momentum', momentum);
    checkFrom0('BatchNorm2d', 'epsilon', epsilon);
    this.scale = filledParameter('BatchNorm2d', [channels], 1);
    this.shift = filledParameter('BatchNorm2d', [channels]);
    this.mean = new RunningValue(new Float32Array(channels), [channels]);
    this.variance = new RunningValue(new Float32Array(channels).fill(1), [channels]);
    this.#momentum = momentum;
    this.#epsilon = epsilon;
  }

  /** Becomes part of the convolution before it while it is frozen. @internal Use `foldBatchNorm`. */
  fold(): void {
    this.#folded ??= new FoldedConv2d();
  }

  /** `[N, H, W, C]` → `[N, H, W, C]`. @throws on what is no tensor. */
  forward(x: Tensor): Tensor {
    checkTensor('BatchNorm2d', 'x', x);
    const options = { epsilon: this.#epsilon };
    if (!this.training) {
      const { scale, shift, mean, variance } = this;
      const convolution = this.frozen && this.#folded ? convolutionOf(x) : undefined;
      const folded = convolution && this.#folded!.run(convolution, { scale, shift, mean, variance, ...options });
      if (folded) return folded;
      return batchNorm2dEvaluate(x, scale, shift, { ...options, mean, variance });
    }
    const { output, mean, variance } = batchNorm2d(x, this.scale, this.shift, options);
    const count = x.size / x.shape[3];
    const momentum = this.#momentum;
    this.mean.assign(runningAverage(this.mean, mean, { momentum }));
    const correction = count / Math.max(1, count - 1);
    this.variance.assign(runningAverage(this.variance, variance, { momentum, correction }));
    return output;
  }
}
