import { readBytes } from '../platform/readBytes';
import type { ImageLimits } from './imageFile';
import { pngSignature } from './pngDecode';

/** An image file that nothing has been decoded of. */
interface Opened {
  name: string;
  bytes: Buffer;
  kind: 'png' | 'jpeg';
  maxPixels: number;
}

/** The bytes of an image file and their kind, within limits. */
export function openImage(
  source: string | Uint8Array,
  { maxBytes = 2 ** 26, maxPixels = 40e6 }: ImageLimits,
  name: string,
): Opened {
  for (const [option, value] of Object.entries({ maxBytes, maxPixels })) {
    if (!(value > 0)) throw new Error(`expected ${option} above 0, got ${value}`);
  }
  let bytes: Buffer;
  if (typeof source === 'string') bytes = readBytes(source, maxBytes);
  else if (source instanceof Uint8Array) {
    bytes = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
    if (bytes.length > maxBytes) {
      throw new Error(`expected at most ${maxBytes} bytes (option maxBytes), got ${bytes.length}`);
    }
  } else throw new Error(`expected a path or a Uint8Array, got ${typeof source}`);
  if (bytes.length === 0) throw new Error('the file is empty');
  if (bytes.subarray(0, 8).equals(pngSignature)) return { name, bytes, kind: 'png', maxPixels };
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return { name, bytes, kind: 'jpeg', maxPixels };
  throw new Error(`expected a PNG or a JPEG, got a file that begins with ${bytes.toString('hex', 0, 4)}`);
}

/** Runs a reader so that every failure is one Error `<caller>: <name>: <reason>`. */
export function reading<Result>(caller: string, source: string | Uint8Array, read: (name: string) => Result): Result {
  const name = typeof source === 'string' ? source : `${source?.length ?? 0} bytes`;
  try {
    return read(name);
  } catch (error) {
    throw new Error(`${caller}: ${name}: ${(error as Error).message}`, { cause: error });
  }
}
