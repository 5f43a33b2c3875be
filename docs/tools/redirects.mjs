// Pages that have moved: their old addresses lead on to the new ones.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { escapeHtml } from './places.mjs';

/**
 * Writes a page for each old address that leads to the new one, also without JavaScript, and keeps what stands behind `#`.
 *
 * @param redirects old address → new address, as in docs/redirects.json.
 * @throws where a page stands at an old address.
 */
export function writeRedirects(folder, base, redirects) {
  for (const [from, to] of Object.entries(redirects)) {
    const file = join(folder, `${from.slice(1)}.html`);
    if (existsSync(file))
      throw new Error(`docs/redirects.json: expected no page at the old address ${from}, found one`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, redirectPage(`${base.replace(/\/$/, '')}${to}.html`));
  }
}

function redirectPage(address) {
  const href = escapeHtml(address);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>This page has moved</title>
<link rel="canonical" href="${href}">
<script>location.replace(${JSON.stringify(address).replaceAll('<', '\\u003c')} + location.hash)</script>
<meta http-equiv="refresh" content="0; url=${href}">
<p>This page has moved: <a href="${href}">go to its new place</a>.</p>
</html>
`;
}
