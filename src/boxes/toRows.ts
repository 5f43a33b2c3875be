import type { Data, NdArray } from 'ndarray';
import { checkArray } from '../checks/arrays';
import { isNdarray } from '../checks/isNdarray';
import { isTensor } from '../checks/isTensor';
import { checkCount } from '../checks/numbers';
import { shown } from '../checks/shown';

/**
 * The rows of a matrix as plain lists: boxes, points, centers.
 * @example
 * toRows(anchors({ height: 1, width: 1, stride: 8, sizes: [8] })); // [[0, 0, 8, 8]]
 *
 * @param matrix `[N, D]`. @returns N lists of D numbers.
 * @throws on another rank.
 */
export function toRows(matrix: NdArray<Data<number>>): number[][];
/**
 * Numbers that lie one row after the other as plain lists.
 * @example
 * toRows([1, 2, 3, 4], 2); // [[1, 2], [3, 4]]
 *
 * @param matrix `N · D` numbers, such as the data of a map `[1, N, D, 1]`. @param columns D. @returns N lists of D numbers.
 * @throws where the numbers do not fill the last row.
 */
export function toRows(matrix: ArrayLike<number>, columns: number): number[][];
export function toRows(matrix: NdArray<Data<number>> | ArrayLike<number>, columns?: number): number[][] {
  if (columns === undefined) {
    checkArray('toRows', 'a matrix', matrix as NdArray, '[N, D]');
    const array = matrix as NdArray;
    return Array.from({ length: array.shape[0] }, (_, row) =>
      Array.from({ length: array.shape[1] }, (_, column) => array.get(row, column)),
    );
  }
  checkCount('toRows', 'columns', columns, 1);
  if (isTensor(matrix)) throw new Error('toRows: expected a list of numbers, got a tensor; await its data()');
  if (isNdarray(matrix)) throw new Error('toRows: expected a list of numbers with columns, got an ndarray');
  const isList = Array.isArray(matrix) || (ArrayBuffer.isView(matrix) && !(matrix instanceof DataView));
  if (!isList) throw new Error(`toRows: expected a matrix [N, D] or a list of numbers, got ${shown(matrix)}`);
  const list = Array.from(matrix as ArrayLike<number>);
  const bad = list.findIndex((value) => typeof value !== 'number');
  if (bad >= 0) throw new Error(`toRows: expected a list of numbers, got ${shown(list[bad])} at ${bad}`);
  if (list.length % columns !== 0) {
    throw new Error(`toRows: expected full rows of ${columns}, got ${list.length} numbers`);
  }
  return Array.from({ length: list.length / columns }, (_, row) => list.slice(row * columns, (row + 1) * columns));
}
