import { type Array64, at, build } from './array64';

/** f of every element. */
export function map(x: Array64, f: (value: number) => number): Array64 {
  return { shape: x.shape, data: x.data.map(f) };
}

/** f of every pair of elements, aligned at the last axis; an axis of size 1 repeats. */
export function map2(a: Array64, b: Array64, f: (left: number, right: number) => number): Array64 {
  const rank = Math.max(a.shape.length, b.shape.length);
  const size = (x: Array64, axis: number) => x.shape[axis - rank + x.shape.length] ?? 1;
  const shape = Array.from({ length: rank }, (_, axis) => (size(a, axis) === 1 ? size(b, axis) : size(a, axis)));
  const read = (x: Array64, index: number[]) =>
    at(x, ...index.slice(rank - x.shape.length).map((i, axis) => (x.shape[axis] === 1 ? 0 : i)));
  return build(shape, (...index) => f(read(a, index), read(b, index)));
}

/** The error function: near 0 the series 2 / √π · Σ (−1)ⁿ x²ⁿ⁺¹ / (n! (2n + 1)), beyond the continued fraction of 1 − erf. */
export function erf(x: number): number {
  if (Math.abs(x) > 2) {
    let fraction = 0;
    for (let n = 80; n > 0; n--) fraction = n / 2 / (Math.abs(x) + fraction);
    return Math.sign(x) * (1 - Math.exp(-x * x) / Math.sqrt(Math.PI) / (Math.abs(x) + fraction));
  }
  let [power, total] = [x, x];
  for (let n = 1; n < 60; n++) {
    power *= (-x * x) / n;
    total += power / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * total;
}
