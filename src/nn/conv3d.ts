import { type Conv3dOptions, conv3d } from '../ops/conv3d';
import type { Tensor } from '../tensor/tensor';
import { ConvLayer, type ConvSettings } from './convLayer';

/** Settings of a {@link Conv3d} layer. */
export type Conv3dSettings = ConvSettings<Conv3dOptions>;

/** Convolution of volumes with learned filters: weight `[kd, kh, kw, Cin / groups, Cout]`, bias `[Cout]`; see {@link conv3d}. */
export class Conv3d extends ConvLayer<Conv3dOptions> {
  constructor(inChannels: number, outChannels: number, settings: Conv3dSettings) {
    super({ name: 'Conv3d', rank: 3, inChannels, outChannels }, settings);
  }

  /** `[N, D, H, W, Cin]` → `[N, D', H', W', Cout]`. */
  forward(x: Tensor): Tensor {
    return conv3d(x, this.weight, this.options());
  }
}
