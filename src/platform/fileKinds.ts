import { latin1 } from './bytes';
import { closeSync, openSync, readSync, statSync } from './files';

/** Whether there is a folder at a path. */
export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Whether there is a file at a path. */
export function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/**
 * The bytes of a file as characters, a mebibyte at a time; each piece begins with the last `overlap` characters of the one before, so that
 * a word of that length is whole in one of them. Nothing where it cannot be read.
 */
export function* filePieces(path: string, overlap: number): Generator<string> {
  if (!isFile(path)) return;
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return;
  }
  try {
    const piece = new Uint8Array(2 ** 20);
    for (let at = 0; ; at += piece.length - overlap) {
      const read = readSync(file, piece, 0, piece.length, at);
      if (read > 0) yield latin1(piece.subarray(0, read));
      if (read < piece.length) return;
    }
  } finally {
    closeSync(file);
  }
}
