import { checkCount } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { embedding } from '../ops/embedding';
import type { Random } from '../tensor/random';
import type { Tensor, TensorLike } from '../tensor/tensor';
import { drawnParameter, type Initializer, normal } from './initialize';
import { Module, type Parameter } from './module';

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

  constructor(vectors: number, dimensions: number, settings: EmbeddingSettings) {
    super();
    const kinds = { random: 'random', initialize: 'function' } as const;
    const { random, initialize = normal(1) } = checkOptions('Embedding', settings, kinds);
    checkCount('Embedding', 'vectors', vectors, 1);
    checkCount('Embedding', 'dimensions', dimensions, 1);
    this.table = drawnParameter('Embedding', [vectors, dimensions], initialize, random);
  }

  /** Whole numbers from 0 to V − 1, `[…]` → `[…, D]`. */
  forward(indices: TensorLike): Tensor {
    return embedding(this.table, indices);
  }
}
