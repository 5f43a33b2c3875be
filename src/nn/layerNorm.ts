import { checkFrom0 } from '../checks/numbers';
import { layerNorm } from '../ops/layerNorm';
import { checkShape, sizeOf } from '../shape/shape';
import type { Shape } from '../shape/types';
import type { Tensor } from '../tensor/tensor';
import { Module, Parameter } from './module';

/** Normalizes each position over its channels, then scales and shifts each; see {@link layerNorm}. */
export class LayerNorm extends Module {
  /** `[C]`, or the sizes of the last axes. */
  readonly scale: Parameter;
  /** As scale. */
  readonly shift: Parameter;
  readonly #epsilon: number;

  /** @param sizes channels, or the sizes of the last axes `[…]`, over all of which is normalized. @throws where sizes are no whole numbers, or epsilon is not a number ≥ 0. */
  constructor(sizes: number | Shape, { epsilon = 1e-5 }: { epsilon?: number } = {}) {
    super();
    checkFrom0('LayerNorm', 'epsilon', epsilon);
    const shape = typeof sizes === 'number' ? [sizes] : [...sizes];
    checkShape('LayerNorm', shape);
    this.scale = new Parameter(new Float32Array(sizeOf(shape)).fill(1), shape);
    this.shift = new Parameter(new Float32Array(sizeOf(shape)), shape);
    this.#epsilon = epsilon;
  }

  /** `[…, C]` → `[…, C]`. */
  forward(x: Tensor): Tensor {
    return layerNorm(x, this.scale, this.shift, { epsilon: this.#epsilon });
  }
}
