import { checkCount } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { prelu } from '../ops/activations';
import type { Tensor } from '../tensor/tensor';
import { filledParameter } from './initialize';
import { Module, type Parameter } from './module';

/** Leaky ReLU whose slopes are learned, one a channel, from 0.25 on; see {@link prelu}. Leave them out of weight decay. */
export class PRelu extends Module {
  /** `[C]`, or `[1]` where all channels share one. */
  readonly slope: Parameter;

  /** @param channels of what comes in, or 1 for one slope for all. @throws where channels is not a whole number ≥ 1. */
  constructor(channels = 1, options: { slope?: number } = {}) {
    super();
    const { slope = 0.25 } = checkOptions('PRelu', options, { slope: 'number' });
    checkCount('PRelu', 'channels', channels, 1);
    this.slope = filledParameter('PRelu', [channels], slope);
  }

  /** `[…, C]` → `[…, C]`. */
  forward(x: Tensor): Tensor {
    return prelu(x, this.slope);
  }
}
