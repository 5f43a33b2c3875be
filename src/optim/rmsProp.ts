import * as kernels from '../../kernels/optimizers';
import { checkOptions } from '../checks/options';
import { shown } from '../checks/shown';
import type { Module, Parameter } from '../nn/module';
import { applyKernel, type Tensor, tensor } from '../tensor/tensor';
import { Optimizer, type OptimizerOptions, optimizerKinds, type UpdateSettings } from './optimizer';

/** Settings of {@link rmsProp}. */
export interface RmsPropOptions extends OptimizerOptions {
  /** How slowly the mean of the squares forgets, 0 ≤ α < 1 (0.99). */
  alpha?: number;
  /** ε, which keeps the division finite (1e-8). */
  epsilon?: number;
  /** How much of the last step goes on, 0 ≤ momentum < 1 (0). */
  momentum?: number;
}

function checkShare(name: string, value: number): void {
  if (!(Number.isFinite(value) && value >= 0 && value < 1)) {
    throw new Error(`rmsProp: expected ${name} in [0, 1), got ${shown(value)}`);
  }
}

class RmsProp extends Optimizer {
  protected readonly slotNames = ['square', 'velocity'];
  readonly #scalars: { alpha: number; fresh: number; epsilon: number; momentum: number };

  constructor(target: Module | readonly Parameter[], options: RmsPropOptions) {
    super(target, options);
    const { alpha = 0.99, epsilon = 1e-8, momentum = 0 } = options;
    checkShare('alpha', alpha);
    checkShare('momentum', momentum);
    if (!(Number.isFinite(epsilon) && epsilon > 0 && epsilon < 1)) {
      throw new Error(`rmsProp: expected epsilon > 0 and below 1, got ${shown(epsilon)}`);
    }
    this.#scalars = { alpha, fresh: 1 - alpha, epsilon, momentum };
  }

  protected rate(learningRate: number): Tensor {
    return tensor([learningRate]);
  }

  protected update(parameter: Tensor, gradient: Tensor, slots: Tensor, { rate, weightDecay }: UpdateSettings): Tensor {
    return applyKernel(kernels.rmsProp, {
      inputs: [parameter, gradient, slots, rate],
      shape: [3, parameter.size],
      constants: { size: parameter.size },
      scalars: { ...this.#scalars, weightDecay },
    });
  }
}

/**
 * RMSprop (Tieleman and Hinton 2012, lecture 6.5): s ← α s + (1 − α) g², v ← momentum · v + g / (√s + ε), p ← p − rate · v; weight decay is
 * added to the gradient. EfficientNet and MobileNet were trained with it.
 * @param target a module, whose running values are updated in the same launch, or its parameters.
 * @throws where there is no parameter, a group holds none, or its settings are not numbers ≥ 0; on alpha or momentum outside 0 to 1, and an
 * epsilon that is not above 0.
 */
export function rmsProp(target: Module | readonly Parameter[], options: RmsPropOptions): Optimizer {
  const kinds = { ...optimizerKinds, alpha: 'any', epsilon: 'any', momentum: 'any' } as const;
  return new RmsProp(target, checkOptions('rmsProp', options, kinds));
}
