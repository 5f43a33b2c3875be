import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Files by their path in a folder. */
export type Files = Record<string, string | Uint8Array>;

const made = new Set<string>();
process.once('exit', () => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
});

/**
 * A new folder that is removed when the process ends.
 * @param name what its name begins with. @param parent folder that it lies in.
 */
export function temporaryFolder(name = 'detseg-', parent = tmpdir()): string {
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, name));
  made.add(folder);
  return folder;
}

/** Writes files into a new folder, runs the body with its path, and removes the folder. */
export function inFolder<Result>(files: Files, body: (folder: string) => Result): Result {
  const folder = temporaryFolder('detseg-data-');
  const remove = () => {
    rmSync(folder, { recursive: true, force: true });
    made.delete(folder);
  };
  try {
    writeFiles(folder, files);
    const result = body(folder);
    if (!(result instanceof Promise)) remove();
    else result.then(remove, remove);
    return result;
  } catch (error) {
    remove();
    throw error;
  }
}

/** Writes files into a folder, with the folders that they lie in. */
export function writeFiles(folder: string, files: Files): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}
