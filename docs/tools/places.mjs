// Where things are, and the one way in which generated files are written.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../../notebooks/tools/setup.mjs';

export { root };

/** Written by hand, and committed. */
export const handwritten = join(root, 'docs', 'pages');
/** The sources of the site as VitePress reads them: written pages, notebooks, reference, code. Made anew by every build. */
export const generated = join(root, 'docs', '.generated');
/** What is slow to make and depends on a package's version alone. */
export const cache = join(root, 'docs', '.cache');
/** The image of a lecture on the home page; committed. */
export function imageFile(slug) {
  return join(root, 'docs', 'images', 'course', `${slug}.webp`);
}

/** The finished site. */
export const site = join(root, 'docs', '.site');

export function readJson(...path) {
  return JSON.parse(readFileSync(join(root, ...path), 'utf8'));
}

/** Writes one file of the generated sources; `path` counts from their folder. */
export function generate(path, content) {
  const file = join(generated, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

export function escapeHtml(text) {
  const names = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (character) => names[character]);
}
