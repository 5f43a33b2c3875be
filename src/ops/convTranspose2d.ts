import type { Pair, Shape } from '../shape/types';
import { withGradient } from '../tensor/autograd';
import type { Tensor } from '../tensor/tensor';
import { launchConv2d, launchConv2dInputGradient, launchConv2dWeightGradient } from './conv2dLaunches';
import {
  addBias,
  type ConvGeometry,
  type ConvTransposeOptions,
  checkTransposedConvolution,
  convTransposeGeometry,
} from './convGeometry';

/** How the window of the convolution that is transposed walks over the result. */
export type ConvTranspose2dOptions = ConvTransposeOptions<Pair>;

/** Checks the settings of {@link convTranspose2d}; `x` of the result, the image that the convolution would read, is the output's shape. */
export function convTranspose2dShape(x: Shape, weight: Shape, options: ConvTranspose2dOptions = {}): ConvGeometry {
  return convTransposeGeometry('convTranspose2d', 2, x, weight, options);
}

/**
 * Transposed convolution: copies of the filter, weighed by the input, `stride` pixels apart and summed where they overlap.
 *
 * y[n, r·s + i·d − p, c·s + j·d − p, o] = bias[o] + Σ x[n, r, c, q] · weight[i, j, o, q], summed over all r, c, i, j, q that lead there.
 *
 * It is the transpose of the matrix by which {@link conv2d} with the same weight and settings multiplies, not its inverse, which is
 * why "deconvolution" is a bad name: `convTranspose2d(conv2d(x, weight), weight)` has the channels of x, and its size where `outputPadding`
 * makes up for what the stride rounded away.
 * @param x features `[N, H, W, Cin]`.
 * @param weight the filters of that convolution, `[kh, kw, Cout / groups, Cin]`, as TensorFlow has it; PyTorch's are
 * `[Cin, Cout / groups, kh, kw]`.
 * @returns `[N, H', W', Cout]` with H' = (H − 1)s − 2p + d(kh − 1) + 1 + outputPadding.
 * @throws where shapes and settings do not fit, or nothing is left of the result.
 */
export function convTranspose2d(x: Tensor, weight: Tensor, settings: ConvTranspose2dOptions = {}): Tensor {
  const { bias, ...options } = checkTransposedConvolution('convTranspose2d', { x, weight }, settings);
  const geometry = convTranspose2dShape(x.shape, weight.shape, options);
  const y = withGradient(
    launchConv2dInputGradient(x, weight, geometry),
    'convTranspose2d',
    [x, weight],
    [
      // The transpose of a transpose is the convolution itself.
      (g) => launchConv2d(g, weight, geometry),
      // A tap carried numbers of x to pixels of the result: the correlation of the two, with the result's gradient in the image's place.
      (g) => launchConv2dWeightGradient(g, x, geometry),
    ],
  );
  return addBias('convTranspose2d', y, bias);
}
