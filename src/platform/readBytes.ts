import { closeSync, fstatSync, openSync, readFileSync, statSync } from 'node:fs';

/**
 * The bytes of a file that may come from anywhere.
 * @throws on what is no file, and where it is larger than `maxBytes`.
 */
export function readBytes(path: string, maxBytes: number): Buffer {
  try {
    // Asked before opening: to open a named pipe would wait for a writer.
    if (!statSync(path).isFile()) throw new Error('expected a file, got a folder or a device');
    const file = openSync(path, 'r');
    try {
      const { size } = fstatSync(file);
      if (size > maxBytes) throw new Error(`expected at most ${maxBytes} bytes (option maxBytes), got ${size}`);
      return readFileSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? new Error('no such file', { cause: error }) : error;
  }
}
