// A notebook file (nbformat 4): read with checks, filled with outputs, written the way Jupyter writes it.
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './setup.mjs';

const sizeLimit = 256 * 1024 * 1024;
const kernelspec = { display_name: 'TypeScript', language: 'typescript', name: 'tslab' };

/** The text of a cell or an output, which nbformat stores as one string or as a list of lines. */
export function text(value) {
  return Array.isArray(value) ? value.join('') : value;
}

/** Reads and checks a notebook. Throws an Error that names the file and the place. */
export function readNotebook(file) {
  const { size } = statSync(file);
  if (size > sizeLimit) throw new Error(`${file}: expected at most ${sizeLimit} bytes, got ${size}`);
  const source = readFileSync(file, 'utf8');
  let notebook;
  try {
    notebook = JSON.parse(source);
  } catch (error) {
    throw new Error(`${file}: expected JSON, got ${error.message}`);
  }
  const isText = (value) =>
    typeof value === 'string' || (Array.isArray(value) && value.every((line) => typeof line === 'string'));
  if (notebook?.nbformat !== 4) throw new Error(`${file}: expected nbformat 4, got ${notebook?.nbformat}`);
  if (!Array.isArray(notebook.cells))
    throw new Error(`${file}: expected a list of cells, got ${typeof notebook.cells}`);
  for (const [index, cell] of notebook.cells.entries()) {
    if (!['code', 'markdown', 'raw'].includes(cell?.cell_type)) {
      throw new Error(`${file}: cell ${index + 1}: expected cell_type code, markdown or raw, got ${cell?.cell_type}`);
    }
    if (!isText(cell.source))
      throw new Error(`${file}: cell ${index + 1}: expected source to be text, got ${typeof cell.source}`);
  }
  const name = notebook.metadata?.kernelspec?.name ?? kernelspec.name;
  if (name !== kernelspec.name) throw new Error(`${file}: expected kernel "${kernelspec.name}", got "${name}"`);
  return { notebook, source };
}

/** Gathers the outputs of the cells as they arrive; `outputs(id)` are those of the cell whose execution has that id. */
export class Outputs {
  #cells = new Map();
  #displays = new Map();
  #size = 0;

  open(id) {
    this.#cells.set(id, []);
  }

  outputs(id) {
    return this.#cells.get(id);
  }

  /** Takes one message of the kernel: `{ type, parent, content }`. */
  receive({ type, parent, content }) {
    const outputs = this.#cells.get(parent);
    this.#size += JSON.stringify(content)?.length ?? 0;
    if (this.#size > sizeLimit) throw new Error(`expected at most ${sizeLimit} characters of output, got more`);
    if (type === 'update_display_data') {
      for (const output of this.#displays.get(content.transient?.display_id) ?? []) {
        output.data = content.data;
        output.metadata = content.metadata ?? {};
      }
      return;
    }
    if (!outputs) return;
    if (type === 'stream') {
      const last = outputs.at(-1);
      if (last?.output_type === 'stream' && last.name === content.name) last.text += content.text;
      else outputs.push({ output_type: 'stream', name: content.name, text: content.text });
    } else if (type === 'display_data') {
      const output = { output_type: 'display_data', data: content.data, metadata: content.metadata ?? {} };
      outputs.push(output);
      const display = content.transient?.display_id;
      if (display) this.#displays.set(display, [...(this.#displays.get(display) ?? []), output]);
    }
  }

  /** What the cell wrote to `stdout`. */
  stdout(id) {
    return this.#stream(id, 'stdout');
  }

  /** What the cell wrote to `stderr`. */
  stderr(id) {
    return this.#stream(id, 'stderr');
  }

  #stream(id, wanted) {
    return this.outputs(id)
      .filter(({ output_type, name }) => output_type === 'stream' && name === wanted)
      .map((output) => output.text)
      .join('');
  }
}

/** The path of this checkout must not enter a committed output: it differs between machines. */
function withoutRoot(value) {
  const url = pathToFileURL(root).href;
  return value.replaceAll(`${url}/`, '').replaceAll(`${root}/`, '').replaceAll(`${root}\\`, '');
}

/** A stack without the frames of Node.js and of the kernel, which say nothing about the cell and differ between versions. */
export function withoutKernelFrames(value) {
  return value.replace(/^ +at .*(node:|node_modules[\\/]tslab[\\/]).*\n?/gm, '');
}

function lines(value) {
  return value.split(/(?<=\n)/);
}

/** Text in lists of lines, as Jupyter stores it, so that a difference shows the lines that differ; JSON stays as it is. */
function storedOutput(output) {
  if (output.output_type === 'stream') {
    const shown = output.name === 'stderr' ? withoutKernelFrames(output.text) : output.text;
    return { ...output, text: lines(withoutRoot(shown)) };
  }
  const data = {};
  for (const [type, value] of Object.entries(output.data)) {
    const isLines =
      typeof value === 'string' &&
      (type.startsWith('text/') || type === 'image/svg+xml' || type === 'application/javascript');
    data[type] = isLines ? lines(withoutRoot(value)) : value;
  }
  return { ...output, data };
}

/** The notebook with these results in it: `results[index]` is `{ count, outputs }` for each code cell, by index of the cell. */
export function filled(notebook, results, languageInfo) {
  const cells = notebook.cells.map((cell, index) => {
    const stored = {
      ...cell,
      metadata: { ...cell.metadata },
      source: lines(text(cell.source)).filter((line) => line !== ''),
    };
    // Times of execution, which some Jupyter settings record.
    delete stored.metadata.execution;
    if (cell.cell_type === 'code') {
      stored.execution_count = results[index]?.count ?? null;
      stored.outputs = (results[index]?.outputs ?? []).map(storedOutput);
    }
    return stored;
  });
  const metadata = { ...notebook.metadata, kernelspec, language_info: languageInfo };
  return { ...notebook, cells, metadata };
}

/** JSON as Jupyter writes it: keys sorted, indented by one space, one newline at the end. */
export function serialize(notebook) {
  const sorted = (_, value) => {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  };
  return `${JSON.stringify(notebook, sorted, 1)}\n`;
}

/** Replaces `file`, unless it has changed since it read as `before`: then someone is editing it, and their work wins. */
export function writeNotebook(file, before, after) {
  if (readFileSync(file, 'utf8') !== before)
    throw new Error(`${file}: changed on disk while it was executed; left as it is`);
  if (before === after) return;
  const temporary = join(dirname(file), `.${basename(file)}.${process.pid}.tmp`);
  try {
    writeFileSync(temporary, after);
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
