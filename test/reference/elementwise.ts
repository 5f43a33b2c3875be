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
