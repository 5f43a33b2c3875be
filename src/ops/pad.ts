import { show } from '../shape/shape';
import { withGradient } from '../tensor/autograd';
import type { Tensor } from '../tensor/tensor';
import { slice } from './slice';
import { place } from './strided';

/**
 * Surrounds a tensor with a constant.
 * @param padding `[before, after]` for each axis.
 * @throws where there is not one pair of whole numbers ≥ 0 per axis.
 */
export function pad(x: Tensor, padding: readonly (readonly [number, number])[], value = 0): Tensor {
  const valid = padding.length === x.rank && padding.flat().every((count) => Number.isInteger(count) && count >= 0);
  if (!valid)
    throw new Error(
      `pad: expected [before, after] ≥ 0 for each axis of ${show(x.shape)}, got ${JSON.stringify(padding)}`,
    );
  const shape = x.shape.map((size, axis) => padding[axis][0] + size + padding[axis][1]);
  const before = padding.map(([count]) => count);
  const steps = x.shape.map(() => 1);
  // The adjoint of padding is cropping.
  return withGradient(
    place('pad', x, shape, { before, steps, fill: value }),
    'pad',
    [x],
    [(g) => slice(g, { start: before, end: before.map((count, axis) => count + x.shape[axis]) })],
  );
}
