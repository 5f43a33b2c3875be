import { dropout } from '../ops/dropout';
import type { Random } from '../tensor/random';
import type { Tensor } from '../tensor/tensor';
import { Module } from './module';

/** Drops elements in training, a new choice each time; passes everything in evaluation. See {@link dropout}. */
export class Dropout extends Module {
  readonly #probability: number;
  readonly #random: Random;

  constructor({ probability, random }: { probability: number; random: Random }) {
    super();
    this.#probability = probability;
    this.#random = random;
  }

  forward(x: Tensor): Tensor {
    return this.training ? dropout(x, { probability: this.#probability, seed: this.#random.integer(2 ** 31) }) : x;
  }
}
