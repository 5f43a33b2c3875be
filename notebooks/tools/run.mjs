// `npm run notebooks`: executes the notebooks without a browser and writes their outputs into them.
//   npm run notebooks                        all of them, in the order of their numbers
//   npm run notebooks -- kMeans 207          those of these slugs, numbers, or paths of .ipynb files
//   npm run notebooks -- --check             executes and writes nothing
//   npm run notebooks -- --timeout=60        seconds that each notebook may take (900)
//   npm run notebooks -- --within=30         ends after 30 minutes; what is left out is named
//   npm run notebooks -- --no-build          takes dist/ as it is
// A cell fails when it throws, does not compile, or leaves a rejected promise unhandled. A cell tagged `raises-exception` shows an
// error on purpose: it must fail. After the last cell each exercise is run once more with its solution, which must be right.
//
// There is one way of executing, and it needs no Python: this process speaks the kernel's protocol itself (kernel.mjs). nbclient
// would be a second way with other results, and it loses the message of a failing cell, because tslab writes it to stderr and
// sends no `error` output.
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { commandLine, endOf, within } from './commandLine.mjs';
import { exitCodes, onEnding } from './ending.mjs';
import { solvedExercises } from './exercises.mjs';
import { Kernel, stopKernels } from './kernel.mjs';
import { filled, Outputs, readNotebook, serialize, text, withoutKernelFrames, writeNotebook } from './notebook.mjs';
import { ensureBuilt, root } from './setup.mjs';
import { saysRight } from './verdict.mjs';

const asynchronousFailure = /^(UncaughtException|UnhandledPromiseRejection):/m;
const moduleCell = /@module\s/;
const diagnostic = /^.*\d+:\d+ - /m;

class CellFailure extends Error {
  constructor(reason, place, source, stderr) {
    super(reason);
    Object.assign(this, { place, source, stderr });
  }
}

/** A notebook takes longer than it may. */
class TooLate extends Error {}

onEnding((signal) => {
  stopKernels();
  console.error('\ninterrupted; the notebook at hand is unchanged');
  process.exit(exitCodes[signal]);
});

/** The notebooks that the words name: a slug or a number exactly, else a part of the name. Throws where a word names none. */
function chosen(words) {
  const folder = join(root, 'notebooks');
  const all = readdirSync(folder)
    .filter((name) => name.endsWith('.ipynb'))
    .sort()
    .map((name) => join(folder, name));
  if (words.length === 0) return all;
  const found = words.flatMap((word) => {
    if (word.endsWith('.ipynb') && existsSync(word)) return [resolve(word)];
    const wanted = basename(word, '.ipynb').toLowerCase();
    const name = (file) => basename(file, '.ipynb').toLowerCase();
    const exact = all.filter((file) =>
      [name(file), name(file).replace(/^\d+-/, ''), name(file).split('-')[0]].includes(wanted),
    );
    const matches = exact.length ? exact : all.filter((file) => name(file).includes(wanted));
    if (matches.length === 0) throw new Error(`notebooks: expected the slug of a notebook, got "${word}"`);
    return matches;
  });
  return [...new Set(found)];
}

/** Why a cell failed, or null. */
function failureOf(source, reply, stderr) {
  if (reply.status !== 'ok') return 'failed';
  if (asynchronousFailure.test(stderr)) return 'left an error unhandled';
  if (moduleCell.test(source) && diagnostic.test(stderr)) return 'does not compile';
  return null;
}

