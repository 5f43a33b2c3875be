// `npm run docs`: the static site in docs/.site, made from notebooks, docstrings and docs/pages. Nothing is executed.
//   --images [303-nms …]   first draws the images of the home page anew: of these lectures, or of all
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { commandLine } from '../../notebooks/tools/commandLine.mjs';
import { ensureBuilt } from '../../notebooks/tools/setup.mjs';

const { values, positionals } = commandLine(import.meta.url, {
  options: { images: { type: 'boolean', default: false } },
  allowPositionals: true,
});

ensureBuilt();
// These need what has just been installed.
const { build } = await import('vitepress');
const { checkSite } = await import('./checkSite.mjs');
const { findChromium } = await import('./chromium.mjs');
const { generateSources } = await import('./generate.mjs');
const { readNotebooks } = await import('./notebook.mjs');
const { drawMissing, drawImages } = await import('./images.mjs');
const { readJson, root, site } = await import('./places.mjs');
const { writeRedirects } = await import('./redirects.mjs');

try {
  const notebooks = readNotebooks(join(root, 'notebooks'));
  const choices = readJson('docs', 'course.json').images;
  if (values.images) {
    const wanted = notebooks.filter(({ slug }) => positionals.length === 0 || positionals.includes(slug));
    await drawImages(wanted, choices);
  } else if (findChromium()) {
    const drawn = await drawMissing(notebooks, choices);
    if (drawn.length > 0) console.log(`note: drawn, and to be committed: docs/images/course/{${drawn.join(',')}}.webp`);
  }
  const expected = await generateSources();
  rmSync(site, { recursive: true, force: true });
  await build(join(root, 'docs'));
  const base = process.env.DETSEG_DOCS_BASE || '/';
  writeRedirects(site, base, readJson('docs', 'redirects.json'));
  const { pages, errors } = checkSite(site, { base, expected });
  if (errors.length > 0) throw new Error(`the site has mistakes:\n${errors.map((error) => `  ${error}`).join('\n')}`);
  console.log(`${pages} pages in docs/.site; npm run docs:serve shows them`);
} catch (error) {
  console.error(`docs: ${error.message}`);
  process.exitCode = 1;
}
