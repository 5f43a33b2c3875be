import { add } from '../ops/elementwise';
import { matmul } from '../ops/matmul';
import type { Random } from '../tensor/random';
import type { Tensor } from '../tensor/tensor';
import { type Initializer, kaimingNormal } from './initialize';
import { Module, Parameter } from './module';

/** Settings of a {@link Linear} layer. */
export interface LinearSettings {
  /** Whether a learnt number per output is added (true). */
  bias?: boolean;
  /** Source of the first weights. */
  random: Random;
  /** How the weights start (`kaimingNormal`). */
  initialize?: Initializer;
}

/** y = x · weight + bias: weight `[in, out]`, bias `[out]`. */
export class Linear extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter | null;

  constructor(inputs: number, outputs: number, { bias = true, random, initialize = kaimingNormal }: LinearSettings) {
    super();
    this.weight = new Parameter(initialize([inputs, outputs], random), [inputs, outputs]);
    this.bias = bias ? new Parameter(new Float32Array(outputs), [outputs]) : null;
  }

  /** `[…, in]` → `[…, out]`. */
  forward(x: Tensor): Tensor {
    const product = matmul(x, this.weight);
    return this.bias ? add(product, this.bias) : product;
  }
}
