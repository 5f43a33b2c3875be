// Plotly for the site, as files of its own: the whole, made small and kept until the package's version changes, and the part that draws flat
// figures, a third of the whole. Both are of one version, so that a page may load the second after the first.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { cache, readJson, root } from './places.mjs';

const whole = 'node_modules/plotly.js-dist';
const flat = 'node_modules/plotly.js-cartesian-dist-min';

/** The files by name. @throws where the two packages are of different versions. */
export function plotlyScripts() {
  const { version } = readJson(whole, 'package.json');
  const { version: other } = readJson(flat, 'package.json');
  if (version !== other) throw new Error(`${flat}: expected version ${version}, as plotly.js-dist has, got ${other}`);
  const kept = join(cache, `plotly-${version}.js`);
  if (!existsSync(kept)) {
    const source = readFileSync(join(root, whole, 'plotly.js'), 'utf8');
    const { code } = transformSync(source, { minify: true, legalComments: 'inline', charset: 'utf8' });
    mkdirSync(cache, { recursive: true });
    writeFileSync(`${kept}.tmp`, code);
    renameSync(`${kept}.tmp`, kept);
  }
  return {
    'plotly.js': readFileSync(kept),
    'plotlyFlat.js': readFileSync(join(root, flat, 'plotly-cartesian.min.js')),
  };
}
