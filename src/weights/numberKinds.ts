/** How one number of a kind is read, and its size in bytes. */
export interface NumberKind {
  bytes: number;
  read: (view: DataView, at: number) => number;
}

/** The kinds of numbers that the safetensors format names, little-endian. */
export const numberKinds: Record<string, NumberKind> = {
  F32: { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  F64: { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
  F16: { bytes: 2, read: (view, at) => halfPrecision(view.getUint16(at, true)) },
  BF16: { bytes: 2, read: (view, at) => upperHalf(view.getUint16(at, true)) },
  I64: { bytes: 8, read: (view, at) => Number(view.getBigInt64(at, true)) },
  U64: { bytes: 8, read: (view, at) => Number(view.getBigUint64(at, true)) },
  I32: { bytes: 4, read: (view, at) => view.getInt32(at, true) },
  U32: { bytes: 4, read: (view, at) => view.getUint32(at, true) },
  I16: { bytes: 2, read: (view, at) => view.getInt16(at, true) },
  U16: { bytes: 2, read: (view, at) => view.getUint16(at, true) },
  I8: { bytes: 1, read: (view, at) => view.getInt8(at) },
  U8: { bytes: 1, read: (view, at) => view.getUint8(at) },
  BOOL: { bytes: 1, read: (view, at) => view.getUint8(at) },
};

/** The number that 16 bits are in IEEE 754's half precision: a sign, 5 bits of exponent, 10 of fraction. */
function halfPrecision(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24);
}

/** The float32 whose upper half these 16 bits are. */
function upperHalf(bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, bits * 65536);
  return view.getFloat32(0);
}

/** Whether this machine stores a number's lowest byte first, as the format does. */
const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** The bytes of float32 numbers, little-endian: a view of them where the machine stores them so. */
export function float32Bytes(numbers: Float32Array): Uint8Array {
  if (littleEndian) return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  const view = new DataView(new ArrayBuffer(numbers.byteLength));
  for (const [i, value] of numbers.entries()) view.setFloat32(4 * i, value, true);
  return new Uint8Array(view.buffer);
}

/** Largest number of half precision. */
export const largestHalf = 65504;

/**
 * The 16 bits of the number of half precision that is nearest to one of at most {@link largestHalf}; of two as near, that whose last bit
 * is 0.
 */
function halfBits(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  // Numbers of one exponent are this far apart; below 2⁻¹⁴ all are 2⁻²⁴ apart.
  const exponent = Math.max(-14, Math.min(15, Math.floor(Math.log2(size))));
  const steps = size / 2 ** (exponent - 10);
  const floor = Math.floor(steps);
  const up = steps - floor > 0.5 || (steps - floor === 0.5 && floor % 2 === 1);
  // The fraction's leading 1 is what the exponent −14 adds; one that is rounded up to the next power of two carries into the exponent.
  return sign | ((exponent + 14) * 1024 + floor + Number(up));
}

/** The bytes of numbers of half precision nearest to these, little-endian. @param numbers none beyond ± {@link largestHalf}. */
export function halfBytes(numbers: Float32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(2 * numbers.length));
  for (const [i, value] of numbers.entries()) view.setUint16(2 * i, halfBits(value), true);
  return new Uint8Array(view.buffer);
}

/** Bytes as numbers, each the float32 nearest to it. @param bytes as many as the kind has, times the length of `numbers`. */
export function readNumbers(numbers: Float32Array, bytes: Uint8Array, { bytes: each, read }: NumberKind): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < numbers.length; i++) numbers[i] = read(view, each * i);
}
