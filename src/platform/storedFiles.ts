import { checkBound } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { checkPath } from '../checks/path';
import { shown } from '../checks/shown';
import { containedFolder } from './containedFolder';
import { makeFolder } from './makeFolder';
import { dirname } from './paths';
import { readBytes } from './readBytes';
import { replaceFile } from './replaceFile';

/** Settings of {@link readFile}. */
export interface ReadFileOptions {
  /** Size of the file, in bytes (256 MiB). */
  maxBytes?: number;
}

/**
 * The bytes of a file: on the disk, or in a browser in the memory of the page, where {@link writeFile} and everything that the library
 * saves puts it.
 * @throws `readFile: <path>: <reason>` where there is no such file, and where it is too large.
 */
export function readFile(path: string, options: ReadFileOptions = {}): Uint8Array {
  const { maxBytes = 2 ** 28 } = checkOptions('readFile', options, { maxBytes: 'any' });
  checkBound('readFile', 'maxBytes', maxBytes);
  checkPath('readFile', path);
  try {
    return readBytes(path, maxBytes);
  } catch (error) {
    throw new Error(`readFile: ${path}: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * Writes a file whole or not at all, with the folders that it lies in. In a browser, files are kept in the memory of the page: this is how
 * `readImage`, `readVoc` or `loadModel` find there what was fetched or chosen by the user.
 * @param content its bytes, or its text.
 * @throws `writeFile: <path>: <reason>` where the system refuses.
 * @example
 * const answer = await fetch('photographs/cat.jpg');
 * writeFile('cat.jpg', new Uint8Array(await answer.arrayBuffer()));
 * const image = readImage('cat.jpg');
 */
export function writeFile(path: string, content: Uint8Array | string): void {
  checkPath('writeFile', path);
  if (typeof content !== 'string' && !(content instanceof Uint8Array)) {
    throw new Error(`writeFile: expected a text or the bytes of a file, a Uint8Array, got ${shown(content)}`);
  }
  try {
    makeFolder(dirname(path));
  } catch (error) {
    throw new Error(`writeFile: ${(error as Error).message}`, { cause: error });
  }
  replaceFile('writeFile', path, content);
}

/**
 * The files of a folder and of those in it, as paths from the folder on, with slashes.
 * @throws `listFiles: <path>: <reason>` where there is no such folder.
 */
export function listFiles(folder: string): string[] {
  checkPath('listFiles', folder, 'the path of a folder');
  try {
    const opened = containedFolder(folder);
    const inside = (name: string): string[] => {
      const { files, folders } = opened.content(name);
      const place = name === '.' ? '' : `${name}/`;
      return [...files.map((file) => place + file), ...folders.flatMap((next) => inside(place + next))];
    };
    return inside('.');
  } catch (error) {
    throw new Error(`listFiles: ${(error as Error).message}`, { cause: error });
  }
}
