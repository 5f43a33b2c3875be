import { type Array64, at, build, forEachIndex } from './array64';

/** Writes every value to its place, row by row, so that a later one overwrites an earlier one. */
export function maxUnpool2d(x: Array64, indices: Array64, [height, width]: readonly [number, number]): Array64 {
  const [batch, , , channels] = x.shape;
  const result = build([batch, height, width, channels], () => 0);
  forEachIndex(x.shape, (n, r, c, q) => {
    result.data[(n * height * width + at(indices, n, r, c, q)) * channels + q] = at(x, n, r, c, q);
  });
  return result;
}

/** x at every stride-th row and column, 0 between. */
export function bedOfNails(x: Array64, [strideY, strideX]: readonly [number, number]): Array64 {
  const [batch, height, width, channels] = x.shape;
  return build([batch, height * strideY, width * strideX, channels], (n, r, c, q) =>
    r % strideY === 0 && c % strideX === 0 ? at(x, n, r / strideY, c / strideX, q) : 0,
  );
}
