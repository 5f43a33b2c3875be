import { checkCount, checkPositive } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { shown } from '../checks/shown';
import { groupNorm } from '../ops/groupNorm';
import type { Tensor } from '../tensor/tensor';
import { filledParameter } from './initialize';
import { Module, type Parameter } from './module';

/** Normalizes groups of channels of each image, then scales and shifts each channel; see {@link groupNorm}. */
export class GroupNorm extends Module {
  readonly scale: Parameter;
  readonly shift: Parameter;
  readonly #options: { groups: number; epsilon: number };

  /** @throws on an epsilon that is not a number ≥ 0. */
  constructor(channels: number, options: { groups: number; epsilon?: number }) {
    super();
    const { groups, epsilon = 1e-5 } = checkOptions('GroupNorm', options, { groups: 'any', epsilon: 'any' });
    checkCount('GroupNorm', 'channels', channels, 1);
    if (!Number.isInteger(groups) || groups < 1 || channels % groups) {
      throw new Error(`GroupNorm: expected groups to divide ${channels} channels, got ${shown(groups)}`);
    }
    checkPositive('GroupNorm', 'epsilon', epsilon);
    this.scale = filledParameter('GroupNorm', [channels], 1);
    this.shift = filledParameter('GroupNorm', [channels]);
    this.#options = { groups, epsilon };
  }

  /** `[N, H, W, C]` → `[N, H, W, C]`. */
  forward(x: Tensor): Tensor {
    return groupNorm(x, this.scale, this.shift, this.#options);
  }
}
