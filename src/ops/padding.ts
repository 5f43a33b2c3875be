import { shown, shownWord } from '../checks/shown';
import { resolveNumbers, show } from '../shape/shape';

/**
 * How many cells surround an image: one number for all sides, one per axis, or `[before, after]` of each axis. `'same'` adds as many as make
 * ⌈size / stride⌉ windows, half of them before and the odd one after, as TensorFlow does: with stride 2, a window of 3 and an even
 * size, 0 before and 1 after.
 */
export type Padding<Setting> = Setting | 'same' | readonly (readonly [before: number, after: number])[];

/** How a window walks along an axis of `size` cells. */
export interface WindowWalk {
  size: number;
  /** Taps of the window. */
  kernel: number;
  /** Cells from one window to the next. */
  stride: number;
  /** Cells from one tap to the next. */
  dilation: number;
}

/** Cells on both sides of an axis. */
export interface Border {
  before: number;
  after: number;
}

/** Cells from a window's first tap to its last, both included. */
export function reachOf({ kernel, dilation }: Pick<WindowWalk, 'kernel' | 'dilation'>): number {
  return dilation * (kernel - 1) + 1;
}

/** The border of each axis that a setting means. */
export function resolvePadding(
  operation: string,
  padding: Padding<number | readonly number[]>,
  walks: readonly WindowWalk[],
): Border[] {
  if (padding === 'same') return walks.map(sameBorder);
  if (typeof padding === 'string')
    throw new Error(`${operation}: expected padding same or numbers, got ${shownWord(padding)}`);
  if (!isPairs(padding)) {
    return resolveNumbers(operation, 'padding', padding, walks.length, 0).map((count) => ({
      before: count,
      after: count,
    }));
  }
  const isBorder = (pair: unknown) =>
    Array.isArray(pair) && pair.length === 2 && pair.every((count) => Number.isInteger(count) && count >= 0);
  if (padding.length !== walks.length || !padding.every(isBorder)) {
    throw new Error(
      `${operation}: expected padding [before, after] ≥ 0 for each of ${walks.length} axes, got ${shown(padding)}`,
    );
  }
  return padding.map(([before, after]) => ({ before, after }));
}

function isPairs(padding: Padding<number | readonly number[]>): padding is readonly (readonly [number, number])[] {
  return Array.isArray(padding) && padding.some(Array.isArray);
}

function sameBorder({ size, stride, ...window }: WindowWalk): Border {
  const windows = Math.ceil(size / stride);
  const total = Math.max(0, (windows - 1) * stride + reachOf(window) - size);
  return { before: Math.floor(total / 2), after: Math.ceil(total / 2) };
}

/** Borders as errors print them: `[1, 1]`, or `[[0, 1], [0, 1]]` where the sides differ. */
export function showBorders(borders: readonly Border[]): string {
  if (borders.every(({ before, after }) => before === after)) return show(borders.map(({ before }) => before));
  return `[${borders.map(({ before, after }) => show([before, after])).join(', ')}]`;
}
