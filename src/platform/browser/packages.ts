import { existsSync } from './files';

// A page has no packages: what it needs of them is in its bundle, or was written to where Node would look for it.

const missing = (path: string) => new Error(`${path}: a page has no packages`);

export function packageFolder(name: string): string {
  const folder = `/node_modules/${name}`;
  if (!existsSync(folder)) throw missing(name);
  return folder;
}

export function packageFile(_name: string): string | null {
  return null;
}

export function packageText(path: string): string {
  throw missing(path);
}

export function packageModule(path: string): any {
  throw missing(path);
}

export function loadedModule(_file: RegExp): any {
  return undefined;
}
