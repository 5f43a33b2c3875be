import { checkTensor } from '../checks/arguments';
import { checkOptions } from '../checks/options';
import { shown } from '../checks/shown';
import { resolveAxis, show } from '../shape/shape';
import type { Shape } from '../shape/types';
import { type Tensor, zeros } from '../tensor/tensor';
import { slice } from './slice';

/** Checks the settings of {@link split}: how long each part is, and the axis counted from the front. */
export function splitShape(x: Shape, sizes: number | readonly number[], axis = -1): { sizes: number[]; along: number } {
  const along = resolveAxis('split', axis, x.length);
  const list = typeof sizes === 'number' ? evenSizes(x[along], sizes) : sizes;
  const whole = Array.isArray(list) && list.length > 0 && list.every((size) => Number.isInteger(size) && size >= 0);
  if (!whole || list.reduce((total, size) => total + size, 0) !== x[along]) {
    throw new Error(`split: expected whole sizes that sum to axis ${along} of ${show(x)}, got ${shown(sizes)}`);
  }
  return { sizes: [...list], along };
}

/** Parts of one size, the last of what is left; none where that is no size. */
function evenSizes(length: number, size: number): number[] {
  if (!(Number.isInteger(size) && size >= 1)) return [];
  const count = Math.max(1, Math.ceil(length / size));
  return Array.from({ length: count }, (_, i) => Math.min(size, length - i * size));
}

/**
 * Cuts a tensor into parts along one axis; `concat` joins them again.
 * @param x `[…, A, …]`. @param sizes the length of each part, or one number for all, of which the last part may fall short.
 * @param options axis: negative from the end (−1).
 * @returns the parts in their order, `[…, size, …]` each.
 * @throws where the sizes do not sum to the axis's, or there is no such axis.
 */
export function split(x: Tensor, sizes: number | readonly number[], options: { axis?: number } = {}): Tensor[] {
  checkTensor('split', 'x', x);
  const { axis = -1 } = checkOptions('split', options, { axis: 'any' });
  const parts = splitShape(x.shape, sizes, axis);
  let end = 0;
  return parts.sizes.map((size) => {
    const start = end;
    end += size;
    if (size === 0) return zeros(x.shape.map((count, i) => (i === parts.along ? 0 : count)));
    return slice(x, {
      start: x.shape.map((_, i) => (i === parts.along ? start : 0)),
      end: x.shape.map((count, i) => (i === parts.along ? end : count)),
    });
  });
}
