import type { NdArray } from 'ndarray';
import ndarray from 'ndarray';
import { checkOptions } from '../checks/options';
import { checkPath } from '../checks/path';
import { shown } from '../checks/shown';
import { hexadecimal } from '../platform/hexadecimal';
import { readBytes } from '../platform/readBytes';

/** Settings of {@link readIdx}. */
export interface ReadIdxOptions {
  /** Size of the file, in bytes (256 MiB). */
  maxBytes?: number;
}

/**
 * Reads an IDX file of bytes, the format of the MNIST digits: two zero bytes, the type (8: unsigned bytes), the number of axes, each
 * axis' size as 32 bits with the highest byte first, then the values with the last axis fastest.
 *
 * @param path A file, not compressed.
 * @returns of 1–4 axes, as the file says: `[N, 28, 28]` for the images of MNIST, `[N]` for its labels.
 * @throws `readIdx: <path>: <reason>` where the file is missing, too large, of another type, or shorter or longer than its axes say.
 */
export function readIdx(path: string, options: ReadIdxOptions = {}): NdArray<Uint8Array> {
  const { maxBytes = 2 ** 28 } = checkOptions('readIdx', options, { maxBytes: 'any' });
  checkPath('readIdx', path);
  try {
    if (!(typeof maxBytes === 'number' && maxBytes > 0))
      throw new Error(`expected maxBytes above 0, got ${shown(maxBytes)}`);
    const bytes = readBytes(path, maxBytes);
    if (bytes.length < 4 || bytes[0] !== 0 || bytes[1] !== 0) {
      throw new Error(
        `expected an IDX file, got one that begins with ${hexadecimal(bytes.subarray(0, 4)) || 'nothing'}`,
      );
    }
    const [, , type, axes] = bytes;
    if (type !== 8) throw new Error(`expected unsigned bytes (type 8), got type ${type}`);
    if (axes < 1 || axes > 4) throw new Error(`expected 1–4 axes, got ${axes}`);
    const start = 4 + 4 * axes;
    if (bytes.length < start) throw new Error(`expected a header of ${start} bytes, got ${bytes.length}`);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const shape = Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis));
    const size = shape.reduce((product, length) => product * length, 1);
    if (bytes.length - start !== size) {
      throw new Error(`expected ${size} bytes for [${shape.join(', ')}], got ${bytes.length - start}`);
    }
    return ndarray(new Uint8Array(bytes.buffer, bytes.byteOffset + start, size), shape);
  } catch (error) {
    throw new Error(`readIdx: ${path}: ${(error as Error).message}`, { cause: error });
  }
}
