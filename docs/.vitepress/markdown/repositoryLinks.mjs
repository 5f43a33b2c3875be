// Links as they are written in the repository, to notebooks and files, become links to the pages of the site.
import { posix } from 'node:path';
import { apiAddress, notebookAddress, sourceAddress } from '../../tools/addresses.mjs';

/** Where a file of the repository is on the site; undefined where it is announced only. */
export function pageOf(path, { documented, announced }) {
  if (path.endsWith('.ipynb')) {
    const slug = posix.basename(path, '.ipynb');
    return announced.includes(slug) ? undefined : notebookAddress(slug);
  }
  if (path === 'src/index.ts') return '/api/';
  return documented.includes(path) ? apiAddress(path) : sourceAddress(path);
}

/** `page`: the page's path among the generated sources; notebooks lie in notebooks/, the others in docs/pages/ of the repository. */
function repositoryPath(link, page) {
  const folder = page.startsWith('notebooks/') ? 'notebooks' : 'docs/pages';
  return posix.join(folder, link);
}

export function repositoryLinks(md, site) {
  md.core.ruler.push('repository-links', ({ tokens, env }) => {
    const page = env.relativePath ?? '';
    if (/^(api|source)\//.test(page)) return;
    for (const { children } of tokens) {
      let unlinked = 0;
      for (const token of children ?? []) {
        if (token.type === 'link_close' && unlinked > 0) {
          unlinked--;
          Object.assign(token, { type: 'html_inline', content: '</span>' });
        }
        const href = token.type === 'link_open' ? token.attrGet('href') : undefined;
        if (!href || !/\.ipynb(#|$)|^\.\.\//.test(href)) continue;
        const [link, hash] = href.split('#');
        const address = pageOf(repositoryPath(link, page), site);
        if (address) token.attrSet('href', hash ? `${address}#${hash}` : address);
        else {
          unlinked++;
          Object.assign(token, { type: 'html_inline', content: '<span class="announced" title="Not there yet">' });
        }
      }
    }
  });
}
