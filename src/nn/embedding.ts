import { checkCount } from '../checks/numbers';
import { embedding } from '../ops/embedding';
import type { Random } from '../tensor/random';
import type { Tensor, TensorLike } from '../tensor/tensor';
import { type Initializer, normal } from './initialize';
import { Module, Parameter } from './module';

/** Settings of an {@link Embedding}. */
export interface EmbeddingSettings {
  /** Source of the first vectors. */
  random: Random;
  /** How they start (`normal(1)`). */
  initialize?: Initializer;
}

/**
 * A table of learned vectors, one for each of V numbers, such as words of a vocabulary; see {@link embedding}.
 * @throws where there is not at least one vector of at least one number.
 */
export class Embedding extends Module {
  /** `[V, D]`. */
  readonly table: Parameter;

  constructor(vectors: number, dimensions: number, { random, initialize = normal(1) }: EmbeddingSettings) {
    super();
    checkCount('Embedding', 'vectors', vectors, 1);
    checkCount('Embedding', 'dimensions', dimensions, 1);
    const shape = [vectors, dimensions];
    this.table = new Parameter(initialize(shape, random), shape);
  }

  /** Whole numbers from 0 to V − 1, `[…]` → `[…, D]`. */
  forward(indices: TensorLike): Tensor {
    return embedding(this.table, indices);
  }
}
