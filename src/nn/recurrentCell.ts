import { checkTensor } from '../checks/arguments';
import { checkCount } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { checkRank, checkSameShape } from '../shape/shape';
import type { Random } from '../tensor/random';
import { type Tensor, zeros } from '../tensor/tensor';
import { drawnParameter, filledParameter, type Initializer, xavierUniform } from './initialize';
import { Module, type Parameter } from './module';

/** Settings of a recurrent cell. */
export interface RecurrentCellSettings {
  /** Whether learned numbers are added in each gate (true). */
  bias?: boolean;
  /** Source of the first weights. */
  random: Random;
  /** How the weights start (`xavierUniform`). */
  initialize?: Initializer;
}

/** What settings of a recurrent cell are. */
export const recurrentKinds = { random: 'random', bias: 'flag', initialize: 'function' } as const;

/** The weights of one layer, with G gates side by side in their columns. @throws where inputs or size are not whole numbers ≥ 1. */
export abstract class RecurrentCell extends Module {
  /** `[C, G · H]`. */
  readonly inputWeight: Parameter;
  /** `[H, G · H]`. */
  readonly hiddenWeight: Parameter;
  /** `[G · H]`, or null. */
  readonly inputBias: Parameter | null;
  /** `[G · H]`, or null. */
  readonly hiddenBias: Parameter | null;
  /** H, the numbers of the hidden state. */
  readonly size: number;
  readonly #name: string;

  /** @internal */
  constructor(
    { name, gates, inputs, size }: { name: string; gates: number; inputs: number; size: number },
    settings: RecurrentCellSettings,
  ) {
    super();
    const { bias = true, random, initialize = xavierUniform } = checkOptions(name, settings, recurrentKinds);
    checkCount(name, 'inputs', inputs, 1);
    checkCount(name, 'size', size, 1);
    const columns = gates * size;
    this.inputWeight = drawnParameter(name, [inputs, columns], initialize, random);
    this.hiddenWeight = drawnParameter(name, [size, columns], initialize, random);
    this.inputBias = bias ? filledParameter(name, [columns]) : null;
    this.hiddenBias = bias ? filledParameter(name, [columns]) : null;
    this.size = size;
    this.#name = name;
  }

  /** The state before a step, zeros where none is given. @throws where input `[N, C]` or state `[N, H]` has another shape. */
  protected before(x: Tensor, name: string, state: Tensor | undefined): Tensor {
    checkTensor(this.#name, 'x', x);
    checkRank(this.#name, 'x', x.shape, 2, '[N, C]');
    const [batch] = x.shape;
    checkSameShape(this.#name, 'x', x.shape, [batch, this.inputWeight.shape[0]]);
    const shape = [batch, this.size];
    if (state !== undefined) checkTensor(this.#name, name, state);
    if (state) checkSameShape(this.#name, name, state.shape, shape);
    return state ?? zeros(shape);
  }
}
