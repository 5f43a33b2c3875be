import { type Conv2dOptions, conv2d } from '../ops/conv2d';
import type { Tensor } from '../tensor/tensor';
import { ConvLayer, type ConvSettings } from './convLayer';

/** Settings of a {@link Conv2d} layer. */
export type Conv2dSettings = ConvSettings<Conv2dOptions>;

/** Convolution of images with learned filters: weight `[kh, kw, Cin / groups, Cout]`, bias `[Cout]`; see {@link conv2d}. */
export class Conv2d extends ConvLayer<Conv2dOptions> {
  constructor(inChannels: number, outChannels: number, settings: Conv2dSettings) {
    super({ name: 'Conv2d', rank: 2, inChannels, outChannels }, settings);
  }

  /** `[N, H, W, Cin]` → `[N, H', W', Cout]`. */
  forward(x: Tensor): Tensor {
    return conv2d(x, this.weight, this.options());
  }
}
