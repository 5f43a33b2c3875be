import type { NdArray } from 'ndarray';
import { checkArray } from '../checks/arrays';

/**
 * The rows of a matrix as plain lists: boxes, points, centers.
 * @example
 * toRows(anchors({ height: 1, width: 1, stride: 8, sizes: [8] })); // [[0, 0, 8, 8]]
 *
 * @param matrix `[N, D]`. @returns N lists of D numbers.
 * @throws on another rank.
 */
export function toRows(matrix: NdArray): number[][] {
  checkArray('toRows', 'a matrix', matrix, '[N, D]');
  const { shape } = matrix;
  return Array.from({ length: shape[0] }, (_, row) =>
    Array.from({ length: shape[1] }, (_, column) => matrix.get(row, column)),
  );
}
