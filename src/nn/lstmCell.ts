import { checkOptions } from '../checks/options';
import { isRecord } from '../checks/record';
import { shown } from '../checks/shown';
import { add, multiply, sigmoid, tanh } from '../ops/elementwise';
import { matmul } from '../ops/matmul';
import { split } from '../ops/split';
import type { Tensor } from '../tensor/tensor';
import { RecurrentCell, type RecurrentCellSettings, recurrentKinds } from './recurrentCell';

/** What an LSTM remembers from step to step. */
export interface LstmState {
  /** h, `[N, H]`. */
  hidden: Tensor;
  /** c, `[N, H]`. */
  cell: Tensor;
}

/** Settings of an {@link LstmCell}. */
export interface LstmCellSettings extends RecurrentCellSettings {
  /** Where the bias of the forget gate starts (1), so that a new cell keeps what it has seen (Jozefowicz et al. 2015). */
  forgetBias?: number;
}

/**
 * One step of a long short-term memory, for sequences whose next input depends on the last output; for whole sequences there is `Lstm`.
 *
 *     i, f, o = σ(x W + h V + b),    g = tanh(x W + h V + b),    c ← f c + i g,    h ← o tanh(c)
 *
 * Weights `[C, 4 · H]` and `[H, 4 · H]`, and two biases that add up, as in PyTorch, in its order of the gates: i, f, g, o.
 * @throws where inputs or size are not whole numbers ≥ 1.
 */
export class LstmCell extends RecurrentCell {
  constructor(inputs: number, size: number, options: LstmCellSettings) {
    const kinds = { ...recurrentKinds, forgetBias: 'number' } as const;
    const { forgetBias = 1, ...settings } = checkOptions('LstmCell', options, kinds);
    super({ name: 'LstmCell', gates: 4, inputs, size }, settings);
    if (this.inputBias) this.inputBias.value.data!.fill(forgetBias, size, 2 * size);
  }

  /**
   * One step.
   * @param x `[N, C]`. @param state `[N, H]` each; zeros by default.
   * @returns the state after it. @throws where the shapes do not fit.
   */
  forward(x: Tensor, state?: LstmState): LstmState {
    if (state !== undefined && !isRecord(state)) {
      throw new Error(`LstmCell: expected a state { hidden, cell }, got ${shown(state)}`);
    }
    const before = {
      hidden: this.before(x, 'hidden', state?.hidden),
      cell: this.before(x, 'cell', state?.cell),
    };
    let sums = add(matmul(x, this.inputWeight), matmul(before.hidden, this.hiddenWeight));
    if (this.inputBias && this.hiddenBias) sums = add(sums, add(this.inputBias, this.hiddenBias));
    const [i, f, g, o] = split(sums, this.size);
    const cell = add(multiply(sigmoid(f), before.cell), multiply(sigmoid(i), tanh(g)));
    return { hidden: multiply(sigmoid(o), tanh(cell)), cell };
  }
}
