import type { NdArray } from 'ndarray';
import { checkArray } from '../checks/arrays';

/** Rows of features as float64, checked. */
export function featureRows(
  caller: string,
  features: NdArray<Float32Array | Float64Array>,
  name = 'features',
): Float64Array[] {
  checkArray(caller, name, features, '[N, F]');
  const [count, size] = features.shape;
  if (count === 0 || size === 0) {
    throw new Error(`${caller}: expected ${name} [N, F] with N and F above 0, got [${count}, ${size}]`);
  }
  return Array.from({ length: count }, (_, i) => {
    const row = new Float64Array(size);
    for (let f = 0; f < size; f++) {
      row[f] = features.get(i, f);
      if (!Number.isFinite(row[f])) {
        throw new Error(`${caller}: expected finite ${name}, got ${row[f]} at [${i}, ${f}]`);
      }
    }
    return row;
  });
}
