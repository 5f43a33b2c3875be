import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../support/root';

/** One of the site's tools, which are ES modules. */
export function tool(path: string): Promise<any> {
  return import(pathToFileURL(join(root, 'docs', path)).href);
}
