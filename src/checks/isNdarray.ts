import type { Data, NdArray } from 'ndarray';

/** Whether the value looks like an ndarray. */
export function isNdarray(value: unknown): value is NdArray<Data<number>> {
  return typeof value === 'object' && value !== null && 'shape' in value && 'stride' in value && 'data' in value;
}
