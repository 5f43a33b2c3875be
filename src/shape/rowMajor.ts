import type { Data, NdArray } from 'ndarray';

/** The numbers of an ndarray, a view too, the last index fastest. */
export function rowMajor(array: NdArray<Data<number>>): number[] {
  const { shape } = array;
  const index = shape.map(() => 0);
  return Array.from({ length: array.size }, () => {
    const value = Number(array.get(...index));
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis] === shape[axis]; axis--) index[axis] = 0;
    return value;
  });
}
