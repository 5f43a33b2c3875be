import ndarray, { type NdArray } from 'ndarray';
import { isNdarray } from '../checks/isNdarray';
import { checkBound } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { checkPath } from '../checks/path';
import { isRecord } from '../checks/record';
import { shown } from '../checks/shown';
import { latin1 } from '../platform/bytes';
import { crc32 } from '../platform/compression';
import { concatBytes } from '../platform/concatBytes';
import { type OpenedFile, withFile } from '../platform/readBytes';
import { replaceFile } from '../platform/replaceFile';
import { sizeOf, stridesOf } from '../shape/shape';
import { float32Bytes, halfBytes, largestHalf, readNumbers } from './numberKinds';
import { forbiddenNames, type Header, inOrder, readHeader, type TensorEntry } from './safetensorsHeader';

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
  /** Size of the file, and of its numbers as float32, in bytes (1 GiB). */
  maxBytes?: number;
}

/** How tensors are written. */
export interface SafetensorsFormat {
  /**
   * Bits of a number: `single` keeps each float32 as it is (the default); `half` rounds it to the nearest number of 16 bits, which has 11
   * significant bits, for half the bytes. A file of these is read with `convert`.
   */
  precision?: 'single' | 'half';
}

/** Shapes and texts of a safetensors file, without its numbers. */
export interface SafetensorsHeader {
  /** Shapes by name. */
  shapes: Record<string, number[]>;
  /** Texts that travel with the tensors. */
  metadata: Record<string, string>;
}

/** The text in the metadata that holds the checksum: CRC-32 of the whole file, with 0 for its own eight digits. */
const checksum = 'detseg.crc32';
const noDigits = '00000000';

const usualBytes = 2 ** 30;

/** The numbers in row-major order; where they lie so already, they are not copied. */
function rowMajor({ data, shape, stride, offset }: NdArray<Float32Array>): Float32Array {
  const size = sizeOf(shape);
  const wanted = stridesOf(shape);
  if (stride.every((step, axis) => step === wanted[axis])) return data.subarray(offset, offset + size);
  const flat = new Float32Array(size);
  const index = new Array<number>(shape.length).fill(0);
  for (let i = 0; i < size; i++) {
    flat[i] = data[index.reduce((place, step, axis) => place + step * stride[axis], offset)];
    for (let axis = index.length - 1; axis >= 0 && ++index[axis] === shape[axis]; axis--) index[axis] = 0;
  }
  return flat;
}

/** CRC-32 of the parts of a file one after the other. */
function crcOf(parts: Iterable<Uint8Array>): number {
  let sum = 0;
  // Node takes an empty part for the beginning of another sum.
  for (const part of parts) if (part.length > 0) sum = crc32(part, sum);
  return sum;
}

/** Where the digits of the checksum stand in a header, or −1. */
function digitsAt(header: Uint8Array, digits: string): number {
  const key = `"${checksum}":"`;
  const at = latin1(header).indexOf(`${key}${digits}"`);
  return at < 0 ? at : at + key.length;
}

/** The numbers of a tensor as bytes of half precision. */
function checkedHalf(caller: string, name: string, data: Float32Array): Uint8Array {
  const beyond = data.findIndex((value) => !(Math.abs(value) <= largestHalf));
  if (beyond < 0) return halfBytes(data);
  throw new Error(
    `${caller}: expected numbers of at most ${largestHalf} with half precision, got ${data[beyond]} in ${name}; use precision 'single'`,
  );
}

/** The options with their defaults. @throws on another precision. */
export function checkPrecision(caller: string, options: SafetensorsFormat): Required<SafetensorsFormat> {
  const { precision = 'single' } = checkOptions(caller, options, { precision: 'any' });
  if (precision === 'single' || precision === 'half') return { precision };
  throw new Error(`${caller}: expected precision 'single' or 'half', got ${shown(precision)}`);
}

