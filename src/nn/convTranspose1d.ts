import { type ConvTranspose1dOptions, convTranspose1d } from '../ops/convTranspose1d';
import type { Tensor } from '../tensor/tensor';
import { ConvLayer, type ConvSettings } from './convLayer';

/** Settings of a {@link ConvTranspose1d} layer. */
export type ConvTranspose1dSettings = ConvSettings<ConvTranspose1dOptions>;

/**
 * Transposed convolution of signals with learned filters: weight `[k, Cout / groups, Cin]`, bias `[Cout]`; see {@link convTranspose1d}.
 * Initializers count the fan-in of the convolution that is transposed, as PyTorch does.
 */
export class ConvTranspose1d extends ConvLayer<ConvTranspose1dOptions> {
  constructor(inChannels: number, outChannels: number, settings: ConvTranspose1dSettings) {
    super({ name: 'ConvTranspose1d', rank: 1, inChannels, outChannels, transposed: true }, settings);
  }

  /** `[N, L, Cin]` → `[N, L', Cout]`. */
  forward(x: Tensor): Tensor {
    return convTranspose1d(x, this.weight, this.options());
  }
}
