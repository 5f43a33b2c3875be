import type { NdArray } from 'ndarray';
import { show } from '../shape/shape';
import { readArray } from '../tensor/readArray';

/** Points of a clustering, rounded to float32 and row by row: coordinate d of point i is `rows[i · dimensions + d]`. */
export interface PointCloud {
  readonly rows: Float32Array;
  readonly count: number;
  readonly dimensions: number;
}

/** Points of a clustering: an ndarray `[N, D]` or nested rows. */
export type PointArray = NdArray | readonly (readonly number[])[];

/**
 * Checks and copies points `[N, D]`; `caller` begins the errors.
 * @throws unless they are an ndarray or rows `[N, D]` with N, D ≥ 1 of finite numbers whose squared distances fit into float32.
 */
export function readPoints(caller: string, points: PointArray, name = 'points'): PointCloud {
  const read = readArray(caller, name, points, '[N, D]');
  const { shape } = read;
  if (shape.length !== 2) throw new Error(`${caller}: expected ${name} [N, D], got ${show(shape)}`);
  const [count, dimensions] = shape;
  if (count === 0 || dimensions === 0) {
    throw new Error(`${caller}: expected at least one of the ${name} and one coordinate, got ${show(shape)}`);
  }
  const rows = read.value.data!;
  // Twice this, squared and summed over the coordinates, is still a float32.
  const limit = Math.sqrt(3e38 / (4 * dimensions));
  for (let i = 0; i < rows.length; i++) {
    if (Math.abs(rows[i]) <= limit) continue;
    const column = i % dimensions;
    const row = (i - column) / dimensions;
    const value = Array.isArray(points) ? points[row][column] : (points as NdArray).get(row, column);
    const wanted = Number.isFinite(value) ? `${name} within ±${limit.toPrecision(2)}` : `finite ${name}`;
    throw new Error(`${caller}: expected ${wanted}, got ${value} at [${row}, ${column}]`);
  }
  return { rows, count, dimensions };
}

/** The coordinates one after the other, `[D, N]`: neighboring threads then read neighboring numbers. */
export function byCoordinate({ rows, count, dimensions }: PointCloud): Float32Array {
  const columns = new Float32Array(rows.length);
  for (let i = 0; i < count; i++) {
    for (let d = 0; d < dimensions; d++) columns[d * count + i] = rows[i * dimensions + d];
  }
  return columns;
}

/** ‖a[i] − b[j]‖² of row i of one cloud and row j of another, in double precision. */
export function squaredDistance(a: Float32Array, i: number, b: Float32Array, j: number, dimensions: number): number {
  let total = 0;
  for (let d = 0; d < dimensions; d++) {
    const difference = a[i * dimensions + d] - b[j * dimensions + d];
    total += difference * difference;
  }
  return total;
}

/** 1 − IoU of two boxes with one corner in common, whose sides are row i of one cloud and row j of another; in double precision. */
export function sizeDistance(a: Float32Array, i: number, b: Float32Array, j: number, dimensions: number): number {
  let [shared, one, other] = [1, 1, 1];
  for (let d = 0; d < dimensions; d++) {
    const [side, center] = [a[i * dimensions + d], b[j * dimensions + d]];
    shared *= Math.min(side, center);
    one *= side;
    other *= center;
  }
  return 1 - shared / (one + other - shared);
}

/** @throws unless all coordinates are above 0, as sides of boxes are. */
export function checkSizes(caller: string, { rows, dimensions }: PointCloud, name = 'points'): void {
  const wrong = rows.findIndex((side) => !(side > 0));
  if (wrong < 0) return;
  const [row, column] = [Math.floor(wrong / dimensions), wrong % dimensions];
  throw new Error(`${caller}: expected ${name} to be sizes above 0, got ${rows[wrong]} at [${row}, ${column}]`);
}
