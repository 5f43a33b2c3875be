import { checkPath } from '../checks/path';
import { shown } from '../checks/shown';
import { latin1 } from '../platform/bytes';
import { hexadecimal } from '../platform/hexadecimal';
import { lookedIn } from '../platform/lookedIn';
import { readBytes } from '../platform/readBytes';
import { quoted } from '../platform/textFile';
import { type ImageLimits, usualLimits } from './imageFile';
import { imageKind, type ReadKind } from './imageKind';
import { hasSharp } from './sharpImage';

/** An image file that nothing has been decoded of. */
export interface OpenedImage {
  bytes: Uint8Array;
  /** Who reads it. */
  reader: ReadKind;
  /** What it is called: `a WebP image`. */
  name: string;
  maxPixels: number;
}

/** The first eight bytes: as a text, where they are one that can be read, or else in hexadecimal digits. */
function beginningOf(bytes: Uint8Array): string {
  const first = bytes.subarray(0, 8);
  return first.every((byte) => byte >= 0x20 && byte < 0x7f) ? quoted(latin1(first)) : hexadecimal(first);
}

const installSharp = 'install the package sharp to read it (npm install sharp), or convert it to JPEG or PNG';

/**
 * The bytes of an image file and their kind, within limits.
 * @throws with the reason alone where there is no such file, it is too large, or nothing reads its kind.
 */
export function openImage(
  source: string | Uint8Array,
  { maxBytes = usualLimits.maxBytes, maxPixels = usualLimits.maxPixels }: ImageLimits,
): OpenedImage {
  for (const [option, value] of Object.entries({ maxBytes, maxPixels })) {
    if (!(typeof value === 'number' && value > 0)) throw new Error(`expected ${option} above 0, got ${shown(value)}`);
  }
  let bytes: Uint8Array;
  if (typeof source === 'string') bytes = readBytes(source, maxBytes);
  else if (source instanceof Uint8Array) {
    bytes = source;
    if (bytes.length > maxBytes) {
      throw new Error(`expected at most ${maxBytes} bytes (option maxBytes), got ${bytes.length}`);
    }
  } else throw new Error(`expected a path or a Uint8Array, got ${shown(source)}`);
  if (bytes.length === 0) throw new Error('the file is empty');
  const kind = imageKind(bytes);
  if (kind === null) {
    throw new Error(`expected a JPEG, PNG or BMP, got a file that begins with ${beginningOf(bytes)}`);
  }
  const { name, reader, advice } = kind;
  if (reader === null || (reader === 'sharp' && !hasSharp())) {
    throw new Error(`expected a JPEG, PNG or BMP, got ${name}; ${advice ?? installSharp}`);
  }
  return { bytes, reader, name, maxPixels };
}

/** Throws unless a source is a path or the bytes of a file. */
function checkSource(caller: string, source: unknown): void {
  if (source instanceof Uint8Array) return;
  if (typeof source !== 'string') throw new Error(`${caller}: expected a path or a Uint8Array, got ${shown(source)}`);
  checkPath(caller, source);
}

/** Runs a reader so that every failure is one Error `<caller>: <name>: <reason>`. */
export function reading<Result>(caller: string, source: string | Uint8Array, read: () => Result): Result {
  checkSource(caller, source);
  const name = typeof source === 'string' ? source : `${source.length} bytes`;
  try {
    return read();
  } catch (error) {
    const { message } = error as Error;
    const place = typeof source === 'string' && message === 'no such file' ? lookedIn(source) : '';
    throw new Error(`${caller}: ${name}: ${message}${place}`, { cause: error });
  }
}
