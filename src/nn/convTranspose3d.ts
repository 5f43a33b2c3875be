import { type ConvTranspose3dOptions, convTranspose3d } from '../ops/convTranspose3d';
import type { Tensor } from '../tensor/tensor';
import { ConvLayer, type ConvSettings } from './convLayer';

/** Settings of a {@link ConvTranspose3d} layer. */
export type ConvTranspose3dSettings = ConvSettings<ConvTranspose3dOptions>;

/**
 * Transposed convolution of volumes with learned filters: weight `[kd, kh, kw, Cout / groups, Cin]`, bias `[Cout]`; see {@link convTranspose3d}.
 * Initializers count the fan-in of the convolution that is transposed, as PyTorch does.
 */
export class ConvTranspose3d extends ConvLayer<ConvTranspose3dOptions> {
  constructor(inChannels: number, outChannels: number, settings: ConvTranspose3dSettings) {
    super({ name: 'ConvTranspose3d', rank: 3, inChannels, outChannels, transposed: true }, settings);
  }

  /** `[N, D, H, W, Cin]` → `[N, D', H', W', Cout]`. */
  forward(x: Tensor): Tensor {
    return convTranspose3d(x, this.weight, this.options());
  }
}