/** Executes every code cell of the notebook in a new kernel. Returns the results by index of the cell. */
async function execute(notebook, file, limitMs) {
  const outputs = new Outputs();
  let overflow;
  const kernel = await Kernel.start(dirname(file), {
    onOutput: (message) => {
      try {
        outputs.receive(message);
      } catch (error) {
        overflow = error;
        kernel.stop();
      }
    },
  });
  let timer;
  const tooLate = new Promise((_, reject) => {
    timer = setTimeout(
      () => reject(new TooLate(`still running after ${Number((limitMs / 1000).toFixed(1))} s`)),
      limitMs,
    );
  });
  tooLate.catch(() => {});
  /** Runs a cell's text; `{ reply, id }`, the outputs are those of id. */
  const run = async (source, place) => {
    let id;
    const running = kernel.execute(source, (started) => {
      id = started;
      outputs.open(id);
    });
    running.catch(() => {});
    try {
      return { reply: await Promise.race([running, tooLate]), id };
    } catch (error) {
      const failure = new CellFailure((overflow ?? error).message, place, source, outputs.stderr(id));
      throw Object.assign(failure, { isLate: error instanceof TooLate });
    }
  };
  const results = [];
  try {
    for (const [index, cell] of notebook.cells.entries()) {
      const source = text(cell.source);
      if (cell.cell_type !== 'code' || source.trim() === '') continue;
      const place = `cell ${index + 1} of ${notebook.cells.length} (In [${results.filter(Boolean).length + 1}])`;
      const { reply, id } = await run(source, place);
      const failure = failureOf(source, reply, outputs.stderr(id));
      const expected = cell.metadata?.tags?.includes('raises-exception') ?? false;
      if (failure && !expected) throw new CellFailure(failure, place, source, outputs.stderr(id));
      if (!failure && expected) {
        throw new CellFailure('is tagged raises-exception and did not fail', place, source, outputs.stderr(id));
      }
      results[index] = { count: reply.execution_count, outputs: outputs.outputs(id) };
    }
    for (const { index, source } of solvedExercises(notebook)) {
      const place = `cell ${index + 1} of ${notebook.cells.length}, solved`;
      const { reply, id } = await run(source, place);
      const failure = failureOf(source, reply, outputs.stderr(id));
      if (failure) throw new CellFailure(failure, place, source, outputs.stderr(id));
      if (!saysRight(outputs.stdout(id))) {
        throw new CellFailure(`expected right, got ${outputs.stdout(id).trim()}`, place, source, outputs.stderr(id));
      }
    }
    return { results, languageInfo: kernel.languageInfo };
  } finally {
    clearTimeout(timer);
    kernel.stop();
  }
}

const indented = (value) => value.trimEnd().replace(/^/gm, '    | ');

function report(error) {
  if (!(error instanceof CellFailure)) {
    console.log(`  ${error.message}`);
    return;
  }
  console.log(`  ${error.place}: ${error.message}\n${indented(error.source)}`);
  console.log(error.stderr ? `  stderr:\n${indented(withoutKernelFrames(error.stderr))}` : '  stderr: nothing');
}

function fileSize(bytes) {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

async function main() {
  const { values, positionals } = commandLine(import.meta.url, {
    allowPositionals: true,
    options: {
      check: { type: 'boolean' },
      'no-build': { type: 'boolean' },
      timeout: { type: 'string', default: '900' },
      within,
    },
  });
  const end = endOf('notebooks', values.within);
  const limitMs = Number(values.timeout) * 1000;
  if (!(limitMs > 0 && limitMs < 2 ** 31))
    throw new Error(`notebooks: expected --timeout in seconds, got "${values.timeout}"`);
  const files = chosen(positionals);
  if (files.length === 0) throw new Error('notebooks: expected *.ipynb files in notebooks/, got none');
  if (!values['no-build']) ensureBuilt();

  let executed = 0;
  let failed = 0;
  for (const file of files) {
    const name = relative(root, file).startsWith('..') ? file : relative(root, file).replaceAll('\\', '/');
    const started = performance.now();
    if (started >= end) {
      console.log(`skip ${name}: ${values.within} minutes are over`);
      continue;
    }
    const line = (mark, rest) => {
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      console.log(`${mark} ${name.padEnd(48)} ${seconds.padStart(7)} s${rest}`);
    };
    try {
      const { notebook, source } = readNotebook(file);
      const { results, languageInfo } = await execute(notebook, file, Math.min(limitMs, end - started));
      const after = serialize(filled(notebook, results, languageInfo));
      if (!values.check) writeNotebook(file, source, after);
      executed++;
      line('ok  ', `  ${fileSize(Buffer.byteLength(after)).padStart(9)}`);
    } catch (error) {
      if (error instanceof CellFailure && error.isLate && performance.now() >= end) {
        line('skip', `  ${values.within} minutes are over`);
        continue;
      }
      failed++;
      line('FAIL', '');
      report(error);
    }
  }
  console.log(`${executed} executed, ${failed} failed`);
  process.exitCode = failed ? 1 : 0;
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
