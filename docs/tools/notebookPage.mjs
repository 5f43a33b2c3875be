// A lecture as a page: its prose as it is, its code highlighted, what it printed, and its figures as files of their own that the page
// loads when they come into view. Nothing is executed.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withFigures } from '../figures/places.mjs';
import { notebookAddress } from './addresses.mjs';
import { escapeHtml, root } from './places.mjs';

/**
 * `{ markdown, figures }`: the page, and the JSON of each figure by name, such as `303-nms-0`.
 *
 * @param facts as `lectureFacts` gives them.
 */
export function notebookPage({ slug, number, title, question, cells }, facts) {
  const figures = new Map();
  let code = 0;
  const blocks = cells.flatMap((cell, index) => {
    if (cell.markdown !== undefined) {
      const prose = withFigures(slug, cell.markdown);
      return [withDiagrams(index === 0 ? withBar(prose, facts) : prose)];
    }
    const outputs = outputBlocks(cell.outputs, slug, figures);
    return liveCell(code++, cell, outputs);
  });
  const front = { title: `${number} · ${title}`, description: plain(question), pageClass: 'notebook' };
  const end = `<LectureDone slug="${slug}" />`;
  return { markdown: `${frontmatter(front)}${[...blocks, end].join('\n\n')}\n`, figures };
}

/** The first cell, with what a reader should know and what runs the whole page below its question. */
function withBar(markdown, facts) {
  const below = `${factsLine(facts)}\n\n<LiveBar />`;
  return markdown.replace(/^\*\*[^*][\s\S]*?\*\*$/m, (question) => `${question}\n\n${below}`);
}

/** How long it takes to read, how many exercises there are, and what comes before, in one line. */
function factsLine({ minutes, exercises, needs }) {
  const links = needs.map((lecture) => `[${lecture.number} ${lecture.title}](${notebookAddress(lecture.slug)})`);
  const parts = [
    `${minutes} minutes to read`,
    `${exercises} ${exercises === 1 ? 'exercise' : 'exercises'}`,
    ...(links.length > 0 ? [`builds on ${links.join(', ')}`] : []),
  ];
  return `<div class="facts">\n\n${parts.join(' · ')}\n\n</div>`;
}

/** The blocks of a cell of code that the page can run; `index` counts them. The code of one that only draws is folded. */
function liveCell(index, { code, solved, onlyDraws }, outputs) {
  const below = outputs.length > 0 ? ['<template v-slot:outputs>', ...outputs, '</template>'] : [];
  const kind = `${solved === undefined ? '' : ' exercise'}${onlyDraws ? ' folded' : ''}`;
  return [`<LiveCell :cell="${index}"${kind}>`, fence('ts', code), ...below, '</LiveCell>'];
}

/** Photographs of packages that the cells name: the page brings them. */
const photograph = /'((?:@[\w.-]+\/)?[\w.-]+\/[\w./-]+\.(?:jpe?g|png))'/g;

/** What the page needs to run the notebook: `{ cells: [{ type, source, solved }], files }`. */
export function liveNotebook({ cells }) {
  const code = cells.map(({ code = '' }) => code).join('\n');
  return {
    cells: cells.map(({ markdown, code: source, solved }) => ({
      type: markdown === undefined ? 'code' : 'markdown',
      source: markdown ?? source,
      solved,
    })),
    files: [...new Set([...code.matchAll(photograph)].map(([, name]) => name))],
  };
}

/**
 * Diagrams become part of the page, so that they follow its colors, light and dark; their look stands in the page's style.
 *
 * @throws where a notebook shows a diagram that is not there.
 */
export function withDiagrams(markdown) {
  return markdown.replace(/^!\[[^\]]*\]\(images\/(\w+)\.svg\)$/gm, (_, name) => {
    const svg = readFileSync(join(root, 'notebooks', 'images', `${name}.svg`), 'utf8');
    return `<figure class="diagram-figure" v-pre>\n${svg.replace(/<style>[\s\S]*?<\/style>\n/, '').trim()}\n</figure>`;
  });
}

export function frontmatter(values) {
  const lines = Object.entries(values).map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`);
  return `---\n${lines.join('')}---\n\n`;
}

/** A block of code that no text in it can end. */
export function fence(language, code) {
  const longest = Math.max(2, ...[...code.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const ticks = '`'.repeat(longest + 1);
  return `${ticks}${language}\n${code.replace(/\n+$/, '')}\n${ticks}`;
}

/** Characters of a line that fit below a cell in the size of its code. */
const lineLength = 84;

function outputBlocks(outputs, slug, figures) {
  return outputs.flatMap(({ text, html, figure }) => {
    if (figure) {
      const name = `${slug}-${figures.size}`;
      figures.set(name, JSON.stringify(figure));
      const { height = 400, title } = figure.layout ?? {};
      const label = plain(typeof title === 'string' ? title : (title?.text ?? ''));
      return [`<PlotlyFigure name="${name}" :height="${Math.round(height)}" label="${escapeHtml(label)}" />`];
    }
    if (html) return [`<div class="output" v-pre>${html.replace(/\n\s*\n/g, '\n').trim()}</div>`];
    return printedBlocks(text);
  });
}

/** What a cell printed. The source of a kernel, wherever it stands in it, is shown as the program that it is. */
function printedBlocks(text) {
  return withoutColors(text)
    .split(/^(function \w+\([\s\S]*?\n\}$)/m)
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const lines = part.replace(/^\n+|\s+$/g, '');
      if (/^function \w+\(/.test(lines)) return `<div class="output">\n\n${fence('js', lines)}\n\n</div>`;
      return `<pre class="output${printedKind(lines)}" v-pre>${escapeHtml(lines)}</pre>`;
    });
}

/** Lines that may be broken, or a table whose columns stay below one another, in smaller letters where it is wide. */
function printedKind(lines) {
  if (!/^ |\S {2,}\S/m.test(lines)) return ' prose';
  return lines.split('\n').some(({ length }) => length > lineLength) ? ' wide' : '';
}

function withoutColors(text) {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences of terminals are what is looked for
  return text.replace(/\x1b\[[\d;]*m/g, '');
}

/** One line without markup. */
export function plain(text) {
  return text
    .replace(/<[^>]*>/g, ' ')
    .replace(/[*`$]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}
