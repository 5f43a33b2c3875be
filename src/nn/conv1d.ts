import { type Conv1dOptions, conv1d } from '../ops/conv1d';
import type { Tensor } from '../tensor/tensor';
import { ConvLayer, type ConvSettings } from './convLayer';

/** Settings of a {@link Conv1d} layer. */
export type Conv1dSettings = ConvSettings<Conv1dOptions>;

/** Convolution of signals with learned filters: weight `[k, Cin / groups, Cout]`, bias `[Cout]`; see {@link conv1d}. */
export class Conv1d extends ConvLayer<Conv1dOptions> {
  constructor(inChannels: number, outChannels: number, settings: Conv1dSettings) {
    super({ name: 'Conv1d', rank: 1, inChannels, outChannels }, settings);
  }

  /** `[N, L, Cin]` → `[N, L', Cout]`. */
  forward(x: Tensor): Tensor {
    return conv1d(x, this.weight, this.options());
  }
}
