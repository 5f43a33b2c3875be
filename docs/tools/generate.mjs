// Makes the sources of the site, docs/.generated, from what is in the repository. Nothing in it is written by hand.
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, posix } from 'node:path';
import { styles as diagramStyles } from '../diagrams/draw.mjs';
import { apiAddress, notebookAddress, sourceAddress } from './addresses.mjs';
import { apiGroups, apiIndex, apiPage } from './apiPage.mjs';
import { apiReference } from './apiReference.mjs';
import { architectureImage, importGraph } from './architecture.mjs';
import { benchTables } from './benchPage.mjs';
import { commandHelp } from './commandHelp.mjs';
import { coursePlan } from './course.mjs';
import { lectureFacts } from './lectureFacts.mjs';
import { liveKernel } from './liveKernel.mjs';
import { navigation } from './navigation.mjs';
import { readNotebooks } from './notebook.mjs';
import { liveNotebook, notebookPage } from './notebookPage.mjs';
import { generate, generated, handwritten, imageFile, readJson, root } from './places.mjs';
import { plotlyScripts } from './plotly.mjs';
import { publicModules } from './publicApi.mjs';
import { relations } from './related.mjs';
import { kernelText, sourceLinks, sourcePage } from './sourcePage.mjs';
import { importersOf, readSources } from './sources.mjs';

const require = createRequire(import.meta.url);

/**
 * Gives the addresses of the pages that the site must have.
 *
 * @throws on whatever is missing: outputs, docstrings, parts of the course, links to files that are not there.
 */
export async function generateSources() {
  rmSync(generated, { recursive: true, force: true });
  const sources = readSources(root);
  const kernels = [...sources.values()].filter(
    ({ path }) => path.startsWith('kernels/') && path !== 'kernels/thread.ts',
  );
  const modules = publicModules(root);
  const notebooks = readNotebooks(join(root, 'notebooks'));
  const { parts, announced, needs } = readJson('docs', 'course.json');
  const facts = new Map(notebooks.map((notebook) => [notebook.slug, lectureFacts(notebook, needs, notebooks)]));
  const course = coursePlan(parts, notebooks, facts);

  for (const notebook of notebooks) {
    const { markdown, figures } = notebookPage(notebook, facts.get(notebook.slug));
    generate(`notebooks/${notebook.slug}.md`, markdown);
    for (const [name, json] of figures) generate(`public/figures/${name}.json`, json);
    const live = liveNotebook(notebook);
    generate(`public/live/${notebook.slug}.json`, JSON.stringify(live));
    for (const name of live.files) generate(`public/live/files/${name}`, readFileSync(require.resolve(name)));
  }
  for (const entry of readdirSync(join(root, 'notebooks', 'weights'), { recursive: true })) {
    const name = String(entry).replaceAll('\\', '/');
    if (!/\.(json|safetensors)$/.test(name)) continue;
    generate(`public/live/weights/${name}`, readFileSync(join(root, 'notebooks', 'weights', name)));
  }
  const kernel = await liveKernel();
  generate(`public/live/${kernel.name}`, kernel.text);
  generate('public/live/kernel.json', JSON.stringify({ kernel: kernel.name }));

  const reference = await apiReference({ root, modules });
  const { pages, names } = reference;
  const groups = apiGroups(modules);
  const relatedTo = relations({ sources, modules, notebooks });
  for (const module of modules) {
    generate(
      `${apiAddress(module.path).slice(1)}.md`,
      apiPage(module, pages.get(module.path), relatedTo(module), reference.callable),
    );
  }
  generate('api/index.md', apiIndex(groups, reference, kernels));

  const written = writtenPages(sources);
  for (const [file, text] of written) generate(file, text);

  const linked = linkedFiles([...notebooks.map(notebookText), ...written.values()]);
  const documented = new Set(modules.map(({ path }) => path));
  for (const path of shownFiles(sources, linked)) {
    const text = sources.get(path)?.text ?? readFileSync(join(root, path), 'utf8');
    const importers = path.startsWith('test/')
      ? []
      : importersOf(path, sources).filter((file) => !/^test\/|^src\/(index|plan\/kernels)\.ts$/.test(file));
    generate(
      `${sourceAddress(path).slice(1)}.md`,
      sourcePage(path, text, sourceLinks(path, { documented, importers })),
    );
  }

  for (const name of readdirSync(join(root, 'docs', 'public')))
    cpSync(join(root, 'docs', 'public', name), join(generated, 'public', name), { recursive: true });
  for (const { slug } of notebooks) {
    if (!existsSync(imageFile(slug)))
      fail(`${slug}: expected an image of it, got none; draw it with npm run docs -- --images ${slug}`);
    cpSync(imageFile(slug), join(generated, 'public', 'course', `${slug}.webp`));
  }
  for (const [name, script] of Object.entries(plotlyScripts())) generate(`public/${name}`, script);
  generate(
    'site.json',
    JSON.stringify({
      ...navigation({ course, groups, kernels }),
      names: { ...kernelNames(kernels), ...names },
      notebooks: notebookNames(notebooks),
      documented: [...documented],
      announced: notThere(announced, notebooks),
    }),
  );
  generate('course.json', JSON.stringify(course));
  generate('diagrams.css', diagramStyles);
  const { darkTemplate, makeFigure } = require(join(root, 'dist', 'src', 'viz', 'figure.js'));
  generate('templates.json', JSON.stringify({ light: makeFigure([], {}).layout.template, dark: darkTemplate }));
  return [
    ...[...written.keys()].map((name) => `/${name.replace(/\.md$/, '')}`),
    ...notebooks.map(({ slug }) => notebookAddress(slug)),
    ...modules.map(({ path }) => apiAddress(path)),
    ...kernels.map(({ path }) => sourceAddress(path)),
  ];
}

