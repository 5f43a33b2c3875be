import { checkFrom0 } from '../checks/numbers';
import { instanceNorm } from '../ops/instanceNorm';
import type { Tensor } from '../tensor/tensor';
import { Module, Parameter } from './module';

/** Normalizes each channel of each image, then scales and shifts each channel; see {@link instanceNorm}. */
export class InstanceNorm extends Module {
  readonly scale: Parameter;
  readonly shift: Parameter;
  readonly #epsilon: number;

  /** @throws on an epsilon that is not a number ≥ 0. */
  constructor(channels: number, { epsilon = 1e-5 }: { epsilon?: number } = {}) {
    super();
    checkFrom0('InstanceNorm', 'epsilon', epsilon);
    this.scale = new Parameter(new Float32Array(channels).fill(1), [channels]);
    this.shift = new Parameter(new Float32Array(channels), [channels]);
    this.#epsilon = epsilon;
  }

  /** `[N, H, W, C]` → `[N, H, W, C]`. */
  forward(x: Tensor): Tensor {
    return instanceNorm(x, this.scale, this.shift, { epsilon: this.#epsilon });
  }
}
