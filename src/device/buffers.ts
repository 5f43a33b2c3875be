import * as gpujs from 'gpu.js';

// gpu.js's typings declare `input` as a type; at run time it is this function.
const { input } = gpujs as unknown as { input(data: Float32Array, size: number[]): gpujs.Input };
/** A flat array as a kernel's argument. */
export const asInput = (data: Float32Array) => input(data, [data.length]);

/** Leaves that are known, and zeros for those that a pause is to fill in: nothing reads them before. */
export function orZeros(leaves: readonly (Float32Array | null)[], sizes: readonly number[]): Float32Array[] {
  return leaves.map((leaf, index) => leaf ?? new Float32Array(Math.max(1, sizes[index])));
}

/** gpu.js returns a 1-D result as one array and others as nested rows; both become one flat array. */
export function flatten(result: any, size: number): Float32Array {
  let first = result;
  while (Array.isArray(first)) first = first[0];
  if (first === result) return result;
  if (first.byteOffset === 0 && first.buffer.byteLength === size * 4) return new Float32Array(first.buffer);
  const flat = new Float32Array(size);
  let offset = 0;
  const copy = (part: any) => {
    if (!Array.isArray(part)) {
      flat.set(part, offset);
      offset += part.length;
    } else for (const inner of part) copy(inner);
  };
  copy(result);
  return flat;
}
