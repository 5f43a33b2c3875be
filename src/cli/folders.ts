import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../platform/makeFolder';
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

/** Whether a process is running. */
function isAlive(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The process that a lock names, or null where it is damaged. */
function ownerOf(path: string): number | null {
  try {
    const id = Number(readFileSync(path, 'utf8'));
    return Number.isSafeInteger(id) && id > 0 ? id : null;
  } catch {
    return null;
  }
}

/**
 * Takes a folder for this process alone. A lock that a process left behind which is no longer there is taken over.
 * @returns gives the folder back.
 * @throws where another process has it.
 */
export function lockFolder(folder: string): () => void {
  const path = join(folder, '.lock');
  // Written elsewhere and renamed would take another's lock; 'wx' makes the file or fails.
  const take = () => writeFileSync(path, String(process.pid), { flag: 'wx' });
  try {
    take();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const owner = ownerOf(path);
    if (owner !== null && owner !== process.pid && isAlive(owner)) {
      throw new Error(`${folder}: the folder is in use by process ${owner}`, { cause: error });
    }
    // Of two that find a stale lock, one moves it away; the other finds nothing to move and the new lock in its place.
    const aside = `${path}.${randomBytes(6).toString('hex')}`;
    renameSync(path, aside);
    rmSync(aside, { force: true });
    take();
  }
  const release = () => rmSync(path, { force: true });
  process.once('exit', release);
  return () => {
    process.removeListener('exit', release);
    release();
  };
}
