import type { NdArray } from 'ndarray';

/** Rows of features as float64, checked. */
export function featureRows(caller: string, features: NdArray<Float32Array | Float64Array>): Float64Array[] {
  if (features.shape.length !== 2 || features.shape[0] === 0 || features.shape[1] === 0) {
    throw new Error(`${caller}: expected features [N, F] with N and F above 0, got [${features.shape.join(', ')}]`);
  }
  const [count, size] = features.shape;
  return Array.from({ length: count }, (_, i) => {
    const row = new Float64Array(size);
    for (let f = 0; f < size; f++) {
      row[f] = features.get(i, f);
      if (!Number.isFinite(row[f]))
        throw new Error(`${caller}: expected finite features, got ${row[f]} at [${i}, ${f}]`);
    }
    return row;
  });
}
