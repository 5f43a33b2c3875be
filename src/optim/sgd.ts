import * as kernels from '../../kernels/optimizers';
import { checkShare } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import type { Module, Parameter } from '../nn/module';
import { applyKernel, type Tensor, tensor } from '../tensor/tensor';
import { Optimizer, type OptimizerOptions, optimizerKinds, type UpdateSettings } from './optimizer';

/** Settings of {@link sgd}. */
export interface SgdOptions extends OptimizerOptions {
  /** How much of the last step goes on, 0 to 1. */
  momentum?: number;
  /** Looks ahead along the momentum (Sutskever et al. 2013). */
  nesterov?: boolean;
}

class Sgd extends Optimizer {
  protected readonly slotNames = ['velocity'];
  readonly #momentum: number;
  readonly #nesterov: boolean;

  constructor(target: Module | readonly Parameter[], { momentum = 0, nesterov = false, ...options }: SgdOptions) {
    super(target, options);
    checkShare('sgd', 'momentum', momentum);
    this.#momentum = momentum;
    this.#nesterov = nesterov;
  }

  protected rate(learningRate: number): Tensor {
    return tensor([learningRate]);
  }

  protected update(parameter: Tensor, gradient: Tensor, slots: Tensor, { rate, weightDecay }: UpdateSettings): Tensor {
    return applyKernel(kernels.sgd, {
      inputs: [parameter, gradient, slots, rate],
      shape: [2, parameter.size],
      constants: { nesterov: this.#nesterov ? 1 : 0 },
      scalars: { momentum: this.#momentum, weightDecay },
    });
  }
}

/**
 * Stochastic gradient descent: v ← momentum · v + g + weightDecay · p, then p ← p − rate · v; with nesterov
 * p ← p − rate · (momentum · v + g + weightDecay · p).
 * @param target a module, whose running values are updated in the same launch, or its parameters.
 * @throws where there is no parameter, a group holds none, or its settings are not numbers ≥ 0.
 */
export function sgd(target: Module | readonly Parameter[], options: SgdOptions): Optimizer {
  const kinds = { ...optimizerKinds, momentum: 'any', nesterov: 'flag' } as const;
  return new Sgd(target, checkOptions('sgd', options, kinds));
}
