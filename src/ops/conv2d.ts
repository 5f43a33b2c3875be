import type { Pair, Shape } from '../shape/types';
import { withGradient } from '../tensor/autograd';
import type { Tensor } from '../tensor/tensor';
import { launchConv2d, launchConv2dInputGradient, launchConv2dWeightGradient } from './conv2dLaunches';
import {
  addBias,
  type ConvGeometry,
  type ConvOptions,
  checkConvolution,
  convGeometry,
  withBorder,
} from './convGeometry';

/** How the window walks. */
export type Conv2dOptions = ConvOptions<Pair>;

/** What {@link conv2d} was called with. */
export interface Convolution {
  readonly x: Tensor;
  readonly weight: Tensor;
  readonly options: Conv2dOptions;
}

const convolutions = new WeakMap<Tensor, Convolution>();

/** The convolution that made a tensor; undefined where something else did. */
export function convolutionOf(y: Tensor): Convolution | undefined {
  return convolutions.get(y);
}

/** Checks the settings of {@link conv2d}; `y` of the result is the output's shape. */
export function conv2dShape(x: Shape, weight: Shape, options: Conv2dOptions = {}): ConvGeometry {
  return convGeometry('conv2d', 2, x, weight, options);
}

/**
 * Cross-correlation of images with a bank of filters, what deep learning calls convolution (Dumoulin and Visin 2016).
 *
 * y[n, r, c, o] = bias[o] + Σ x[n, r·s + i·d − p, c·s + j·d − p, q] · weight[i, j, q, o], over taps i, j and channels q.
 * @param x images `[N, H, W, Cin]`.
 * @param weight filters `[kh, kw, Cin / groups, Cout]`.
 * @returns `[N, H', W', Cout]` with H' = ⌊(H + 2p − d(kh − 1) − 1) / s⌋ + 1; with padding 'same', H' = ⌈H / s⌉.
 * @throws where shapes and settings do not fit, the window is larger than the padded image, or more is to be reflected than there is.
 */
export function conv2d(x: Tensor, weight: Tensor, settings: Conv2dOptions = {}): Tensor {
  const { bias, ...options } = checkConvolution('conv2d', { x, weight }, settings);
  const planned = conv2dShape(x.shape, weight.shape, options);
  const { image, geometry } = withBorder('conv2d', x, planned, options.paddingMode);
  const y = withGradient(
    launchConv2d(image, weight, geometry),
    'conv2d',
    [image, weight],
    [
      // The adjoint of a convolution: each output hands its gradient back through the taps that read the pixel.
      (g) => launchConv2dInputGradient(g, weight, geometry),
      // The gradient of a tap is the correlation of the pixels it read with the gradients of the outputs they went to.
      (g) => launchConv2dWeightGradient(image, g, geometry),
    ],
  );
  const biased = addBias('conv2d', y, bias);
  convolutions.set(biased, { x, weight, options: { ...options, bias } });
  return biased;
}
