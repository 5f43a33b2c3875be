import { closeSync, fstatSync, openSync, readSync, statSync } from './files';

/** A file that is open for reading. */
export interface OpenedFile {
  /** In bytes, when it was opened. */
  readonly size: number;
  /** Fills an array from a place on, in bytes. @throws where the file ends before. */
  fill<Bytes extends Uint8Array>(bytes: Bytes, at: number): Bytes;
}

/**
 * Runs the body with a file that may come from anywhere.
 * @throws on what is no file, and where it is larger than `maxBytes`.
 */
export function withFile<Result>(path: string, maxBytes: number, body: (file: OpenedFile) => Result): Result {
  try {
    // Asked before opening: to open a named pipe would wait for a writer.
    if (!statSync(path).isFile()) throw new Error('expected a file, got a folder or a device');
    const file = openSync(path, 'r');
    try {
      const { size } = fstatSync(file);
      if (size > maxBytes) throw new Error(`expected at most ${maxBytes} bytes (option maxBytes), got ${size}`);
      return body({
        size,
        fill(bytes, at) {
          for (let filled = 0; filled < bytes.length; ) {
            const got = readSync(file, bytes, filled, bytes.length - filled, at + filled);
            if (got === 0) throw new Error(`expected ${at + bytes.length} bytes, got ${at + filled}`);
            filled += got;
          }
          return bytes;
        },
      });
    } finally {
      closeSync(file);
    }
  } catch (error) {
    // A file where the path has a folder is no folder that could hold one.
    const isMissing = ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
    throw isMissing ? new Error('no such file', { cause: error }) : error;
  }
}

/**
 * The bytes of a file that may come from anywhere.
 * @throws on what is no file, and where it is larger than `maxBytes`.
 */
export function readBytes(path: string, maxBytes: number): Uint8Array {
  return withFile(path, maxBytes, (file) => file.fill(new Uint8Array(file.size), 0));
}
