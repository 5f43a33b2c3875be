import { checkCount } from '../checks/numbers';
import { prelu } from '../ops/activations';
import type { Tensor } from '../tensor/tensor';
import { Module, Parameter } from './module';

/** Leaky ReLU whose slopes are learned, one a channel, from 0.25 on; see {@link prelu}. Leave them out of weight decay. */
export class PRelu extends Module {
  /** `[C]`, or `[1]` where all channels share one. */
  readonly slope: Parameter;

  /** @param channels of what comes in, or 1 for one slope for all. @throws where channels is not a whole number ≥ 1. */
  constructor(channels = 1, { slope = 0.25 }: { slope?: number } = {}) {
    super();
    checkCount('PRelu', 'channels', channels, 1);
    this.slope = new Parameter(new Float32Array(channels).fill(slope), [channels]);
  }

  /** `[…, C]` → `[…, C]`. */
  forward(x: Tensor): Tensor {
    return prelu(x, this.slope);
  }
}
