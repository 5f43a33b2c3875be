import { checkTensor } from '../checks/arguments';
import { shown } from '../checks/shown';
import { show, stridesOf } from '../shape/shape';
import { withGradient } from '../tensor/autograd';
import type { Tensor } from '../tensor/tensor';
import { stridedCopy } from './strided';

/** The axes of a tensor from the last to the first. */
function backward(x: Tensor): number[] {
  checkTensor('permute', 'x', x);
  return x.shape.map((_, axis) => x.rank - 1 - axis);
}

/**
 * Reorders axes: axis i of the result is axis `axes[i]` of x. Without axes the order is reversed, a matrix transposed.
 *
 * Axes 0, 3, 1, 2 take `[N, H, W, C]` to `[N, C, H, W]`.
 * @throws where `axes` does not name each axis once.
 */
export function permute(x: Tensor, axes: readonly number[] = backward(x)): Tensor {
  checkTensor('permute', 'x', x);
  if (!Array.isArray(axes) || axes.length !== x.rank || x.shape.some((_, axis) => !axes.includes(axis))) {
    throw new Error(`permute: expected each axis of ${show(x.shape)} once, got ${shown(axes)}`);
  }
  const strides = stridesOf(x.shape);
  const shape = axes.map((axis) => x.shape[axis]);
  const moved = stridedCopy(
    'permute',
    x,
    shape,
    axes.map((axis) => strides[axis]),
  );
  // The adjoint of a permutation is its inverse.
  return withGradient(
    moved,
    'permute',
    [x],
    [
      (g) =>
        permute(
          g,
          axes.map((_, i) => axes.indexOf(i)),
        ),
    ],
  );
}
