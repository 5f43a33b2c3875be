import { shown } from './shown';

/** Throws unless a path is a text of at least one character. */
export function checkPath(caller: string, path: unknown, name = 'a path'): void {
  if (typeof path !== 'string' || path === '') throw new Error(`${caller}: expected ${name}, got ${shown(path)}`);
  if (path.includes('\0')) throw new Error(`${caller}: expected ${name} without the character 0, got ${shown(path)}`);
}
