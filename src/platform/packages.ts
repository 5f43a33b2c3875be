import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';

/** The folder of an installed package. @throws where it is not installed. */
export function packageFolder(name: string): string {
  return dirname(require.resolve(`${name}/package.json`));
}

/** Where the main file of an installed package lies; null where it is not installed. */
export function packageFile(name: string): string | null {
  try {
    return createRequire(__filename).resolve(name);
  } catch {
    return null;
  }
}

/** The text of a file of an installed package, such as `plotly.js-dist/plotly.js`. @throws where it is not there. */
export function packageText(path: string): string {
  return readFileSync(createRequire(__filename).resolve(path), 'utf8');
}

/** A module of an installed package. @throws where it is not there. */
export function packageModule(path: string): any {
  return createRequire(__filename)(path);
}

/** What a module exports that this process has loaded already, by its file; undefined where there is none. */
export function loadedModule(file: RegExp): any {
  const found = Object.keys(require.cache).find((name) => file.test(name));
  return found === undefined ? undefined : require.cache[found]?.exports;
}
