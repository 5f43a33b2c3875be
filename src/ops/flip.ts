import { checkTensor } from '../checks/arguments';
import { checkOptions } from '../checks/options';
import { resolveAxes, stridesOf } from '../shape/shape';
import { withGradient } from '../tensor/autograd';
import type { Tensor } from '../tensor/tensor';
import { stridedCopy } from './strided';

/**
 * Reverses the order along axes: over axis 2, images `[N, H, W, C]` are mirrored.
 * @param x `[…]`. @param options axes: one or several, negative from the end; all of them by default. @returns `[…]`, the same shape.
 * @throws where there is no such axis, or one is named twice.
 */
export function flip(x: Tensor, options: { axes?: number | readonly number[] } = {}): Tensor {
  checkTensor('flip', 'x', x);
  const { axes } = checkOptions('flip', options, { axes: 'any' });
  const reversed = resolveAxes('flip', axes, x.rank);
  const strides = stridesOf(x.shape);
  const offset = reversed.reduce((total, axis) => total + Math.max(0, x.shape[axis] - 1) * strides[axis], 0);
  const directed = strides.map((stride, axis) => (reversed.includes(axis) ? -stride : stride));
  // The adjoint puts everything back, by the same reversal.
  return withGradient(
    stridedCopy('flip', x, x.shape, directed, offset),
    'flip',
    [x],
    [(g) => flip(g, { axes: reversed })],
  );
}
