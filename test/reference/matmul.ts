import { type Array64, at, build } from './array64';

/** Product of two matrices, or of batches of them with one leading axis each. */
export function matmul(a: Array64, b: Array64): Array64 {
  const [rows, length] = a.shape.slice(-2);
  const columns = b.shape.at(-1)!;
  const read = (x: Array64, batch: number[], i: number, j: number) =>
    at(x, ...batch.slice(batch.length - (x.shape.length - 2)).map((n, axis) => (x.shape[axis] === 1 ? 0 : n)), i, j);
  const rank = Math.max(a.shape.length, b.shape.length) - 2;
  const size = (x: Array64, axis: number) => x.shape[axis - rank + x.shape.length - 2] ?? 1;
  const batches = Array.from({ length: rank }, (_, axis) => (size(a, axis) === 1 ? size(b, axis) : size(a, axis)));
  return build([...batches, rows, columns], (...index) => {
    const [i, j] = index.slice(-2);
    let total = 0;
    for (let k = 0; k < length; k++) total += read(a, index.slice(0, -2), i, k) * read(b, index.slice(0, -2), k, j);
    return total;
  });
}

/** Swaps the last two axes. */
export function transpose(x: Array64): Array64 {
  const [rows, columns] = x.shape.slice(-2);
  return build([...x.shape.slice(0, -2), columns, rows], (...index) =>
    at(x, ...index.slice(0, -2), index.at(-1)!, index.at(-2)!),
  );
}
