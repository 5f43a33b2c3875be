import { resolveNumbers } from '../shape/shape';
import type { Shape, Triple } from '../shape/types';
import { withGradient } from '../tensor/autograd';
import type { Tensor } from '../tensor/tensor';
import { filterPlane } from './conv3d';
import {
  addBias,
  type ConvGeometry,
  type ConvTransposeOptions,
  checkTransposedConvolution,
  convTransposeGeometry,
  planeOptions,
} from './convGeometry';
import { convTranspose2d } from './convTranspose2d';
import { add } from './elementwise';
import { reshape } from './reshape';
import { slice } from './slice';
import { place } from './strided';

/** How the window of the convolution that is transposed walks over the result. */
export type ConvTranspose3dOptions = ConvTransposeOptions<Triple>;

/** Checks the settings of {@link convTranspose3d}; `x` of the result, the volume that the convolution would read, is the output's shape. */
export function convTranspose3dShape(x: Shape, weight: Shape, options: ConvTranspose3dOptions = {}): ConvGeometry {
  return convTransposeGeometry('convTranspose3d', 3, x, weight, options);
}

/** Sets planes `[N, D', …]` `step` apart among `depth` empty ones, the first of them at `first`. */
function spreadPlanes(planes: Tensor, depth: number, first: number, step: number): Tensor {
  const [batch, count, length] = planes.shape;
  const settings = { before: [0, first, 0], steps: [1, step, 1] };
  // The adjoint of putting planes among empty ones is taking them out again.
  const takeOut = (g: Tensor) =>
    slice(g, { start: [0, first], end: [batch, first + (count - 1) * step + 1], step: [1, step] });
  const spread = place('convTranspose3d', planes, [batch, depth, length], settings);
  return withGradient(spread, 'convTranspose3d', [planes], [takeOut]);
}

/**
 * Transposed convolution of volumes, the transpose of {@link conv3d}'s matrix: for each tap of the window's depth, every plane goes through
 * {@link convTranspose2d} and is added to the plane of the result to which the tap leads.
 *
 * y[n, e·s + h·d − p, r·s + i·d − p, c·s + j·d − p, o] = bias[o] + Σ x[n, e, r, c, q] · weight[h, i, j, o, q].
 * @param x features `[N, D, H, W, Cin]`.
 * @param weight the filters of the convolution that is transposed, `[kd, kh, kw, Cout / groups, Cin]`.
 * @returns `[N, D', H', W', Cout]` with D' = (D − 1)s − 2p + d(kd − 1) + 1 + outputPadding, and so on.
 * @throws where shapes and settings do not fit, or nothing is left of the result.
 */
export function convTranspose3d(x: Tensor, weight: Tensor, settings: ConvTranspose3dOptions = {}): Tensor {
  const { bias, ...options } = checkTransposedConvolution('convTranspose3d', { x, weight }, settings);
  const geometry = convTranspose3dShape(x.shape, weight.shape, options);
  const { size, outSize, kernel, stride, before, after, dilation } = geometry.axes[0];
  const [batch, , height, width, channels] = geometry.x;
  const planes = reshape(x, [batch * outSize, ...x.shape.slice(2)]);
  const [, ...extra] = resolveNumbers('convTranspose3d', 'outputPadding', options.outputPadding ?? 0, 3, 0);
  const parts = Array.from({ length: kernel }, (_, tap) => {
    const part = convTranspose2d(planes, filterPlane(weight, tap), {
      ...planeOptions(geometry),
      outputPadding: [extra[0], extra[1]],
    });
    const flat = reshape(part, [batch, outSize, height * width * channels]);
    return spreadPlanes(flat, before + size + after, tap * dilation, stride);
  });
  const whole = parts.reduce(add);
  const y = before + after > 0 ? slice(whole, { start: [0, before], end: [batch, before + size] }) : whole;
  return addBias('convTranspose3d', reshape(y, geometry.x), bias);
}
