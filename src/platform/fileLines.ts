import { concatBytes } from './concatBytes';
import { closeSync, openSync, readSync, statSync } from './files';

/** Bytes that are read at once. */
const pieceBytes = 2 ** 16;

/**
 * The lines of a file one after the other, in little memory however long the file is. A line longer than `longest` bytes is left out, and so
 * is what follows the last line's end, where it is being written.
 * @throws on what is no file.
 */
export function* fileLines(path: string, longest: number): Generator<string, void> {
  // Asked before opening: to open a named pipe would wait for a writer.
  if (!statSync(path).isFile()) throw new Error(`${path}: expected a file, got a folder or a device`);
  const file = openSync(path, 'r');
  try {
    const piece = new Uint8Array(pieceBytes);
    let begun: Uint8Array[] = [];
    let size = 0;
    for (let count = readSync(file, piece); count > 0; count = readSync(file, piece)) {
      for (let at = 0; at < count; ) {
        const end = piece.subarray(0, count).indexOf(10, at);
        const part = piece.subarray(at, end < 0 ? count : end);
        size += part.length;
        // The piece is read into again: what waits for its end is copied.
        if (size <= longest) begun.push(part.slice());
        at += part.length + 1;
        if (end < 0) continue;
        if (size <= longest) yield new TextDecoder().decode(concatBytes(begun));
        begun = [];
        size = 0;
      }
    }
  } finally {
    closeSync(file);
  }
}
