import * as kernels from '../../kernels/optimizers';
import { checkFrom0 } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { shown } from '../checks/shown';
import type { Module, Parameter } from '../nn/module';
import { applyKernel, type Tensor, tensor } from '../tensor/tensor';
import { Optimizer, type OptimizerOptions, optimizerKinds, type UpdateSettings } from './optimizer';

/** Settings of {@link adam} and {@link adamW}. */
export interface AdamOptions extends OptimizerOptions {
  /** How slowly the averages of the gradient and of its square forget, each 0 ≤ β < 1 (0.9 and 0.999). */
  betas?: readonly [number, number];
  /** ε, which keeps the division finite (1e-8). */
  epsilon?: number;
}

const adamKinds = { ...optimizerKinds, betas: 'any', epsilon: 'any' } as const;

class Adam extends Optimizer {
  protected readonly slotNames = ['mean', 'square'];
  readonly #betas: readonly [number, number];
  readonly #epsilon: number;
  readonly #decoupled: boolean;

  constructor(target: Module | readonly Parameter[], options: AdamOptions, decoupled: boolean) {
    super(target, options);
    const { betas = [0.9, 0.999], epsilon = 1e-8 } = options;
    if (
      !Array.isArray(betas) ||
      betas.length !== 2 ||
      betas.some((beta) => !(Number.isFinite(beta) && beta >= 0 && beta < 1))
    )
      throw new Error(`adam: expected betas in [0, 1), got ${shown(betas)}`);
    checkFrom0('adam', 'epsilon', epsilon);
    this.#betas = betas;
    this.#epsilon = epsilon;
    this.#decoupled = decoupled;
  }

  protected rate(learningRate: number, step: number): Tensor {
    const [first, second] = this.#betas;
    return tensor([learningRate, 1 / (1 - first ** (step + 1)), 1 / (1 - second ** (step + 1))]);
  }

  protected update(parameter: Tensor, gradient: Tensor, slots: Tensor, { rate, weightDecay }: UpdateSettings): Tensor {
    const [beta1, beta2] = this.#betas;
    return applyKernel(kernels.adam, {
      inputs: [parameter, gradient, slots, rate],
      shape: [3, parameter.size],
      constants: { size: parameter.size },
      scalars: {
        beta1,
        beta2,
        fresh1: 1 - beta1,
        fresh2: 1 - beta2,
        epsilon: this.#epsilon,
        weightDecay: this.#decoupled ? 0 : weightDecay,
        decoupledDecay: this.#decoupled ? weightDecay : 0,
      },
    });
  }
}

/**
 * Adam (Kingma and Ba 2015, algorithm 1): p ← p − rate · m̂ / (√v̂ + ε), m and v running means of g and g²; weight decay is added
 * to the gradient.
 * @param target a module, whose running values are updated in the same launch, or its parameters.
 * @throws where there is no parameter, a group holds none, or its settings are not numbers ≥ 0, and on betas outside 0 ≤ β < 1.
 */
export function adam(target: Module | readonly Parameter[], options: AdamOptions): Optimizer {
  return new Adam(target, checkOptions('adam', options, adamKinds), false);
}

/**
 * Adam whose weight decay shrinks the parameter itself, apart from the gradient (Loshchilov and Hutter 2019):
 * p ← p − rate · (m̂ / (√v̂ + ε) + weightDecay · p), weightDecay 0.01 by default.
 * @param target a module, whose running values are updated in the same launch, or its parameters.
 * @throws where there is no parameter, a group holds none, or its settings are not numbers ≥ 0, and on betas outside 0 ≤ β < 1.
 */
export function adamW(target: Module | readonly Parameter[], options: AdamOptions): Optimizer {
  const { weightDecay = 0.01, ...others } = checkOptions('adamW', options, adamKinds);
  return new Adam(target, { weightDecay, ...others }, true);
}
