// Pages of the reference: what TypeDoc wrote, under a heading that leads to the source, kernels, test, notebooks and users.
import { apiAddress, notebookAddress, sourceAddress } from './addresses.mjs';
import { frontmatter } from './notebookPage.mjs';

const nameOf = (path) => path.replace(/^.*\//, '').replace(/\.ts$/, '');
const fileLink = (path) => `[\`${path}\`](${sourceAddress(path)})`;
const pageLink = (path) => `[${nameOf(path)}](${apiAddress(path)})`;

/** @param about as `relations` gives it. @param callable names of functions and classes. */
export function apiPage({ path, names }, text, about, callable) {
  const rows = [
    ['Source', [fileLink(path)]],
    ['Kernels', about.kernels.map(fileLink)],
    ['Indirectly', about.composed.map(fileLink)],
    ['Test', about.tests.map(fileLink)],
    ['Notebooks', about.notebooks.map(({ slug, number, title }) => `[${number} · ${title}](${notebookAddress(slug)})`)],
    ['Used by', about.users.map(pageLink)],
  ].filter(([, links]) => links.length > 0);
  const list = rows.map(([label, links]) => `- **${label}** ${links.join(', ')}`).join('\n');
  const body = plainTypes(text)
    .replace(/^# .*\n+/, '')
    .replace(/^\*\*\*$/gm, '')
    .replace(/^Defined in: .*\n+/gm, '')
    .replace(/^#{3,6} (?:Overrides|Inherited from|Implementation of)\n\n.*\n/gm, '')
    // Headings without an anchor of their own, such as Parameters, come many times on a page.
    .replace(/^#{3,6} ([^{\n]+)$/gm, '<p class="part">$1</p>')
    .replace(/\n{3,}/g, '\n\n')
    // An empty cell says as much as a dash.
    .replace(/\| - \|$/gm, '| |');
  const front = {
    title: nameOf(path),
    description: `${names.slice(0, 5).join(', ')} in detseg`,
    pageClass: 'api',
    outline: [2, 2],
  };
  const related = `<div class="related">\n\n${list}\n\n</div>`;
  return `${frontmatter(front)}# ${nameOf(path)} {#page}\n\n${importLine(names, callable)}\n\n${body.trim()}\n\n${related}\n`;
}

/** Characters of the names in an import that fit beside the outline. */
const longestImport = 56;

/** How a program gets the names, as many of them as fit into a line; types only where there is nothing else. */
function importLine(all, callable) {
  const values = all.filter((name) => callable.has(name) || /^[a-z]/.test(name));
  const names = values.length > 0 ? values : all;
  const kind = values.length > 0 ? 'import' : 'import type';
  const fits = names.findLastIndex((_, i) => names.slice(0, i + 1).join(', ').length <= longestImport);
  const shown = names.slice(0, Math.max(1, fits + 1));
  const more = shown.length < names.length ? ' /* … */' : '';
  return `\`\`\`ts\n${kind} { ${shown.join(', ')}${more} } from 'detseg';\n\`\`\``;
}

const atom = String.raw`(?:\[\`[^\`\n]+\`\]\([^)\s]+\)|\`[^\`\n]+\`)`;
const glue = String.raw`(?:&lt;|&gt;|\\?\[|\\?\]|\(|\)|[{}&;:]|=>|,|\\\||\breadonly\b|\btypeof\b|\bkeyof\b)`;
const typeExpression = new RegExp(`^(?:${glue}|${atom}|\\s)+$`);

/**
 * Types as one piece of code with its links, where TypeDoc makes a piece of each name. What every array has in its type without
 * telling anything is left out.
 */
function plainTypes(text) {
  return text
    .replaceAll('<ArrayBufferLike>', '')
    .replaceAll('NdArray<number[] | TypedArray | GenericArray<number>>', 'NdArray')
    .replaceAll('&lt;`ArrayBufferLike`&gt;', '')
    .replace(
      /`NdArray`&lt;`number`\[\]\s*\\\|\s*`TypedArray`\s*\\\|\s*`GenericArray`&lt;`number`&gt;&gt;/g,
      '`NdArray`',
    )
    .replace(/^(\| .*? \| )((?:[^|\\\n]|\\.)+)( \|)/gm, (_, before, type, after) => before + inOnePiece(type) + after)
    .replace(/^(#{3,6} Returns\n\n)(.+)$/gm, (_, heading, type) => heading + inOnePiece(type));
}

function inOnePiece(type) {
  if (!typeExpression.test(type) || !new RegExp(glue).test(type.replace(new RegExp(atom, 'g'), ''))) return type;
  const text = type
    .trim()
    .replace(/^\\\|\s*/, '')
    .replace(/\[`([^`]+)`\]/g, '[$1]')
    .replace(/`([^`]+)`/g, '$1');
  return `<code class="type">${text}</code>`;
}

/** Parts of the library in the order in which a newcomer meets them. */
const parts = {
  tensor: 'Tensors, gradients, random numbers',
  ops: 'Operations on tensors, each with its gradient',
  nn: 'Layers: parameters and settings',
  losses: 'What training makes small',
  optim: 'Optimizers and learning rates',
  cluster: 'Segments without labels',
  graphCut: 'Objects cut out by a minimum cut',
  linear: 'Linear models, fitted on the host',
  boxes: 'Boxes: overlap, codes, anchors, suppression',
  metrics: 'How good a prediction is',
  images: 'Image files, colors, resizing',
  data: 'Data sets, augmentation, batches',
  scenes: 'Painted scenes with all their labels',
  formats: 'Pascal VOC, COCO, YOLO, masks, tables',
  weights: 'Weight files',
  models: 'Segmenters and detectors',
  train: 'Loops, checkpoints, evaluation',
  viz: 'Interactive figures',
  device: 'Back ends',
  shape: 'Types of shapes and sizes',
};

/** Modules by the folder of src that they lie in. */
export function apiGroups(modules) {
  const groups = new Map(Object.keys(parts).map((part) => [part, []]));
  for (const module of modules) {
    const [, part] = module.path.split('/');
    groups.set(part, [...(groups.get(part) ?? []), module]);
  }
  return [...groups]
    .filter(([, list]) => list.length > 0)
    .map(([part, list]) => ({ part, text: parts[part] ?? '', modules: list }));
}

/** The first page: every public function and class, by part, with the first sentence of its docstring. */
export function apiIndex(groups, { pages, callable }, kernels) {
  const sections = groups.map(({ part, text, modules }) => {
    const rows = modules.flatMap((module) => summaries(module, pages.get(module.path), callable));
    return `## ${part}\n\n${text}\n\n${table(rows)}`;
  });
  const files = kernels.map(({ path, text }) => {
    const names = [...text.matchAll(/^export function (\w+)/gm)].map(([, name]) => `\`kernels.${name}\``);
    return `| ${fileLink(path)} | ${names.join(', ')} |`;
  });
  const front = { title: 'Reference', outline: [2, 2], pageClass: 'api' };
  const intro =
    'Everything that `detseg` exports, made from the docstrings. Each page leads to its source, its kernels, its test and its notebooks.';
  const kernelTable = `## kernels\n\nEach is a function of one thread; \`applyKernel\` launches it\n\n| file | kernels |\n| --- | --- |\n${files.join('\n')}`;
  return `${frontmatter(front)}# Reference\n\n${intro}\n\n${[...sections, kernelTable].join('\n\n')}\n`;
}

function table(rows) {
  return `| name | what it is |\n| --- | --- |\n${rows.join('\n')}`;
}

function summaries({ path, names }, text, callable) {
  const sections = text.split(/^(?=## )/m).slice(1);
  return sections.flatMap((section) => {
    const [, name, anchor] = /^## (?:abstract )?(\w+).*\{#([^}]+)\}/.exec(section) ?? [];
    if (!names.includes(name) || !callable.has(name)) return [];
    const body = section.replace(/^.*\n/, '');
    return [`| [\`${name}\`](${apiAddress(path)}#${anchor}) | ${firstSentence(body, path)} |`];
  });
}

/** The first sentence of the prose, on one line, with its links made to count from the site's base. */
function firstSentence(body, path) {
  const prose = body
    .replace(/```[\s\S]*?```/g, '')
    .split(/\n\n+/)
    .find((paragraph) => /\S/.test(paragraph) && !/^(Defined in|#|\| |>|- )/.test(paragraph.trim()));
  const sentence = /^[\s\S]*?[^.\s]\.(?=\s+[A-Z`[]|\s*$)/.exec(prose ?? '')?.[0] ?? prose ?? '';
  const from = apiAddress(path).replace(/[^/]*$/, '');
  return sentence
    .trim()
    .replace(/\s+/g, ' ')
    .replace(/\|/g, '\\|')
    .replace(/\]\(#/g, `](${apiAddress(path)}#`)
    .replace(/\]\((?![/#h])([^)]*?)\.md/g, (_, target) => `](${new URL(target, `http://site${from}`).pathname}`);
}
