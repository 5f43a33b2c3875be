import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The repository's root, found from compiled code. */
export function findRoot(folder: string = __dirname): string {
  return existsSync(join(folder, 'tsconfig.json')) ? folder : findRoot(dirname(folder));
}

/** One of the site's tools, which are ES modules. */
export function tool(path: string): Promise<any> {
  return import(pathToFileURL(join(findRoot(), 'docs', path)).href);
}
