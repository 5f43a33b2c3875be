import { checkTensor } from '../checks/arguments';
import { checkNumber } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { shown, shownWord } from '../checks/shown';
import { checkShape, show } from '../shape/shape';
import type { Shape } from '../shape/types';
import { withGradient } from '../tensor/autograd';
import type { Tensor } from '../tensor/tensor';
import { gather } from './gather';
import { slice } from './slice';
import { place } from './strided';

/** What fills the border: one number, the cells next to it as in a mirror that lies on the outermost cell, or the outermost cell itself. */
export type PadMode = 'constant' | 'reflect' | 'replicate';

/** Settings of {@link pad}. */
export interface PadOptions {
  /** What fills the border: `constant` by default. */
  mode?: PadMode;
  /** The number of the mode `constant` (0). */
  value?: number;
}

/** Cells before and after each axis. */
export type PadBorders = readonly (readonly [number, number])[];

/** Checks the settings of {@link pad}: the result's shape. */
export function padShape(
  x: Shape,
  padding: PadBorders,
  { mode = 'constant', value }: PadOptions = {},
  operation = 'pad',
): number[] {
  const isBorder = (pair: unknown) =>
    Array.isArray(pair) && pair.length === 2 && pair.every((count) => Number.isInteger(count) && count >= 0);
  if (!(Array.isArray(padding) && padding.length === x.length && padding.every(isBorder))) {
    throw new Error(`${operation}: expected [before, after] ≥ 0 for each axis of ${show(x)}, got ${shown(padding)}`);
  }
  if (!['constant', 'reflect', 'replicate'].includes(mode)) {
    throw new Error(`${operation}: expected mode constant, reflect or replicate, got ${shownWord(mode)}`);
  }
  if (mode !== 'constant' && value !== undefined)
    throw new Error(`${operation}: expected value with mode constant, got ${mode}`);
  for (const [axis, [before, after]] of padding.entries()) {
    const most = mode === 'reflect' ? x[axis] - 1 : x[axis] > 0 ? Number.POSITIVE_INFINITY : 0;
    if (mode !== 'constant' && Math.max(before, after) > Math.max(0, most)) {
      throw new Error(
        `${operation}: expected at most ${Math.max(0, most)} cells on a side of axis ${axis} of ${show(x)} with mode ${mode}, got [${before}, ${after}]`,
      );
    }
  }
  const shape = x.map((size, axis) => padding[axis][0] + size + padding[axis][1]);
  checkShape(operation, shape);
  return shape;
}

/**
 * Surrounds a tensor: with a number, with what stands next to the border (`reflect` turns `1 2 3` into `3 2 1 2 3 2 1`), or with the outermost
 * cells (`replicate`: `1 1 1 2 3 3 3`).
 * @param x `[…, A, …]`. @param padding `[before, after]` for each axis. @returns `[…, before + A + after, …]`.
 * @throws where there is not one pair of whole numbers ≥ 0 per axis, or more is to be reflected than there is.
 */
export function pad(x: Tensor, padding: PadBorders, options: PadOptions = {}): Tensor {
  checkTensor('pad', 'x', x);
  const { mode = 'constant', value } = checkOptions('pad', options, { value: 'any', mode: 'any' });
  if (value !== undefined) checkNumber('pad', 'value', value);
  const shape = padShape(x.shape, padding, { mode, value });
  if (mode !== 'constant') return extend(x, padding, mode);
  const before = padding.map(([count]) => count);
  const steps = x.shape.map(() => 1);
  // The adjoint of padding is cropping.
  return withGradient(
    place('pad', x, shape, { before, steps, fill: value }),
    'pad',
    [x],
    // Nothing has no gradient.
    [x.size === 0 ? null : (g) => slice(g, { start: before, end: before.map((count, i) => count + x.shape[i]) })],
  );
}

/** One axis after the other, as each cell of the border repeats a cell of its own row. */
function extend(x: Tensor, padding: PadBorders, mode: Exclude<PadMode, 'constant'>): Tensor {
  return padding.reduce((extended, [before, after], axis) => {
    if (before + after === 0) return extended;
    const last = x.shape[axis] - 1;
    const inside = (position: number) =>
      mode === 'replicate' ? Math.min(Math.max(position, 0), last) : last - Math.abs(last - Math.abs(position));
    const positions = Array.from({ length: before + last + 1 + after }, (_, i) => inside(i - before));
    return gather(extended, positions, { axis });
  }, x);
}
