import type { Data, NdArray } from 'ndarray';
import { isNdarray } from '../checks/isNdarray';
import { shown } from '../checks/shown';
import { toNdarray } from '../images/pixels';

/** Numbers in a row: an array, a typed array, or an ndarray of any shape. */
export type Values = ArrayLike<number> | NdArray<Data<number>>;
/** A matrix: an ndarray `[R, C]` or nested rows. */
export type Matrix = NdArray<Data<number>> | readonly ArrayLike<number>[];

/** Six digits: enough for a screen, and a third of the JSON. What is not finite becomes null, which Plotly leaves blank. */
export function rounded(value: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(6)) : null;
}

/** The numbers of an ndarray, the last index fastest. */
function flat(array: NdArray<Data<number>>): number[] {
  const { shape, stride, data } = array;
  const result: number[] = [];
  function walk(axis: number, offset: number): void {
    if (axis === shape.length) {
      result.push(Number(Array.isArray(data) || ArrayBuffer.isView(data) ? (data as never)[offset] : data.get(offset)));
      return;
    }
    for (let i = 0; i < shape[axis]; i++) walk(axis + 1, offset + i * stride[axis]);
  }
  walk(0, array.offset);
  return result;
}

/** @throws `<caller>: expected <what>, got …` unless the value holds numbers. */
export function listOf(caller: string, what: string, values: Values): number[] {
  if (isNdarray(values)) return flat(values);
  if (typeof values !== 'object' || values === null || !Number.isInteger(values.length)) {
    throw new Error(`${caller}: expected ${what}, got ${shown(values)}`);
  }
  return Array.from(values, (value, i) => {
    if (typeof value !== 'number') throw new Error(`${caller}: expected ${what}, got ${shown(value)} at ${i}`);
    return value;
  });
}

/** The rows of a matrix. @throws `<caller>: expected <what>, got [shape]`, also where `columns` is given and differs. */
export function rowsOf(caller: string, what: string, matrix: Matrix, columns?: number): number[][] {
  let array: NdArray<Data<number>>;
  if (isNdarray(matrix)) array = matrix;
  else {
    try {
      array = toNdarray(matrix as never);
    } catch (error) {
      throw new Error(`${caller}: expected ${what}; ${(error as Error).message.replace('toNdarray: ', '')}`, {
        cause: error,
      });
    }
  }
  const [rows, width] = array.shape;
  if (rows === 0 && array.shape.length <= 2) return [];
  if (array.shape.length !== 2 || (columns !== undefined && width !== columns)) {
    throw new Error(`${caller}: expected ${what}, got [${array.shape.join(', ')}]`);
  }
  const values = flat(array);
  return Array.from({ length: rows }, (_, row) => values.slice(row * width, (row + 1) * width));
}

/** @throws `<caller>: expected <count> <what>, got …` unless there are as many as are wanted. */
export function sameLength(caller: string, what: string, values: ArrayLike<unknown> | undefined, count: number): void {
  if (values && values.length !== count) throw new Error(`${caller}: expected ${count} ${what}, got ${values.length}`);
}

/**
 * The class of each of `count` boxes, masks or points; undefined where none are given.
 * @param what as errors have it: `labels [G]`.
 * @throws unless they are whole numbers from 0, one each.
 */
export function labelsOf(
  caller: string,
  what: string,
  labels: Values | undefined,
  count: number,
): number[] | undefined {
  if (labels === undefined) return undefined;
  const list = listOf(caller, what, labels);
  sameLength(caller, what.split(' ')[0], list, count);
  const bad = list.find((label) => !(Number.isSafeInteger(label) && label >= 0));
  if (bad !== undefined) throw new Error(`${caller}: expected whole ${what.split(' ')[0]} from 0, got ${bad}`);
  return list;
}

/** The score of each of `count` boxes or masks; undefined where none are given. @throws unless they are finite, one each. */
export function scoresOf(caller: string, scores: Values | undefined, count: number): number[] | undefined {
  if (scores === undefined) return undefined;
  const list = listOf(caller, 'scores [G]', scores);
  sameLength(caller, 'scores', list, count);
  const bad = list.find((score) => !Number.isFinite(score));
  if (bad !== undefined) throw new Error(`${caller}: expected finite scores, got ${bad}`);
  return list;
}

/** Boxes `[G, 4]`, row by row. @throws on other shapes and on numbers that are not finite. */
export function boxRows(caller: string, boxes: Matrix): number[][] {
  const rows = rowsOf(caller, 'boxes [G, 4]', boxes, 4);
  for (const [i, box] of rows.entries()) {
    if (!box.every(Number.isFinite))
      throw new Error(`${caller}: expected finite boxes, got [${box.join(', ')}] at ${i}`);
  }
  return rows;
}
