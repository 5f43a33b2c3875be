import ndarray, { type NdArray } from 'ndarray';
import { readBytes } from './readBytes';
import { replaceFile } from './replaceFile';

/** What a safetensors file holds. */
export interface Safetensors {
  tensors: Record<string, NdArray<Float32Array>>;
  /** Texts that travel with the tensors, such as the step they were saved at. */
  metadata: Record<string, string>;
}

/** Bounds that are checked before anything is allocated. */
export interface SafetensorsLimits {
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

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

interface Entry {
  name: string;
  shape: number[];
  start: number;
  end: number;
}

/** Checks one tensor's line of the header. */
function parseEntry(name: string, entry: unknown): Entry {
  if (forbidden.includes(name)) throw new Error(`expected another name than ${name}`);
  if (!isRecord(entry)) throw new Error(`${name}: expected dtype, shape and data_offsets`);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (dtype !== 'F32') throw new Error(`${name}: expected dtype F32, got ${JSON.stringify(dtype)}`);
  if (!Array.isArray(shape) || !shape.every(isCount)) throw new Error(`${name}: expected a shape of whole numbers`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) {
    throw new Error(`${name}: expected two data_offsets`);
  }
  const [start, end] = offsets;
  const size = shape.reduce((product, length) => product * length, 4);
  if (end - start !== size)
    throw new Error(`${name}: expected ${size} bytes for shape [${shape.join(', ')}], got ${end - start}`);
  return { name, shape, start, end };
}

function decode(bytes: Uint8Array): Safetensors {
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
  const entries = Object.entries(rest).map(([name, entry]) => parseEntry(name, entry));
  const body = 8 + headerLength;
  // The tensors must cover the file without gap or overlap: nothing hides between them, and no byte is read twice.
  let place = 0;
  for (const { name, start, end } of [...entries].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (start !== place) throw new Error(`${name}: expected to begin at byte ${place}, got ${start}`);
    place = end;
  }
  if (body + place !== bytes.length) throw new Error(`expected ${place} bytes of numbers, got ${bytes.length - body}`);
  const tensors = entries.map(({ name, shape, start, end }) => {
    const data = Float32Array.from({ length: (end - start) / 4 }, (_, i) =>
      view.getFloat32(body + start + 4 * i, true),
    );
    return [name, ndarray(data, shape)] as const;
  });
  return { tensors: Object.fromEntries(tensors), metadata: metadata as Record<string, string> };
}

/** Writes tensors to a file in the safetensors format, whole or not at all. */
export function writeSafetensors(path: string, content: Safetensors): void {
  replaceFile('writeSafetensors', path, encodeSafetensors(content));
}

/**
 * Reads a safetensors file (https://github.com/huggingface/safetensors) of float32 tensors.
 *
 * The file may come from anywhere: sizes are checked before memory is taken, tensors must lie in the file without gap or overlap.
 * @throws `readSafetensors: <path>: <reason>`.
 */
export function readSafetensors(path: string, { maxBytes = 2 ** 30 }: SafetensorsLimits = {}): Safetensors {
  try {
    return decode(readBytes(path, maxBytes));
  } catch (error) {
    throw new Error(`readSafetensors: ${path}: ${(error as Error).message}`, { cause: error });
  }
}
