import type { Shape } from '../shape/types';
import type { Tensor } from '../tensor/tensor';
import {
  addBias,
  type ConvGeometry,
  type ConvTransposeOptions,
  checkTransposedConvolution,
  convTransposeGeometry,
  planeOptions,
} from './convGeometry';
import { convTranspose2d } from './convTranspose2d';
import { reshape } from './reshape';

/** How the window of the convolution that is transposed walks over the result. */
export type ConvTranspose1dOptions = ConvTransposeOptions<number>;

/** Checks the settings of {@link convTranspose1d}; `x` of the result, the signal that the convolution would read, is the output's shape. */
export function convTranspose1dShape(x: Shape, weight: Shape, options: ConvTranspose1dOptions = {}): ConvGeometry {
  return convTransposeGeometry('convTranspose1d', 1, x, weight, options);
}

/**
 * Transposed convolution of signals, the transpose of {@link conv1d}'s matrix: {@link convTranspose2d} of images with one row.
 *
 * y[n, r·s + i·d − p, o] = bias[o] + Σ x[n, r, q] · weight[i, o, q], summed over all r, i, q that lead there.
 * @param x features `[N, L, Cin]`.
 * @param weight the filters of the convolution that is transposed, `[k, Cout / groups, Cin]`.
 * @returns `[N, L', Cout]` with L' = (L − 1)s − 2p + d(k − 1) + 1 + outputPadding.
 * @throws where shapes and settings do not fit, or nothing is left of the result.
 */
export function convTranspose1d(x: Tensor, weight: Tensor, settings: ConvTranspose1dOptions = {}): Tensor {
  const { bias, ...options } = checkTransposedConvolution('convTranspose1d', { x, weight }, settings);
  const geometry = convTranspose1dShape(x.shape, weight.shape, options);
  const { outputPadding } = options;
  const [batch, length, channels] = x.shape;
  const rows = reshape(x, [batch, 1, length, channels]);
  const y = convTranspose2d(rows, reshape(weight, [1, ...weight.shape]), {
    ...planeOptions(geometry),
    outputPadding: [0, outputPadding ?? 0],
  });
  return addBias('convTranspose1d', reshape(y, geometry.x), bias);
}
