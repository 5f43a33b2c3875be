import { checkCount, checkPositive } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { instanceNorm } from '../ops/instanceNorm';
import type { Tensor } from '../tensor/tensor';
import { filledParameter } from './initialize';
import { Module, type Parameter } from './module';

/** Normalizes each channel of each image, then scales and shifts each channel; see {@link instanceNorm}. */
export class InstanceNorm extends Module {
  readonly scale: Parameter;
  readonly shift: Parameter;
  readonly #epsilon: number;

  /** @throws on an epsilon that is not a number ≥ 0. */
  constructor(channels: number, options: { epsilon?: number } = {}) {
    super();
    const { epsilon = 1e-5 } = checkOptions('InstanceNorm', options, { epsilon: 'any' });
    checkCount('InstanceNorm', 'channels', channels, 1);
    checkPositive('InstanceNorm', 'epsilon', epsilon);
    this.scale = filledParameter('InstanceNorm', [channels], 1);
    this.shift = filledParameter('InstanceNorm', [channels]);
    this.#epsilon = epsilon;
  }

  /** `[N, H, W, C]` → `[N, H, W, C]`. */
  forward(x: Tensor): Tensor {
    return instanceNorm(x, this.scale, this.shift, { epsilon: this.#epsilon });
  }
}
