import type { Data, NdArray } from 'ndarray';
import { isNdarray } from '../checks/isNdarray';
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
    throw new Error(`${caller}: expected ${what}, got ${values === null ? 'null' : typeof values}`);
  }
  return Array.from(values, (value, i) => {
    if (typeof value !== 'number') throw new Error(`${caller}: expected ${what}, got ${typeof value} at ${i}`);
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
