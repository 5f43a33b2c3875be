import { checkTensor } from '../checks/arguments';
import { checkOptions } from '../checks/options';
import { shown } from '../checks/shown';
import { dropout } from '../ops/dropout';
import { createRandom, type Random } from '../tensor/random';
import type { Tensor } from '../tensor/tensor';
import { full } from '../tensor/tensor';
import { Module, RunningValue } from './module';

/** Drops elements in training, a new choice each time; passes everything in evaluation. See {@link dropout}. */
export class Dropout extends Module {
  /** Choices made so far, `[1]`. It is part of the module's state, so a run that is continued drops what it would have dropped. */
  readonly draws = new RunningValue(new Float32Array(1), [1], { averaged: false });
  readonly #probability: number;
  readonly #seed: number;

  /** @throws on a probability outside 0 ≤ p < 1. */
  constructor(options: { probability: number; random: Random }) {
    super();
    const { probability, random } = checkOptions('Dropout', options, { probability: 'any', random: 'random' });
    if (!(typeof probability === 'number' && probability >= 0 && probability < 1)) {
      throw new Error(`Dropout: expected a probability in [0, 1), got ${shown(probability)}`);
    }
    this.#probability = probability;
    this.#seed = random.integer(2 ** 31);
  }

  /** `[…]` → `[…]`, the same shape; in training each call makes a new choice, and counts it. @throws on what is no tensor. */
  forward(x: Tensor): Tensor {
    checkTensor('Dropout', 'x', x);
    if (!this.training) return x;
    const draws = this.draws.value.data![0];
    this.draws.assign(full([1], draws + 1));
    const seed = createRandom((this.#seed + draws) | 0).integer(2 ** 31);
    return dropout(x, { probability: this.#probability, seed });
  }
}
