import { checkTensor } from '../checks/arguments';
import { checkOptions } from '../checks/options';
import { shown } from '../checks/shown';
import { show, stridesOf } from '../shape/shape';
import { withGradient } from '../tensor/autograd';
import type { Tensor } from '../tensor/tensor';
import { place, stridedCopy } from './strided';

/** A range per axis; missing entries take the whole axis. */
export interface SliceOptions {
  /** First index, negative from the end; 0 by default. */
  start?: readonly number[];
  /** First index no longer taken, negative from the end; the axis's size by default. */
  end?: readonly number[];
  /** Distance between the indices taken, ≥ 1. */
  step?: readonly number[];
}

/**
 * A rectangular part of a tensor, every `step`-th element from `start` up to but not including `end`, along each axis.
 * @param x `[…, A, …]`.
 * @returns `[…, ⌈(end − start) / step⌉, …]`.
 * @throws where a range leaves the tensor, or is empty although its axis is not, or there are more ranges than axes, or a setting is no
 * list.
 */
export function slice(x: Tensor, options: SliceOptions): Tensor {
  checkTensor('slice', 'x', x);
  const { start = [], end = [], step = [] } = checkOptions('slice', options, { start: 'any', end: 'any', step: 'any' });
  for (const [name, list] of [
    ['start', start],
    ['end', end],
    ['step', step],
  ] as const) {
    if (!Array.isArray(list) || !list.every((place) => place === undefined || Number.isInteger(place))) {
      throw new Error(`slice: expected ${name} to be a list, one whole number an axis, got ${shown(list)}`);
    }
  }
  const ranges = x.shape.map((size, axis) => {
    const first = (start[axis] ?? 0) < 0 ? start[axis] + size : (start[axis] ?? 0);
    const last = (end[axis] ?? size) < 0 ? end[axis] + size : (end[axis] ?? size);
    const stride = step[axis] ?? 1;
    const whole = [first, last, stride].every(Number.isInteger);
    if (!whole || first < 0 || last > size || first > last || (first === last && size > 0) || stride < 1) {
      throw new Error(
        `slice: expected a range inside axis ${axis} of ${show(x.shape)}, got ${first}:${last}:${stride}`,
      );
    }
    return { first, stride, count: Math.ceil((last - first) / stride) };
  });
  if ([start, end, step].some((list) => list.length > x.rank)) {
    throw new Error(`slice: expected at most ${x.rank} ranges, got ${Math.max(start.length, end.length, step.length)}`);
  }
  const strides = stridesOf(x.shape);
  const shape = ranges.map(({ count }) => count);
  const offset = ranges.reduce((total, { first }, axis) => total + first * strides[axis], 0);
  const part = stridedCopy(
    'slice',
    x,
    shape,
    ranges.map(({ stride }, axis) => stride * strides[axis]),
    offset,
  );
  // The adjoint of cutting out is putting back among zeros.
  const before = ranges.map(({ first }) => first);
  const steps = ranges.map(({ stride }) => stride);
  return withGradient(part, 'slice', [x], [(g) => place('slice', g, x.shape, { before, steps })]);
}
