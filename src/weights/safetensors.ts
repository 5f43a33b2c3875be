import ndarray, { type NdArray } from 'ndarray';
import { isRecord } from '../checks/record';
import { readBytes } from '../platform/readBytes';
import { replaceFile } from '../platform/replaceFile';

/** What a safetensors file holds. */
export interface Safetensors {
  /** By name, of any shapes. */
  tensors: Record<string, NdArray<Float32Array>>;
  /** Texts that travel with the tensors, such as the step they were saved at. */
  metadata: Record<string, string>;
}

/** Bounds that are checked before anything is allocated, and what is accepted. */
export interface SafetensorsLimits {
  /** Whether numbers of other kinds than float32 are read, each as the float32 nearest to it (false: they are an error). */
  convert?: boolean;
  /** Size of the file, in bytes (1 GiB). */
  maxBytes?: number;
}

/** The format's own limit, in bytes: 100 MB. */
const maximumHeader = 1e8;

/** Keys that would reach an object's prototype. */
const forbidden = ['__proto__', 'constructor', 'prototype'];

function rowMajor({ data, shape, stride, offset }: NdArray<Float32Array>): Float32Array {
  const size = shape.reduce((product, length) => product * length, 1);
  const flat = new Float32Array(size);
  const index = new Array<number>(shape.length).fill(0);
  for (let i = 0; i < size; i++) {
    flat[i] = data[index.reduce((place, step, axis) => place + step * stride[axis], offset)];
    for (let axis = index.length - 1; axis >= 0 && ++index[axis] === shape[axis]; axis--) index[axis] = 0;
  }
  return flat;
}

/**
 * The bytes of a safetensors file: the header's length as a 64-bit integer, the header as JSON, and the numbers of one tensor
 * after the other, little-endian float32 in row-major order. The header is padded with spaces to a multiple of 8 bytes, so that the
 * numbers stand aligned.
 * @throws on a name that the format, or an object, has another use for.
 */
export function encodeSafetensors({ tensors, metadata }: Safetensors): Uint8Array {
  const header = new Map<string, unknown>([['__metadata__', metadata]]);
  const parts: Float32Array[] = [];
  let end = 0;
  for (const [name, array] of Object.entries(tensors)) {
    if (name === '__metadata__' || forbidden.includes(name)) {
      throw new Error(`encodeSafetensors: expected another name than ${name}`);
    }
    const data = rowMajor(array);
    header.set(name, { dtype: 'F32', shape: [...array.shape], data_offsets: [end, end + data.byteLength] });
    parts.push(data);
    end += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const headerLength = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerLength + end).fill(0x20, 8 + json.length, 8 + headerLength);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(headerLength), true);
  bytes.set(json, 8);
  let place = 8 + headerLength;
  for (const part of parts) {
    for (const [i, value] of part.entries()) view.setFloat32(place + 4 * i, value, true);
    place += part.byteLength;
  }
  return bytes;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** How one number of each kind is read, and its size in bytes. */
const kinds: Record<string, { bytes: number; read: (view: DataView, at: number) => number }> = {
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

interface Entry {
  name: string;
  kind: (typeof kinds)[string];
  shape: number[];
  start: number;
  end: number;
}

/** Checks one tensor's line of the header. */
function parseEntry(name: string, entry: unknown, convert: boolean): Entry {
  if (forbidden.includes(name)) throw new Error(`expected another name than ${name}`);
  if (!isRecord(entry)) throw new Error(`${name}: expected dtype, shape and data_offsets`);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== 'string' || !Object.hasOwn(kinds, dtype) || !(convert || dtype === 'F32')) {
    const wanted = convert ? `one of ${Object.keys(kinds).join(', ')}` : 'F32';
    throw new Error(`${name}: expected dtype ${wanted}, got ${JSON.stringify(dtype)}`);
  }
  const kind = kinds[dtype];
  if (!Array.isArray(shape) || !shape.every(isCount)) throw new Error(`${name}: expected a shape of whole numbers`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) {
    throw new Error(`${name}: expected two data_offsets`);
  }
  const [start, end] = offsets;
  const size = shape.reduce((product, length) => product * length, kind.bytes);
  if (end - start !== size)
    throw new Error(`${name}: expected ${size} bytes for shape [${shape.join(', ')}], got ${end - start}`);
  return { name, kind, shape, start, end };
}

function decode(bytes: Uint8Array, convert: boolean): Safetensors {
  if (bytes.length < 8) throw new Error(`expected at least 8 bytes, got ${bytes.length}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = Number(view.getBigUint64(0, true));
  if (headerLength > Math.min(maximumHeader, bytes.length - 8)) {
    throw new Error(
      `expected a header of at most ${Math.min(maximumHeader, bytes.length - 8)} bytes, got ${headerLength}`,
    );
  }
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + headerLength)));
  } catch (error) {
    throw new Error(`expected a header in JSON: ${(error as Error).message}`, { cause: error });
  }
  if (!isRecord(header)) throw new Error('expected a header that is an object');
  const { __metadata__: metadata = {}, ...rest } = header;
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === 'string')) {
    throw new Error('expected __metadata__ to hold texts');
  }
  const entries = Object.entries(rest).map(([name, entry]) => parseEntry(name, entry, convert));
  const body = 8 + headerLength;
  // The tensors must cover the file without gap or overlap: nothing hides between them, and no byte is read twice.
  let place = 0;
  for (const { name, start, end } of [...entries].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (start !== place) throw new Error(`${name}: expected to begin at byte ${place}, got ${start}`);
    place = end;
  }
  if (body + place !== bytes.length) throw new Error(`expected ${place} bytes of numbers, got ${bytes.length - body}`);
  const tensors = entries.map(({ name, kind, shape, start, end }) => {
    const data = new Float32Array((end - start) / kind.bytes);
    for (let i = 0; i < data.length; i++) data[i] = kind.read(view, body + start + kind.bytes * i);
    return [name, ndarray(data, shape)] as const;
  });
  return { tensors: Object.fromEntries(tensors), metadata: metadata as Record<string, string> };
}

/**
 * Writes tensors to a file in the safetensors format, whole or not at all.
 * @throws as {@link encodeSafetensors}, and where the file cannot be written.
 */
export function writeSafetensors(path: string, content: Safetensors): void {
  replaceFile('writeSafetensors', path, encodeSafetensors(content));
}

/**
 * Reads a safetensors file (https://github.com/huggingface/safetensors) of float32 tensors; with `convert`, of any numbers.
 *
 * The file may come from anywhere: sizes are checked before memory is taken, tensors must lie in the file without gap or overlap.
 * @throws `readSafetensors: <path>: <reason>`.
 */
export function readSafetensors(
  path: string,
  { maxBytes = 2 ** 30, convert = false }: SafetensorsLimits = {},
): Safetensors {
  try {
    return decode(readBytes(path, maxBytes), convert);
  } catch (error) {
    throw new Error(`readSafetensors: ${path}: ${(error as Error).message}`, { cause: error });
  }
}
