import ndarray, { type NdArray } from 'ndarray';
import { checkList } from '../checks/arguments';
import { isNdarray } from '../checks/isNdarray';
import { shown } from '../checks/shown';
import { show, sizeOf } from '../shape/shape';

/** Typed arrays whose rows can be taken and put together. */
export type RowNumbers = Float32Array | Float64Array | Int32Array | Uint8Array;

function checkRows(caller: string, name: string, array: NdArray<RowNumbers>): void {
  if (!isNdarray(array)) throw new Error(`${caller}: expected ${name} to be an ndarray [N, …], got ${shown(array)}`);
  if (array.shape.length === 0) throw new Error(`${caller}: expected ${name} [N, …], got []`);
  if (!ArrayBuffer.isView(array.data)) {
    throw new Error(`${caller}: expected ${name} in a typed array such as Float32Array, got ${array.dtype}`);
  }
}

/** The numbers of an ndarray row by row; those of a typed array that already lies so are not copied. */
function flat<Kind extends RowNumbers>({ data, shape, stride, offset }: NdArray<Kind>): Kind {
  const size = sizeOf(shape);
  let step = size;
  const rowMajor = shape.every((length, axis) => {
    step /= length || 1;
    return length === 1 || stride[axis] === step;
  });
  if (rowMajor) return data.subarray(offset, offset + size) as Kind;
  const result = new (data.constructor as new (length: number) => Kind)(size);
  const index = shape.map(() => 0);
  for (let place = 0; place < size; place++) {
    result[place] = data[index.reduce((at, i, axis) => at + i * stride[axis], offset)];
    for (let axis = index.length - 1; axis >= 0 && ++index[axis] === shape[axis]; axis--) index[axis] = 0;
  }
  return result;
}

/**
 * The listed rows of an array, in that order: `takeRows(boxes, nms(boxes, { scores }))`.
 * @param array `[N, …]`: boxes, scores, labels, masks. @param rows from 0 to N − 1.
 * @returns a copy, `[rows.length, …]`.
 * @throws where a row is not there.
 */
export function takeRows<Kind extends RowNumbers>(array: NdArray<Kind>, rows: readonly number[]): NdArray<Kind> {
  checkRows('takeRows', 'an array', array);
  checkList('takeRows', 'rows', rows, 'whole numbers');
  const [count, ...rest] = array.shape;
  const length = sizeOf(rest);
  const source = flat(array);
  const result = new (source.constructor as new (length: number) => Kind)(rows.length * length);
  for (let place = 0; place < rows.length; place++) {
    const row = rows[place];
    if (!Number.isInteger(row) || row < 0 || row >= count) {
      throw new Error(`takeRows: expected rows from 0 to ${count - 1}, got ${shown(row)} at ${place}`);
    }
    // Rows are short: a view of each would take longer than the numbers.
    for (let k = 0; k < length; k++) result[place * length + k] = source[row * length + k];
  }
  return ndarray(result, [rows.length, ...rest]) as NdArray<Kind>;
}

/**
 * Arrays one below the other: proposals with the true boxes behind them, the anchors of all levels.
 * @param arrays at least one, `[Nᵢ, …]`, of one kind.
 * @returns a copy, `[Σ Nᵢ, …]`.
 * @throws where the rows differ in shape or kind.
 */
export function concatRows<Kind extends RowNumbers>(...arrays: readonly NdArray<Kind>[]): NdArray<Kind> {
  if (arrays.length === 0) throw new Error('concatRows: expected at least one array, got none');
  for (const [i, array] of arrays.entries()) checkRows('concatRows', `array ${i}`, array);
  const [, ...rest] = arrays[0].shape;
  const { dtype } = arrays[0];
  for (const [i, { shape, dtype: other }] of arrays.entries()) {
    if (show(shape.slice(1)) !== show(rest) || shape.length === 0 || other !== dtype) {
      throw new Error(
        `concatRows: expected ${dtype} [${['N', ...rest].join(', ')}], got ${other} ${show(shape)} at ${i}`,
      );
    }
  }
  const parts = arrays.map((array) => flat(array));
  const size = parts.reduce((total, { length }) => total + length, 0);
  const result = new (parts[0].constructor as new (length: number) => Kind)(size);
  let place = 0;
  for (const part of parts) {
    result.set(part, place);
    place += part.length;
  }
  const count = arrays.reduce((total, { shape }) => total + shape[0], 0);
  return ndarray(result, [count, ...rest]) as NdArray<Kind>;
}
