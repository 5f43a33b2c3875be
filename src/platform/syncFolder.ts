import { systemName } from './environment';
import { closeSync, fsyncSync, openSync } from './files';

/** What systems answer that cannot write a folder's entries to the disk on demand. */
const unsupported = ['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EISDIR', 'EPERM', 'EACCES', 'EBADF'];

/**
 * Writes a folder's entries to the disk: names of files that were created, renamed or removed there survive a power cut from now on.
 * Does nothing where the system has no such call, as on Windows and in a browser.
 * @throws on errors of the disk.
 */
export function syncFolder(path: string): void {
  if (['win32', 'browser'].includes(systemName())) return;
  try {
    const folder = openSync(path, 'r');
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  } catch (error) {
    if (!unsupported.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
