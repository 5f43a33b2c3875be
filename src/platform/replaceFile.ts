import { randomBytes } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';

/**
 * Writes a file whole or not at all: under a temporary name beside it, then renamed, so that a reader never sees half of it.
 *
 * @throws `<caller>: <path>: <reason>` where the system refuses.
 */
export function replaceFile(caller: string, path: string, content: Uint8Array | string): void {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    writeFileSync(temporary, content, { flag: 'wx' });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new Error(`${caller}: ${path}: ${(error as Error).message}`, { cause: error });
  }
}
