import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LockedError, takeLock } from '../platform/lockFile';
import { makeFolder } from '../platform/makeFolder';
import { removeLeftovers } from '../platform/replaceFile';
import { UsageError } from './usage';

/** Makes a folder for results. @throws where it is there and not empty, unless it may be written over. */
export function resultFolder(path: string, { overwrite }: { overwrite: boolean }): string {
  if (existsSync(path)) {
    if (!statSync(path).isDirectory()) throw new UsageError(`--out ${path}: expected a folder, got a file`);
    if (!overwrite && readdirSync(path).length > 0) {
      throw new UsageError(`--out ${path}: the folder is not empty; name another one, or add --overwrite`);
    }
  }
  makeFolder(path);
  return path;
}

/** Name of the file that says which process a folder belongs to. */
const lockName = '.lock';

/** Whether a folder holds nothing but a lock, and what taking one leaves behind where it is killed. */
export function isFree(folder: string): boolean {
  return readdirSync(folder).every((name) => name === lockName || name.startsWith(`${lockName}.`));
}

/**
 * Takes a folder for this process alone, and removes what killed writes left in it; see {@link takeLock}.
 * @returns gives the folder back. @throws where another process has it.
 */
export function lockFolder(folder: string): () => void {
  let release: () => void;
  try {
    release = takeLock(join(folder, lockName));
  } catch (error) {
    const { message } = error as Error;
    throw error instanceof LockedError ? new Error(`${folder}: the folder is ${message}`, { cause: error }) : error;
  }
  removeLeftovers(folder);
  return release;
}
