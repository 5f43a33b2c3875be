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

/** Smallest over axes. */
export function min(x: Array64, axes: readonly number[]): Array64 {
  return fold(x, axes, Infinity, Math.min);
}

/** Σ (x − mean)² / (n − correction) over axes. */
export function variance(x: Array64, axes: readonly number[], correction: number): Array64 {
  const count = axes.reduce((product, axis) => product * x.shape[axis], 1);
  const average = mean(x, axes);
  const squares = build(x.shape, (...index) => {
    return (at(x, ...index) - at(average, ...index.map((i, axis) => (axes.includes(axis) ? 0 : i)))) ** 2;
  });
  const total = sum(squares, axes);
  return { shape: total.shape, data: total.data.map((value) => value / (count - correction)) };
}

/** log Σ eˣ over axes. */
export function logSumExp(x: Array64, axes: readonly number[]): Array64 {
  const total = sum({ shape: x.shape, data: x.data.map(Math.exp) }, axes);
  return { shape: total.shape, data: total.data.map(Math.log) };
}

/** Each element becomes the sum of itself and all before it along an axis, or all after it. */
export function cumulativeSum(x: Array64, axis: number, reverse: boolean): Array64 {
  return build(x.shape, (...index) => {
    let total = 0;
    for (let i = 0; i < x.shape[axis]; i++) {
      if (reverse ? i >= index[axis] : i <= index[axis])
        total += at(x, ...index.map((own, a) => (a === axis ? i : own)));
    }
    return total;
  });
}

/**
 * The first `count` positions of each row along an axis, by selection: the largest (or smallest) of those left, of equal ones the first;
 * NaN is more than any number.
 */
export function rankedPositions(x: Array64, axis: number, count: number, descending: boolean): Array64 {
  const comesFirst = (a: number, b: number) => {
    if (Number.isNaN(a) || Number.isNaN(b)) return descending ? !Number.isNaN(b) : !Number.isNaN(a);
    return descending ? a > b : a < b;
  };
  const rows = new Map<string, number[]>();
  return build(
    x.shape.map((size, i) => (i === axis ? count : size)),
    (...index) => {
      const value = (i: number) => at(x, ...index.map((own, a) => (a === axis ? i : own)));
      const key = index.map((i, a) => (a === axis ? '' : i)).join();
      const taken = rows.get(key) ?? [];
      rows.set(key, taken);
      while (taken.length <= index[axis]) {
        let best = -1;
        for (let i = 0; i < x.shape[axis]; i++) {
          if (taken.includes(i)) continue;
          if (best < 0 || comesFirst(value(i), value(best))) best = i;
        }
        taken.push(best);
      }
      return taken[index[axis]];
    },
  );
}

/** The elements at positions along an axis. */
export function takeAlong(x: Array64, positions: Array64, axis: number): Array64 {
  return build(positions.shape, (...index) =>
    at(x, ...index.map((own, a) => (a === axis ? at(positions, ...index) : own))),
  );
}
