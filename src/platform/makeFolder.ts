import { existsSync, mkdirSync, statSync } from './files';
import { dirname, resolve } from './paths';
import { syncFolder } from './syncFolder';

/**
 * Makes a folder and those above it that are missing, so that they survive a power cut.
 *
 * Each folder is made by a call of its own: Node's recursive `mkdir` never returns where the system accepts none, as in `/proc`.
 * @throws `<path>: <reason>` where the system refuses, or a file is in the way.
 */
export function makeFolder(path: string): void {
  const missing: string[] = [];
  for (let folder = resolve(path); !existsSync(folder); folder = dirname(folder)) missing.push(folder);
  try {
    if (missing.length === 0 && !statSync(path).isDirectory()) throw new Error('expected a folder, got a file');
    for (const folder of missing.reverse()) {
      try {
        mkdirSync(folder);
      } catch (error) {
        // Another process may have made it in the meantime.
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !statSync(folder).isDirectory()) throw error;
      }
      syncFolder(dirname(folder));
    }
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`, { cause: error });
  }
}
