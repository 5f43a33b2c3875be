import { checkPositive } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { layerNorm } from '../ops/layerNorm';
import { checkShape, show, sizeOf } from '../shape/shape';
import type { Shape } from '../shape/types';
import type { Tensor } from '../tensor/tensor';
import { filledParameter } from './initialize';
import { Module, type Parameter } from './module';

/** Normalizes each position over its channels, then scales and shifts each; see {@link layerNorm}. */
export class LayerNorm extends Module {
  /** `[C]`, or the sizes of the last axes. */
  readonly scale: Parameter;
  /** As scale. */
  readonly shift: Parameter;
  readonly #epsilon: number;

  /** @param sizes channels, or the sizes of the last axes `[…]`, over all of which is normalized. @throws where sizes are no whole numbers, or epsilon is not a number ≥ 0. */
  constructor(sizes: number | Shape, options: { epsilon?: number } = {}) {
    super();
    const { epsilon = 1e-5 } = checkOptions('LayerNorm', options, { epsilon: 'any' });
    checkPositive('LayerNorm', 'epsilon', epsilon);
    const shape = typeof sizes === 'number' ? [sizes] : sizes;
    checkShape('LayerNorm', shape);
    if (shape.length === 0 || sizeOf(shape) === 0) {
      throw new Error(`LayerNorm: expected at least one axis and number, got ${show(shape)}`);
    }
    this.scale = filledParameter('LayerNorm', shape, 1);
    this.shift = filledParameter('LayerNorm', shape);
    this.#epsilon = epsilon;
  }

  /** `[…, C]` → `[…, C]`. */
  forward(x: Tensor): Tensor {
    return layerNorm(x, this.scale, this.shift, { epsilon: this.#epsilon });
  }
}
