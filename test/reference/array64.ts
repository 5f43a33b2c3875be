/** A row-major array of float64 numbers: what the loop references read and write. */
export interface Array64 {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** Where an element lies, by its index along every axis. */
function position(shape: readonly number[], index: readonly number[]): number {
  return index.reduce((flat, i, axis) => flat * shape[axis] + i, 0);
}

/** One element. */
export function at(x: Array64, ...index: number[]): number {
  return x.data[position(x.shape, index)];
}

/** Computes an array cell by cell, as loops over every axis would. */
export function build(shape: readonly number[], cell: (...index: number[]) => number): Array64 {
  const data = new Float64Array(shape.reduce((product, size) => product * size, 1));
  const index = shape.map(() => 0);
  for (let flat = 0; flat < data.length; flat++) {
    data[flat] = cell(...index);
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis] === shape[axis]; axis--) index[axis] = 0;
  }
  return { shape: [...shape], data };
}

/** Calls back for every index of a shape. */
export function forEachIndex(shape: readonly number[], visit: (...index: number[]) => void): void {
  build(shape, (...index) => {
    visit(...index);
    return 0;
  });
}
