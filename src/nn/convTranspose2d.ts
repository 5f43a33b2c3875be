import { type ConvTranspose2dOptions, convTranspose2d } from '../ops/convTranspose2d';
import type { Tensor } from '../tensor/tensor';
import { ConvLayer, type ConvSettings } from './convLayer';

/** Settings of a {@link ConvTranspose2d} layer. */
export type ConvTranspose2dSettings = ConvSettings<ConvTranspose2dOptions>;

/**
 * Transposed convolution of images with learned filters: weight `[kh, kw, Cout / groups, Cin]`, bias `[Cout]`; see {@link convTranspose2d}.
 * Initializers count the fan-in of the convolution that is transposed, as PyTorch does.
 */
export class ConvTranspose2d extends ConvLayer<ConvTranspose2dOptions> {
  constructor(inChannels: number, outChannels: number, settings: ConvTranspose2dSettings) {
    super({ name: 'ConvTranspose2d', rank: 2, inChannels, outChannels, transposed: true }, settings);
  }

  /** `[N, H, W, Cin]` → `[N, H', W', Cout]`. */
  forward(x: Tensor): Tensor {
    return convTranspose2d(x, this.weight, this.options());
  }
}
