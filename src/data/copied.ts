import ndarray, { type Data, type NdArray } from 'ndarray';
import ops from 'ndarray-ops';

/** Reads an array through a view into fresh memory of the same kind, row by row. */
export function copied<Numbers extends Data<number>>(view: NdArray<Numbers>): NdArray<Numbers> {
  const kind = view.data.constructor as new (size: number) => Numbers;
  const result = ndarray(new kind(view.size), [...view.shape]) as NdArray<Numbers>;
  ops.assign(result as NdArray<Data<number>>, view as NdArray<Data<number>>);
  return result;
}
