import { checkTensor } from '../checks/arguments';
import { checkCount } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { add } from '../ops/elementwise';
import { matmul } from '../ops/matmul';
import type { Random } from '../tensor/random';
import type { Tensor } from '../tensor/tensor';
import { drawnParameter, filledParameter, type Initializer, kaimingNormal } from './initialize';
import { Module, type Parameter } from './module';

/** Settings of a {@link Linear} layer. */
export interface LinearSettings {
  /** Whether a learned number per output is added (true). */
  bias?: boolean;
  /** Source of the first weights. */
  random: Random;
  /** How the weights start (`kaimingNormal`). */
  initialize?: Initializer;
}

/**
 * y = x · weight + bias: weight `[in, out]`, bias `[out]`.
 * @throws unless inputs and outputs are whole numbers ≥ 1, and on settings that there are not.
 */
export class Linear extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter | null;

  constructor(inputs: number, outputs: number, settings: LinearSettings) {
    super();
    const kinds = { random: 'random', bias: 'flag', initialize: 'function' } as const;
    const { bias = true, random, initialize = kaimingNormal } = checkOptions('Linear', settings, kinds);
    checkCount('Linear', 'inputs', inputs, 1);
    checkCount('Linear', 'outputs', outputs, 1);
    this.weight = drawnParameter('Linear', [inputs, outputs], initialize, random);
    this.bias = bias ? filledParameter('Linear', [outputs]) : null;
  }

  /** `[…, in]` → `[…, out]`. @throws on what is no tensor. */
  forward(x: Tensor): Tensor {
    checkTensor('Linear', 'x', x);
    const product = matmul(x, this.weight);
    return this.bias ? add(product, this.bias) : product;
  }
}
