import { checkCount } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { type GruResult, gru } from '../ops/gru';
import { stack } from '../ops/stack';
import { checkShape } from '../shape/shape';
import type { Tensor } from '../tensor/tensor';
import { GruCell } from './gruCell';
import { Module } from './module';
import { type RecurrentCellSettings, recurrentKinds } from './recurrentCell';
import { layerState, type SequenceOptions } from './recurrentLayers';

/** Settings of a {@link Gru}. */
export interface GruSettings extends RecurrentCellSettings {
  /** How many layers stand on each other, each with the outputs of the one below as inputs (1). */
  layers?: number;
}

/** What a {@link Gru} starts from, and where its sequences end. */
export interface GruInput extends SequenceOptions {
  /** Hidden states before the first step, `[L, N, H]`; zeros by default. */
  hidden?: Tensor;
}

/**
 * Gated recurrent unit over sequences, batch first, in L layers; see `gru` and {@link GruCell}.
 * @throws where inputs, size or layers are not whole numbers ≥ 1.
 */
export class Gru extends Module {
  /** The cell of each layer. */
  readonly stacked: GruCell[];

  constructor(inputs: number, size: number, options: GruSettings) {
    super();
    const kinds = { ...recurrentKinds, layers: 'any' } as const;
    const { layers = 1, ...settings } = checkOptions('Gru', options, kinds);
    checkCount('Gru', 'inputs', inputs, 1);
    checkCount('Gru', 'size', size, 1);
    checkCount('Gru', 'layers', layers, 1);
    checkShape('Gru', [layers, size, 3 * size]);
    this.stacked = Array.from(
      { length: layers },
      (_, layer) => new GruCell(layer === 0 ? inputs : size, size, settings),
    );
  }

  /**
   * Runs the whole sequences through all layers.
   * @param x `[N, T, C]`. @param input lengths: how many steps each sequence has, `[N]`.
   * @returns the last layer's outputs `[N, T, H]`, 0 after the end of a sequence, and the hidden states of all layers after it, `[L, N, H]`.
   * @throws as `gru`, and where a state has another shape.
   */
  forward(x: Tensor, input: GruInput = {}): GruResult {
    const { hidden, lengths } = checkOptions('Gru', input, { hidden: 'any', lengths: 'any' });
    const layers = this.stacked.length;
    let outputs = x;
    const states: Tensor[] = [];
    for (const [layer, cell] of this.stacked.entries()) {
      const start = layerState('Gru', 'hidden', hidden, { layer, layers });
      const result = gru(outputs, cell, { hidden: start, lengths });
      states.push(result.hidden);
      outputs = result.outputs;
    }
    return { outputs, hidden: stack(states) };
  }
}
