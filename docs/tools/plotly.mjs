// Plotly for the site: one file, made small, from node_modules. It is kept until the package's version changes.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { cache, readJson, root } from './places.mjs';

export function plotlyScript() {
  const folder = 'node_modules/plotly.js-dist';
  const { version } = readJson(folder, 'package.json');
  const kept = join(cache, `plotly-${version}.js`);
  if (!existsSync(kept)) {
    const source = readFileSync(join(root, folder, 'plotly.js'), 'utf8');
    const { code } = transformSync(source, { minify: true, legalComments: 'inline', charset: 'utf8' });
    mkdirSync(cache, { recursive: true });
    writeFileSync(`${kept}.tmp`, code);
    renameSync(`${kept}.tmp`, kept);
  }
  return readFileSync(kept);
}
