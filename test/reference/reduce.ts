import { type Array64, at, build, forEachIndex } from './array64';

/** Folds the elements of the named axes, which stay behind with size 1. */
export function fold(
  x: Array64,
  axes: readonly number[],
  start: number,
  combine: (total: number, value: number) => number,
): Array64 {
  const result = build(
    x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size)),
    () => start,
  );
  const strides = result.shape.map((_, axis) =>
    result.shape.slice(axis + 1).reduce((product, size) => product * size, 1),
  );
  forEachIndex(x.shape, (...index) => {
    const cell = index.reduce((flat, i, axis) => flat + (axes.includes(axis) ? 0 : i * strides[axis]), 0);
    result.data[cell] = combine(result.data[cell], at(x, ...index));
  });
  return result;
}

/** The same elements without the named axes of size 1. */
export function drop(x: Array64, axes: readonly number[]): Array64 {
  return { shape: x.shape.filter((_, axis) => !axes.includes(axis)), data: x.data };
}

/** Σ over axes. */
export function sum(x: Array64, axes: readonly number[]): Array64 {
  return fold(x, axes, 0, (total, value) => total + value);
}

/** Mean over axes. */
export function mean(x: Array64, axes: readonly number[]): Array64 {
  const count = axes.reduce((product, axis) => product * x.shape[axis], 1);
  const total = sum(x, axes);
  return { shape: total.shape, data: total.data.map((value) => value / count) };
}

/** Largest over axes. */
export function max(x: Array64, axes: readonly number[]): Array64 {
  return fold(x, axes, -Infinity, Math.max);
}

/** Position of the first largest along one axis, which goes. */
export function argMax(x: Array64, axis: number): Array64 {
  const shape = x.shape.filter((_, i) => i !== axis);
  return build(shape, (...index) => {
    let best = 0;
    const value = (i: number) => at(x, ...index.slice(0, axis), i, ...index.slice(axis));
    for (let i = 1; i < x.shape[axis]; i++) if (value(i) > value(best)) best = i;
    return best;
  });
}
