// The site: VitePress over docs/.generated, which docs/tools makes. Nothing is loaded from another host.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitepress';
import { generated, site as out, readJson } from '../tools/places.mjs';
import { codeName, proseNames } from './markdown/apiNames.mjs';
import { highlight } from './markdown/highlight.mjs';
import { math } from './markdown/math.mjs';
import { repositoryLinks } from './markdown/repositoryLinks.mjs';

// GitHub Pages serves a project below its name.
const base = process.env.DETSEG_DOCS_BASE || '/';
const site = JSON.parse(readFileSync(join(generated, 'site.json'), 'utf8'));
const { description, repository } = readJson('package.json');
const repositoryUrl = (repository?.url ?? '').replace(/^git\+/, '').replace(/\.git$/, '');

const address = (target) => base + target.slice(1).replace(/(?<!\/)(#|$)/, '.html$1');

// The highlighter is not told which page it works for; fences are rendered one after the other.
let page = '';
function rememberPage(md) {
  const render = md.renderer.rules.fence;
  md.renderer.rules.fence = (tokens, index, options, env, self) => {
    page = env.relativePath ?? '';
    return render(tokens, index, options, env, self);
  };
}

function color(code, language) {
  const target = (name) => {
    const found = codeName(name, page, site);
    return found && address(found);
  };
  return highlight(code, language.replace(/:.*/, ''), { target, anchors: page.startsWith('source/') });
}

/** Other words for what a lecture is about, by its slug: people search for IoU, and no title has it. */
const { searchedAs } = readJson('docs', 'course.json');
const aliasesOf = (path) => searchedAs[path.replace(/^notebooks\/|\.md$/g, '')] ?? '';

/** What search looks through: prose and code. Not what cells printed, not shown sources. */
function searchable(text, env, md) {
  if (/^search: false$/m.test(text.slice(0, 400))) return '';
  return md
    .render(text, env)
    .replace(/<pre class="output[\s\S]*?<\/pre>|<figure[\s\S]*?<\/figure>|<annotation[\s\S]*?<\/annotation>/g, '')
    .replace('</h1>', `</h1><p>${aliasesOf(env.relativePath ?? '')}</p>`);
}

/**
 * How much more a section counts: lectures more than the reference, and a lecture's first section most for a word that it is searched as. The
 * browser gets the text of this function, so that it must bring its words along.
 */
const boostDocument = new Function(
  'id',
  'term',
  `const searchedAs = ${JSON.stringify(searchedAs).toLowerCase()};
  const lecture = /\\/notebooks\\/([^.#]+)(?:\\.html)?(#?)/.exec(id.toLowerCase());
  if (!lecture) return /\\/api\\//.test(id) ? 0.6 : 1;
  const words = (searchedAs[lecture[1]] || '').split(' ');
  return words.includes(term.toLowerCase()) ? (id.includes('#') && !id.endsWith('#' + lecture[1]) ? 8 : 64) : 1.8;`,
);

/** Typing errors in words of five letters and more: "iou" is not "you". */
const fuzzy = (term) => (term.length >= 5 ? 0.2 : false);

export default defineConfig({
  title: 'detseg',
  description,
  lang: 'en',
  base,
  srcDir: '.generated',
  outDir: out,
  cacheDir: '.cache',
  cleanUrls: false,
  metaChunk: true,
  head: [
    ['link', { rel: 'icon', type: 'image/svg+xml', href: `${base}logo.svg` }],
    ['meta', { name: 'theme-color', content: '#0b62d6' }],
  ],
  markdown: {
    highlight: color,
    config(md) {
      md.use(math);
      // Vue drops a line's end between two elements, and the space with it.
      md.renderer.rules.softbreak = () => ' ';
      md.use(repositoryLinks, site);
      md.use(proseNames, site, address);
      md.use(rememberPage);
    },
  },
  themeConfig: {
    logo: '/logo.svg',
    nav: site.nav,
    sidebar: site.sidebar,
    outline: { level: [2, 3], label: 'On this page' },
    search: {
      provider: 'local',
      options: {
        _render: searchable,
        miniSearch: { searchOptions: { boost: { title: 6, titles: 2 }, boostDocument, fuzzy } },
      },
    },
    socialLinks: repositoryUrl ? [{ icon: 'github', link: repositoryUrl }] : undefined,
    notFound: {
      title: 'NO SUCH PAGE',
      quote:
        'The address has a mistake in it, or the page has moved. The search above finds every lecture and every name.',
      linkLabel: 'To the first page',
      linkText: 'All lectures',
    },
    docFooter: { prev: 'Previous', next: 'Next' },
    externalLinkIcon: true,
  },
  vite: {
    // Two bundles are made: one to render pages, one for the browser.
    build: { chunkSizeWarningLimit: 2000 },
  },
});
