import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, writeSync } from './files';
import { randomDigits } from './identifiers';
import { dirname, join } from './paths';
import { syncFolder } from './syncFolder';

/** What a file is to hold: all of it, or its parts in order, so that a large one never lies in memory whole. */
export type FileContent = Uint8Array | string | Iterable<Uint8Array | string>;

/** Names of the files that a killed {@link replaceFile} leaves behind. */
const leftover = /\.[0-9a-f]{12}\.tmp$/;

function writeParts(file: number, content: FileContent): void {
  const parts = typeof content === 'string' || content instanceof Uint8Array ? [content] : content;
  for (const part of parts) {
    const bytes = typeof part === 'string' ? new TextEncoder().encode(part) : part;
    for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
  }
}

/**
 * Writes a file whole or not at all, also when the power fails. In this order: the content goes to a temporary file beside it and on
 * to the disk (fsync), the file is renamed, the folder goes to the disk. A reader sees the old content or the new one, never a part;
 * when the function returns, the new one is on the disk, and what it replaces or makes superfluous may be removed.
 *
 * @param caller what an error begins with; null for none.
 * @throws `<caller>: <path>: <reason>` where the system refuses; the old content is then untouched.
 */
export function replaceFile(caller: string | null, path: string, content: FileContent): void {
  const temporary = `${path}.${randomDigits(12)}.tmp`;
  try {
    const file = openSync(temporary, 'wx');
    try {
      writeParts(file, content);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
    syncFolder(dirname(path));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new Error(`${caller === null ? '' : `${caller}: `}${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** Removes what killed writes left behind in a folder. Only for folders in which no other process is writing. */
export function removeLeftovers(folder: string): void {
  for (const name of readdirSync(folder)) if (leftover.test(name)) rmSync(join(folder, name), { force: true });
}
