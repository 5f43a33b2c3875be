// Reads the finished site as a browser would, and tells what leads nowhere.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * `{ pages, errors }`: how many pages there are, and a line for each mistake: a link to a page, an anchor or a file that is not there, a
 * figure without data, an image or script from another host, and an expected page that is missing.
 *
 * @param expected addresses without an ending, such as `/notebooks/303-nms`.
 */
export function checkSite(folder, { base = '/', expected = [] } = {}) {
  const files = readdirSync(folder, { recursive: true })
    .map((name) => String(name).replaceAll('\\', '/'))
    .sort();
  const pages = new Map(
    files.filter((name) => name.endsWith('.html')).map((name) => [name, readPage(join(folder, name))]),
  );
  const errors = expected
    .map((address) => `${address.slice(1).replace(/\/$/, '/index')}.html`)
    .filter((name) => !pages.has(name))
    .map((name) => `${name}: expected this page, got none`);
  for (const [name, { links, loaded, figures }] of pages) {
    for (const link of links) {
      const problem = problemOf(link, { name, base, folder, pages });
      if (problem) errors.push(`${name}: ${problem}`);
    }
    for (const address of loaded) {
      if (/^(https?:)?\/\//.test(address)) errors.push(`${name}: expected nothing from another host, got ${address}`);
      else if (!address.startsWith('data:') && !fileOf(address, { name, base, folder }))
        errors.push(`${name}: dead image or script ${address}`);
    }
    for (const figure of figures) {
      if (!existsSync(join(folder, 'figures', `${figure}.json`))) errors.push(`${name}: figure ${figure} has no data`);
    }
  }
  return { pages: pages.size, errors };
}

function readPage(file) {
  const html = readFileSync(file, 'utf8');
  const all = (pattern) => [...new Set([...html.matchAll(pattern)].map(([, value]) => withoutEntities(value)))];
  return {
    ids: new Set(all(/\sid="([^"]*)"/g)),
    links: all(/<a\b[^>]*?\shref="([^"]*)"/g),
    loaded: [...all(/<(?:img|script|source|iframe)\b[^>]*?\ssrc="([^"]*)"/g), ...all(/<link\b[^>]*?\shref="([^"]*)"/g)],
    figures: all(/data-figure="([^"]*)"/g),
  };
}

const withoutEntities = (text) => text.replaceAll('&amp;', '&').replaceAll('&quot;', '"').replaceAll('&#39;', "'");

/** The path of a file inside the folder that an address on a page means; undefined where there is no such file. */
function fileOf(address, { name, base, folder }) {
  const { pathname } = new URL(address, `http://site${base}${name}`);
  if (!pathname.startsWith(base)) return undefined;
  const path = decodeURIComponent(pathname.slice(base.length));
  const found = path === '' || path.endsWith('/') ? `${path}index.html` : path;
  return existsSync(join(folder, found)) && statSync(join(folder, found)).isFile() ? found : undefined;
}

function problemOf(link, place) {
  if (/^[a-z]+:|^\/\//i.test(link)) return undefined;
  const target = fileOf(link.replace(/#.*/, '') || place.name.replace(/^.*\//, ''), place);
  if (!target) return `dead link ${link}`;
  const anchor = decodeURIComponent(/#(.*)$/.exec(link)?.[1] ?? '');
  if (anchor === '' || !target.endsWith('.html')) return undefined;
  return place.pages.get(target).ids.has(anchor) ? undefined : `dead anchor ${link}`;
}
