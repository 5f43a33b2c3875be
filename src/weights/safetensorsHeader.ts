import { shortened } from '../checks/printable';
import { isRecord } from '../checks/record';
import type { OpenedFile } from '../platform/readBytes';
import { quoted } from '../platform/textFile';
import { type NumberKind, numberKinds } from './numberKinds';

/** Bytes of a header at most: the format allows 100 MB, and the header of a network of a thousand layers has 100 kB. */
const mostHeaderBytes = 2 ** 24;

/** Tensors in a file at most. */
const mostTensors = 100_000;

/** Axes of a tensor at most. */
const mostAxes = 8;

/** Keys that would reach an object's prototype. */
export const forbiddenNames = ['__proto__', 'constructor', 'prototype'];

/** One tensor as the header tells it. */
export interface TensorEntry {
  name: string;
  kind: NumberKind;
  shape: number[];
  /** Where its numbers begin and end, in bytes from the end of the header. */
  start: number;
  end: number;
}

/** What stands before the numbers. */
export interface Header {
  /** In the order of the header. */
  entries: TensorEntry[];
  metadata: Record<string, string>;
  /** All bytes of the file before the numbers. */
  bytes: Uint8Array;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Checks one tensor's line of the header. */
function parseEntry(name: string, entry: unknown, convert: boolean): TensorEntry {
  if (forbiddenNames.includes(name)) throw new Error(`expected another name than ${name}`);
  const place = shortened(name, 200);
  if (!isRecord(entry)) throw new Error(`${place}: expected dtype, shape and data_offsets`);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== 'string' || !Object.hasOwn(numberKinds, dtype) || !(convert || dtype === 'F32')) {
    const wanted = convert ? `one of ${Object.keys(numberKinds).join(', ')}` : 'F32';
    throw new Error(`${place}: expected dtype ${wanted}, got ${quoted(dtype)}`);
  }
  const kind = numberKinds[dtype];
  if (!Array.isArray(shape) || !shape.every(isCount)) throw new Error(`${place}: expected a shape of whole numbers`);
  if (shape.length > mostAxes) throw new Error(`${place}: expected at most ${mostAxes} axes, got ${shape.length}`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) {
    throw new Error(`${place}: expected two data_offsets`);
  }
  const [start, end] = offsets;
  const size = shape.reduce((product, length) => product * length, kind.bytes);
  if (end - start !== size) {
    throw new Error(`${place}: expected ${size} bytes for shape [${shape.join(', ')}], got ${end - start}`);
  }
  return { name, kind, shape, start, end };
}

function parseJson(bytes: Uint8Array): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new Error(`expected a header in JSON: ${shortened((error as Error).message, 200)}`, { cause: error });
  }
  if (!isRecord(header)) throw new Error('expected a header that is an object');
  return header;
}

/** Tensors in the order of their numbers in the file. */
export function inOrder(entries: readonly TensorEntry[]): TensorEntry[] {
  return [...entries].sort((a, b) => a.start - b.start || a.end - b.end);
}

/**
 * Reads what stands before the numbers: names, kinds, shapes and places. Nothing else of the file is read, and what it claims is
 * checked against the file's size: tensors must lie in it without gap or overlap.
 * @throws with the reason alone.
 */
export function readHeader(file: OpenedFile, convert: boolean): Header {
  if (file.size < 8) throw new Error(`expected at least 8 bytes, got ${file.size}`);
  const prefix = file.fill(new Uint8Array(8), 0);
  const length = Number(new DataView(prefix.buffer).getBigUint64(0, true));
  const most = Math.min(mostHeaderBytes, file.size - 8);
  if (length > most)
    throw new Error(`expected a header of at most ${most} bytes, got ${length}; is it a safetensors file?`);
  const bytes = file.fill(new Uint8Array(8 + length), 0);
  const { __metadata__: metadata = {}, ...tensors } = parseJson(bytes.subarray(8));
  if (!isRecord(metadata) || !Object.values(metadata).every((text) => typeof text === 'string')) {
    throw new Error('expected __metadata__ to hold texts');
  }
  const names = Object.keys(tensors);
  if (names.length > mostTensors) throw new Error(`expected at most ${mostTensors} tensors, got ${names.length}`);
  const entries = names.map((name) => parseEntry(name, tensors[name], convert));
  // The tensors must cover the file without gap or overlap: nothing hides between them, and no byte is read twice.
  let place = 0;
  for (const { name, start, end } of inOrder(entries)) {
    if (start !== place) throw new Error(`${shortened(name, 200)}: expected to begin at byte ${place}, got ${start}`);
    place = end;
  }
  if (bytes.length + place !== file.size) {
    throw new Error(`expected ${place} bytes of numbers, got ${file.size - bytes.length}`);
  }
  return { entries, metadata: metadata as Record<string, string>, bytes };
}
