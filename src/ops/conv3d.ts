import type { Shape, Triple } from '../shape/types';
import type { Tensor } from '../tensor/tensor';
import { conv2d } from './conv2d';
import { addBias, type ConvGeometry, type ConvOptions, convGeometry } from './convGeometry';
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

/** The part of a volume's settings that concerns its planes. */
export function planeOptions({ axes, groups }: ConvGeometry) {
  const [, vertical, horizontal] = axes;
  const both = (name: 'stride' | 'padding' | 'dilation') => [vertical[name], horizontal[name]] as const;
  return { stride: both('stride'), padding: both('padding'), dilation: both('dilation'), groups };
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
 * @throws where shapes and settings do not fit, or the window is larger than the padded volume.
 */
export function conv3d(x: Tensor, weight: Tensor, { bias, ...options }: Conv3dOptions = {}): Tensor {
  const geometry = conv3dShape(x.shape, weight.shape, options);
  const { size, outSize, kernel, stride, padding, dilation } = geometry.axes[0];
  const [batch, , ...plane] = x.shape;
  const flat = reshape(x, [batch, size, plane[0] * plane[1] * plane[2]]);
  const border = [padding, padding] as const;
  const planes = padding > 0 ? pad(flat, [[0, 0], border, [0, 0]]) : flat;
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
