import { checkCount } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { type LstmResult, lstm } from '../ops/lstm';
import { stack } from '../ops/stack';
import { checkShape } from '../shape/shape';
import type { Tensor } from '../tensor/tensor';
import { LstmCell, type LstmCellSettings, type LstmState } from './lstmCell';
import { Module } from './module';
import { recurrentKinds } from './recurrentCell';
import { layerState, type SequenceOptions } from './recurrentLayers';

/** Settings of an {@link Lstm}. */
export interface LstmSettings extends LstmCellSettings {
  /** How many layers stand on each other, each with the outputs of the one below as inputs (1). */
  layers?: number;
}

/** What an {@link Lstm} starts from, and where its sequences end. */
export interface LstmInput extends SequenceOptions {
  /** States before the first step, `[L, N, H]` each; zeros by default. */
  state?: LstmState;
}

/**
 * Long short-term memory over sequences, batch first, in L layers; see `lstm` and {@link LstmCell}.
 * @throws where inputs, size or layers are not whole numbers ≥ 1.
 */
export class Lstm extends Module {
  /** The cell of each layer. */
  readonly stacked: LstmCell[];

  constructor(inputs: number, size: number, options: LstmSettings) {
    super();
    const kinds = { ...recurrentKinds, layers: 'any', forgetBias: 'number' } as const;
    const { layers = 1, ...settings } = checkOptions('Lstm', options, kinds);
    checkCount('Lstm', 'inputs', inputs, 1);
    checkCount('Lstm', 'size', size, 1);
    checkCount('Lstm', 'layers', layers, 1);
    checkShape('Lstm', [layers, size, 4 * size]);
    this.stacked = Array.from(
      { length: layers },
      (_, layer) => new LstmCell(layer === 0 ? inputs : size, size, settings),
    );
  }

  /**
   * Runs the whole sequences through all layers.
   * @param x `[N, T, C]`. @param input lengths: how many steps each sequence has, `[N]`.
   * @returns the last layer's outputs `[N, T, H]`, 0 after the end of a sequence, and the states of all layers after it, `[L, N, H]`.
   * @throws as `lstm`, and where a state has another shape.
   */
  forward(x: Tensor, input: LstmInput = {}): LstmResult {
    const { state, lengths } = checkOptions('Lstm', input, { state: 'record', lengths: 'any' });
    const layers = this.stacked.length;
    let outputs = x;
    const states: LstmState[] = [];
    for (const [layer, cell] of this.stacked.entries()) {
      const start = {
        hidden: layerState('Lstm', 'hidden', state?.hidden, { layer, layers }),
        cell: layerState('Lstm', 'cell', state?.cell, { layer, layers }),
      };
      const result = lstm(outputs, cell, { ...start, lengths });
      states.push(result);
      outputs = result.outputs;
    }
    return { outputs, hidden: stack(states.map(({ hidden }) => hidden)), cell: stack(states.map(({ cell }) => cell)) };
  }
}