/** The parts of a file: the header's length, the header, and the numbers of each tensor. */
function encode(caller: string, content: Safetensors, options: SafetensorsFormat): Uint8Array[] {
  const { precision } = checkPrecision(caller, options);
  if (!isRecord(content)) throw new Error(`${caller}: expected { tensors, metadata }, got ${shown(content)}`);
  const { tensors, metadata } = content;
  if (!isRecord(tensors) || isNdarray(tensors)) {
    throw new Error(`${caller}: expected tensors to be ndarrays by name, got ${shown(tensors)}`);
  }
  if (!isRecord(metadata) || !Object.values(metadata).every((text) => typeof text === 'string')) {
    throw new Error(`${caller}: expected metadata to be texts by name, got ${shown(metadata)}`);
  }
  const header = new Map<string, unknown>([['__metadata__', { ...metadata, [checksum]: noDigits }]]);
  const parts: Uint8Array[] = [];
  let end = 0;
  for (const [name, array] of Object.entries(tensors)) {
    if (name === '__metadata__' || forbiddenNames.includes(name)) {
      throw new Error(`${caller}: expected another name than ${name}`);
    }
    if (!isNdarray(array) || !(array.data instanceof Float32Array)) {
      const got = isNdarray(array) ? `one of ${array.dtype}` : shown(array);
      throw new Error(`${caller}: expected ${name} to be an ndarray of float32, got ${got}`);
    }
    const data = rowMajor(array);
    const bytes = precision === 'half' ? checkedHalf(caller, name, data) : float32Bytes(data);
    const dtype = precision === 'half' ? 'F16' : 'F32';
    header.set(name, { dtype, shape: [...array.shape], data_offsets: [end, end + bytes.byteLength] });
    parts.push(bytes);
    end += bytes.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const headerLength = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerLength).fill(0x20, 8 + json.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.set(json, 8);
  const digits = crcOf([bytes, ...parts])
    .toString(16)
    .padStart(noDigits.length, '0');
  bytes.set(new TextEncoder().encode(digits), digitsAt(bytes, noDigits));
  return [bytes, ...parts];
}

/**
 * The bytes of a safetensors file: the header's length as a 64-bit integer, the header as JSON, and the numbers of one tensor
 * after the other, little-endian in row-major order. The header is padded with spaces to a multiple of 8 bytes, so that the
 * numbers stand aligned. A checksum of the whole file stands in its metadata, as `detseg.crc32`.
 * @throws on a name that the format, or an object, has another use for, and with half precision on numbers beyond ± 65504.
 */
export function encodeSafetensors(content: Safetensors, options: SafetensorsFormat = {}): Uint8Array {
  return concatBytes(encode('encodeSafetensors', content, options));
}

/** Bytes that numbers of other kinds than float32 are read in, at once. */
const pieceBytes = 2 ** 20;

/** Reads the numbers of a tensor. @param onBytes called with all its bytes, in order. */
function readTensor(
  file: OpenedFile,
  { kind, start, end }: TensorEntry,
  body: number,
  onBytes: (bytes: Uint8Array) => void,
): Float32Array {
  const numbers = new Float32Array((end - start) / kind.bytes);
  const each = pieceBytes / kind.bytes;
  for (let first = 0; first < numbers.length; first += each) {
    const part = numbers.subarray(first, first + each);
    const bytes = file.fill(new Uint8Array(part.length * kind.bytes), body + start + first * kind.bytes);
    onBytes(bytes);
    readNumbers(part, bytes, kind);
  }
  return numbers;
}

/** The header's bytes as the checksum counts them, and the checksum; null where there is none. */
function expectedChecksum({ bytes, metadata }: Header): { header: Uint8Array; sum: number } | null {
  if (!Object.hasOwn(metadata, checksum)) return null;
  const digits = metadata[checksum];
  const at = digitsAt(bytes, digits);
  if (!/^[0-9a-f]{8}$/.test(digits) || at < 0) throw new Error(`expected ${checksum} to be a checksum`);
  return { header: Uint8Array.from(bytes).fill('0'.charCodeAt(0), at, at + digits.length), sum: Number(`0x${digits}`) };
}

function decode(file: OpenedFile, maxBytes: number, convert: boolean): Safetensors {
  const header = readHeader(file, convert);
  const { entries, bytes } = header;
  const size = entries.reduce((sum, { kind, start, end }) => sum + (4 * (end - start)) / kind.bytes, 0);
  if (size > maxBytes) {
    throw new Error(`expected at most ${maxBytes} bytes of float32 numbers (option maxBytes), got ${size}`);
  }
  const expected = expectedChecksum(header);
  let sum = crc32(expected?.header ?? bytes);
  const read = new Map<string, Float32Array>();
  for (const entry of inOrder(entries)) {
    const numbers = readTensor(file, entry, bytes.length, (part) => {
      sum = crc32(part, sum);
    });
    read.set(entry.name, numbers);
  }
  if (expected && expected.sum !== sum) {
    throw new Error(
      `expected the checksum ${header.metadata[checksum]}, got ${sum.toString(16).padStart(8, '0')}: the file is damaged, or another program has changed it`,
    );
  }
  const tensors = entries.map(({ name, shape }) => [name, ndarray(read.get(name)!, shape)] as const);
  return { tensors: Object.fromEntries(tensors), metadata: textsOf(header) };
}

/** The metadata without the checksum, which is made anew whenever a file is written. */
function textsOf({ metadata }: Header): Record<string, string> {
  const { [checksum]: _, ...texts } = metadata;
  return texts;
}

/**
 * Writes tensors to a file in the safetensors format, whole or not at all, with a checksum.
 * @throws on a name that the format, or an object, has another use for, with half precision on numbers beyond ± 65504, and where the file
 * cannot be written.
 */
export function writeSafetensors(path: string, content: Safetensors, options: SafetensorsFormat = {}): void {
  checkPath('writeSafetensors', path);
  replaceFile('writeSafetensors', path, encode('writeSafetensors', content, options));
}

function reading<Result>(path: string, maxBytes: number, body: (file: OpenedFile) => Result): Result {
  try {
    return withFile(path, maxBytes, body);
  } catch (error) {
    throw new Error(`readSafetensors: ${path}: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * Reads a safetensors file (https://github.com/huggingface/safetensors) of float32 tensors; with `convert`, of any numbers.
 *
 * The file may come from anywhere: sizes are checked before memory is taken, tensors must lie in the file without gap or overlap, have at
 * most 8 axes and be at most 100,000. A file with a checksum, as {@link writeSafetensors} writes it, is refused where a bit of it has changed.
 * @throws `readSafetensors: <path>: <reason>`.
 */
export function readSafetensors(path: string, options: SafetensorsLimits = {}): Safetensors {
  const { maxBytes = usualBytes, convert = false } = checkOptions('readSafetensors', options, {
    maxBytes: 'any',
    convert: 'flag',
  });
  checkPath('readSafetensors', path);
  checkBound('readSafetensors', 'maxBytes', maxBytes);
  return reading(path, maxBytes, (file) => decode(file, maxBytes, convert));
}

/**
 * Reads shapes and texts of a safetensors file of any numbers and size, and none of the numbers: the checksum is not looked at.
 * @throws as {@link readSafetensors}.
 */
export function readSafetensorsHeader(path: string): SafetensorsHeader {
  const header = reading(path, Number.POSITIVE_INFINITY, (file) => readHeader(file, true));
  const shapes = header.entries.map(({ name, shape }) => [name, shape] as const);
  return { shapes: Object.fromEntries(shapes), metadata: textsOf(header) };
}
