import { add, multiply, sigmoid, subtract, tanh } from '../ops/elementwise';
import { matmul } from '../ops/matmul';
import { split } from '../ops/split';
import type { Tensor } from '../tensor/tensor';
import { RecurrentCell, type RecurrentCellSettings } from './recurrentCell';

/**
 * One step of a gated recurrent unit, for sequences whose next input depends on the last output; for whole sequences there is `Gru`.
 *
 *     r, z = σ(x W + b + h V + d),    n = tanh(x W + b + r (h V + d)),    h ← (1 − z) n + z h
 *
 * Weights `[C, 3 · H]` and `[H, 3 · H]`, and a bias for each, in PyTorch's order of the gates: r, z, n.
 * @throws where inputs or size are not whole numbers ≥ 1.
 */
export class GruCell extends RecurrentCell {
  constructor(inputs: number, size: number, settings: RecurrentCellSettings) {
    super({ name: 'GruCell', gates: 3, inputs, size }, settings);
  }

  /**
   * One step.
   * @param x `[N, C]`. @param hidden `[N, H]`; zeros by default.
   * @returns the hidden state after it, `[N, H]`. @throws where the shapes do not fit.
   */
  forward(x: Tensor, hidden?: Tensor): Tensor {
    const before = this.before(x, 'hidden', hidden);
    const biased = (product: Tensor, bias: Tensor | null) => (bias ? add(product, bias) : product);
    const [inputR, inputZ, inputN] = split(biased(matmul(x, this.inputWeight), this.inputBias), this.size);
    const [hiddenR, hiddenZ, hiddenN] = split(biased(matmul(before, this.hiddenWeight), this.hiddenBias), this.size);
    const r = sigmoid(add(inputR, hiddenR));
    const z = sigmoid(add(inputZ, hiddenZ));
    const n = tanh(add(inputN, multiply(r, hiddenN)));
    return add(n, multiply(z, subtract(before, n)));
  }
}