const notebookText = ({ cells }) => cells.map(({ markdown = '' }) => markdown).join('\n');

/** What stands in a written page for something drawn, measured or printed: `<!-- help:train -->`. */
const inserted = {
  architecture: (_, sources) => architectureImage(importGraph(sources)),
  bench: () => benchTables(readJson('docs', 'bench.json')),
  help: (command) => commandHelp(command),
  kernel: (name, sources) =>
    kernelText(
      name,
      [...sources.values()].filter(({ path }) => path.startsWith('kernels/')),
    ),
};

function writtenPages(sources) {
  const files = readdirSync(handwritten).filter((name) => name.endsWith('.md'));
  return new Map(
    files.map((name) => {
      const text = readFileSync(join(handwritten, name), 'utf8').replaceAll('\r\n', '\n');
      const insert = (_, kind, argument) =>
        inserted[kind]?.(argument, sources) ??
        fail(`${name}: expected ${Object.keys(inserted).join(', ')}, got ${kind}`);
      return [name, text.replace(/^<!-- (\w+)(?::(\w+))? -->$/gm, insert)];
    }),
  );
}

/** Lectures that are still to come; a link to one of them is plain text until then. */
function notThere(announced, notebooks) {
  return announced.filter((slug) => !notebooks.some((notebook) => notebook.slug === slug));
}

function fail(message) {
  throw new Error(message);
}

/** Files of the repository that prose links to, from the folders notebooks and docs/pages. */
function linkedFiles(texts) {
  const links = texts.flatMap((text) => [...text.matchAll(/\]\(((?:\.\.\/)+[^)#\s]+)/g)].map(([, target]) => target));
  const paths = links.map((link) => link.replace(/^(\.\.\/)+/, '')).filter((path) => !path.endsWith('.ipynb'));
  for (const path of paths) if (!existsSync(join(root, path))) fail(`a link leads to ${path}, which is not there`);
  return new Set(paths.map((path) => posix.normalize(path)));
}

/** Everything in src and kernels, and what is linked to: tests and others. */
function shownFiles(sources, linked) {
  const library = [...sources.keys()].filter((path) => path !== 'src/index.ts');
  return new Set([...library, ...[...linked].filter((path) => path !== 'src/index.ts' && /\.\w+$/.test(path))]);
}

/** `kernels.boxIou`: the line of its source. */
function kernelNames(kernels) {
  const found = {};
  for (const { path, text } of kernels) {
    for (const [i, line] of text.split('\n').entries()) {
      const name = /^export function (\w+)/.exec(line)?.[1];
      if (name) found[`kernels.${name}`] = `${sourceAddress(path)}#L${i + 1}`;
    }
  }
  return found;
}

/** What each lecture imports and declares, for the links in its code and prose. */
function notebookNames(notebooks) {
  return Object.fromEntries(
    notebooks.map(({ slug, imports, declared }) => [
      `${notebookAddress(slug).slice(1)}.md`,
      { imports: [...imports], declared: [...declared] },
    ]),
  );
}
