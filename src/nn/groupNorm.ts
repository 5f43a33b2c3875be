import { checkFrom0 } from '../checks/numbers';
import { groupNorm } from '../ops/groupNorm';
import type { Tensor } from '../tensor/tensor';
import { Module, Parameter } from './module';

/** Normalizes groups of channels of each image, then scales and shifts each channel; see {@link groupNorm}. */
export class GroupNorm extends Module {
  readonly scale: Parameter;
  readonly shift: Parameter;
  readonly #options: { groups: number; epsilon: number };

  /** @throws on an epsilon that is not a number ≥ 0. */
  constructor(channels: number, { groups, epsilon = 1e-5 }: { groups: number; epsilon?: number }) {
    super();
    checkFrom0('GroupNorm', 'epsilon', epsilon);
    this.scale = new Parameter(new Float32Array(channels).fill(1), [channels]);
    this.shift = new Parameter(new Float32Array(channels), [channels]);
    this.#options = { groups, epsilon };
  }

  /** `[N, H, W, C]` → `[N, H, W, C]`. */
  forward(x: Tensor): Tensor {
    return groupNorm(x, this.scale, this.shift, this.#options);
  }
}
