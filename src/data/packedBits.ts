import ndarray, { type NdArray } from 'ndarray';

/** An array of 0 and 1 in an eighth of the memory. */
export interface PackedBits {
  /** Eight numbers a byte, the first in the lowest bit. */
  bits: Uint8Array;
  shape: number[];
}

/** Packs bytes that lie row by row; null where there are others than 0 and 1, or other numbers than bytes. */
export function packBits({ data, shape }: NdArray<Uint8Array>): PackedBits | null {
  if (!(data instanceof Uint8Array)) return null;
  const bits = new Uint8Array((data.length + 7) >> 3);
  for (let i = 0; i < data.length; i++) {
    if (data[i] > 1) return null;
    bits[i >> 3] |= data[i] << (i & 7);
  }
  return { bits, shape: [...shape] };
}

/** The array that was packed, in fresh memory. */
export function unpackBits({ bits, shape }: PackedBits): NdArray<Uint8Array> {
  const data = new Uint8Array(shape.reduce((product, side) => product * side, 1));
  for (let i = 0; i < data.length; i++) data[i] = (bits[i >> 3] >> (i & 7)) & 1;
  return ndarray(data, [...shape]);
}
