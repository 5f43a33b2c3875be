import type { Shape } from '../shape/types';
import type { Tensor } from '../tensor/tensor';
import { conv2d } from './conv2d';
import {
  addBias,
  type ConvGeometry,
  type ConvOptions,
  checkConvolution,
  convGeometry,
  planeOptions,
  withBorder,
} from './convGeometry';
import { reshape } from './reshape';

/** How the window walks. */
export type Conv1dOptions = ConvOptions<number>;

/** Checks the settings of {@link conv1d}; `y` of the result is the output's shape. */
export function conv1dShape(x: Shape, weight: Shape, options: Conv1dOptions = {}): ConvGeometry {
  return convGeometry('conv1d', 1, x, weight, options);
}

/**
 * Cross-correlation of signals with a bank of filters: {@link conv2d} of images with one row.
 *
 * y[n, r, o] = bias[o] + Σ x[n, r·s + i·d − p, q] · weight[i, q, o], over taps i and channels q.
 * @param x signals `[N, L, Cin]`.
 * @param weight filters `[k, Cin / groups, Cout]`.
 * @returns `[N, L', Cout]` with L' = ⌊(L + 2p − d(k − 1) − 1) / s⌋ + 1; with padding 'same', L' = ⌈L / s⌉.
 * @throws where shapes and settings do not fit, the window is larger than the padded signal, or more is to be reflected than there is.
 */
export function conv1d(x: Tensor, weight: Tensor, settings: Conv1dOptions = {}): Tensor {
  const { bias, ...options } = checkConvolution('conv1d', { x, weight }, settings);
  const planned = conv1dShape(x.shape, weight.shape, options);
  const { image, geometry } = withBorder('conv1d', x, planned, options.paddingMode);
  const [batch, length, channels] = image.shape;
  const rows = reshape(image, [batch, 1, length, channels]);
  const y = conv2d(rows, reshape(weight, [1, ...weight.shape]), planeOptions(geometry));
  return addBias('conv1d', reshape(y, geometry.y), bias);
}
