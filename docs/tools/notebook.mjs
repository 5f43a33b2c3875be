// A committed notebook, read for the site: its title and question, what it imports, and its cells with their outputs.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { solvedExercises } from '../../notebooks/tools/exercises.mjs';
import { readNotebook, text } from '../../notebooks/tools/notebook.mjs';

const plotly = 'application/vnd.plotly.v1+json';

/** The lectures in their order. */
export function readNotebooks(folder) {
  const files = readdirSync(folder).filter((name) => /^\d{3}-\w+\.ipynb$/.test(name));
  return files.sort().map((name) => readLecture(join(folder, name), name));
}

/**
 * `{ slug, number, title, question, imports, declared, cells }`; a cell is `{ markdown }` or `{ code, outputs }`, with the text `solved`
 * where it is an exercise, with `onlyDraws` where it is tagged `figure`, and with `readsData` where it
 * is tagged `data`, as what it shows depends on files that a reader may have or not; an output is `{ figure }`, `{ html }` or `{ text }`.
 *
 * @throws where a cell of code has never been executed, where there is no output at all, and where title or question is missing.
 */
export function readLecture(file, name) {
  const { notebook } = readNotebook(file);
  const solved = new Map(solvedExercises(notebook).map(({ index, source }) => [index, source]));
  const cells = notebook.cells
    .map((cell, index) => ({ cell, index }))
    .filter(({ cell }) => cell.cell_type !== 'raw')
    .map(({ cell, index }) => {
      const read = readCell(cell, `${name}: cell ${index + 1}`);
      return solved.has(index) ? { ...read, solved: solved.get(index) } : read;
    });
  const [, number, title] = /^# (\d{3}) · (.+)$/m.exec(cells[0]?.markdown ?? '') ?? [];
  if (!title) throw new Error(`${name}: expected to begin with a title "# NNN · …", got none`);
  const question = /^\*\*([^*][\s\S]*?)\*\*$/m.exec(cells[0].markdown)?.[1].replaceAll('\n', ' ');
  if (!question) throw new Error(`${name}: expected a question in bold below the title, got none`);
  const code = cells.map((cell) => cell.code ?? '').join('\n');
  if (!cells.some(({ outputs }) => outputs?.length > 0))
    throw new Error(`${name}: expected outputs, got none; execute it with npm run notebooks`);
  return {
    slug: name.replace(/\.ipynb$/, ''),
    number,
    title,
    question,
    imports: importedNames(code),
    declared: declaredNames(code),
    cells,
  };
}

function readCell(cell, place) {
  const source = text(cell.source);
  if (cell.cell_type === 'markdown') return { markdown: source };
  if (source.trim() !== '' && !Number.isInteger(cell.execution_count)) {
    throw new Error(
      `${place}: expected outputs, got a cell that was never executed; execute it with npm run notebooks`,
    );
  }
  const outputs = (cell.outputs ?? []).map((output) => readOutput(output, place));
  const tags = cell.metadata?.tags ?? [];
  const marks = { onlyDraws: tags.includes('figure'), readsData: tags.includes('data') };
  return { code: source, outputs, ...Object.fromEntries(Object.entries(marks).filter(([, is]) => is)) };
}

function readOutput({ output_type: type, text: printed, data }, place) {
  if (type === 'stream') return { text: text(printed) };
  if (type === 'error') throw new Error(`${place}: expected an output, got an error`);
  if (data?.[plotly]) return { figure: data[plotly] };
  if (data?.['text/html']) return { html: text(data['text/html']) };
  if (data?.['text/plain']) return { text: text(data['text/plain']) };
  throw new Error(`${place}: expected a figure, HTML or text, got ${Object.keys(data ?? {}).join(', ') || 'nothing'}`);
}

/** Names that its cells import from detseg. */
function importedNames(code) {
  const clauses = [...code.matchAll(/import(?:\s+type)?\s*\{([^}]*)\}\s*from 'detseg'/g)].map(([, names]) => names);
  const names = clauses.flatMap((clause) => clause.split(',')).map((name) => name.trim().replace(/^type\s+/, ''));
  return new Set(names.filter(Boolean));
}

/** Names that its cells declare themselves, which hide the library's. */
function declaredNames(cells) {
  const code = cells.replace(/import\b[^;]*?from '[^']*';?/g, '');
  const single = [...code.matchAll(/\b(?:const|let|var|function|class|type|interface)\s+(\w+)/g)].map(
    ([, name]) => name,
  );
  const several = [...code.matchAll(/\b(?:const|let)\s*[[{]([^=]*?)[\]}]\s*=/g)].flatMap(
    ([, list]) => list.match(/\w+/g) ?? [],
  );
  return new Set([...single, ...several]);
}
