import type { Shape, Triple } from '../shape/types';
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
import { add } from './elementwise';
import { pad } from './pad';
import { reshape } from './reshape';
import { slice } from './slice';

/** How the window walks. */
export type Conv3dOptions = ConvOptions<Triple>;

/** Checks the settings of {@link conv3d}; `y` of the result is the output's shape. */
export function conv3dShape(x: Shape, weight: Shape, options: Conv3dOptions = {}): ConvGeometry {
  return convGeometry('conv3d', 3, x, weight, options);
}

/** One plane of taps of a volume's filters, `[kh, kw, …]`. */
export function filterPlane(weight: Tensor, tap: number): Tensor {
  return reshape(slice(weight, { start: [tap], end: [tap + 1] }), weight.shape.slice(1));
}

/**
 * Cross-correlation of volumes with a bank of filters: for each tap of the window's depth, the planes that it meets are convolved by
 * {@link conv2d}, and what comes out is added.
 *
 * y[n, e, r, c, o] = bias[o] + Σ x[n, e·s + h·d − p, r·s + i·d − p, c·s + j·d − p, q] · weight[h, i, j, q, o].
 * @param x volumes `[N, D, H, W, Cin]`.
 * @param weight filters `[kd, kh, kw, Cin / groups, Cout]`.
 * @returns `[N, D', H', W', Cout]` with D' = ⌊(D + 2p − d(kd − 1) − 1) / s⌋ + 1, and so on.
 * @throws where shapes and settings do not fit, the window is larger than the padded volume, or more is to be reflected than there is.
 */
export function conv3d(x: Tensor, weight: Tensor, settings: Conv3dOptions = {}): Tensor {
  const { bias, ...options } = checkConvolution('conv3d', { x, weight }, settings);
  const planned = conv3dShape(x.shape, weight.shape, options);
  const { image, geometry } = withBorder('conv3d', x, planned, options.paddingMode);
  const { size, outSize, kernel, stride, before, after, dilation } = geometry.axes[0];
  const [batch, , ...plane] = image.shape;
  const flat = reshape(image, [batch, size, plane[0] * plane[1] * plane[2]]);
  const planes =
    before + after > 0
      ? pad(flat, [
          [0, 0],
          [before, after],
          [0, 0],
        ])
      : flat;
  const parts = Array.from({ length: kernel }, (_, tap) => {
    const first = tap * dilation;
    const met = slice(planes, {
      start: [0, first],
      end: [batch, first + (outSize - 1) * stride + 1],
      step: [1, stride],
    });
    return conv2d(reshape(met, [batch * outSize, ...plane]), filterPlane(weight, tap), planeOptions(geometry));
  });
  return addBias('conv3d', reshape(parts.reduce(add), geometry.y), bias);
}
