// The kernel of the live pages: a worker that runs cells one after the other. It speaks of what happens in Jupyter's words.
//   to it:    { type: 'file', path, bytes }   { type: 'run', id, source, file }   { type: 'interrupt' }
//   from it:  { type: 'ready', … }   and with the `id` of the cell: { type: 'stream', name, text }   { type: 'display_data' |
//             'update_display_data', data, display }   { type: 'done', failure }; failure is null or { name, message, place, frames }
import * as detseg from 'detseg';
import ndarray from 'ndarray';
import { formatWithOptions, inspect } from 'node-inspect-extracted';
import { forgetInterrupt, interrupt } from '../../dist/src/platform/breath.js';
import { existsSync } from '../../dist/src/platform/browser/files.js';
import assert from './assert.mjs';
import { CellSyntaxError, compileCell } from './cell.mjs';

const modules = {
  detseg,
  ndarray: { default: ndarray },
  assert: { ...assert, default: assert },
  'assert/strict': { ...assert, default: assert },
};

globalThis.__import = (name) => {
  const found = modules[name.replace(/^node:/, '')];
  if (found) return found;
  throw new Error(`import: expected ${Object.keys(modules).join(', ')}, got '${name}': a page has no other modules`);
};

globalThis.require = Object.assign((name) => globalThis.__import(name).default ?? globalThis.__import(name), {
  resolve(name) {
    const path = `/node_modules/${name}`;
    if (existsSync(path)) return path;
    throw new Error(`require.resolve: expected a file that this page brings with it, got '${name}'`);
  },
});

/** The cell that is running. */
let running;
/** Names of cells that ran, whose values never change. */
const constants = new Set();

const send = (message) => postMessage({ id: running, ...message });

const print =
  (name) =>
  (...values) =>
    send({ type: 'stream', name, text: `${formatWithOptions({}, ...values)}\n` });
const printed = { log: 'stdout', info: 'stdout', debug: 'stdout', warn: 'stderr', error: 'stderr', trace: 'stderr' };
for (const [level, name] of Object.entries(printed)) console[level] = print(name);
console.table = (rows) => print('stdout')(rows);

detseg.setDisplay(
  ({ data, transient }, update) =>
    send({ type: update ? 'update_display_data' : 'display_data', data, display: transient.display_id }),
  { drawsPlotly: true },
);

/** What a reader needs of an error: its sentence first, then the lines of their own cells. */
function failureOf(error, file) {
  if (error instanceof CellSyntaxError)
    return { name: error.name, message: error.message, frames: [`${file}:${error.line}:${error.column}`] };
  if (!(error instanceof Error)) return { name: 'Uncaught', message: inspect(error), frames: [] };
  const frames = String(error.stack).match(/\bcell\d+\.ts:\d+:\d+/g) ?? [];
  return { name: error.name, message: error.message, frames: [...new Set(frames)] };
}

async function run({ source, file }) {
  const { code, names, parameters } = compileCell(source, file, [...constants]);
  // A name that was declared before, or that the worker has itself, such as `name` or `status`, is the cell's from now on.
  for (const name of names.keys()) {
    const found = Object.getOwnPropertyDescriptor(globalThis, name);
    if (found && !found.configurable) throw new Error(`${name}: a page does not allow to declare this name`);
  }
  const values = parameters.map((name) => globalThis[name]);
  // Called by another name, `eval` sees the global names alone.
  // biome-ignore lint/security/noGlobalEval: running what the reader wrote is what this worker is for
  const evaluate = globalThis.eval;
  const value = await evaluate(code)(...values);
  for (const [name, kind] of names) {
    if (kind === 'const') constants.add(name);
    else constants.delete(name);
  }
  if (value !== undefined) print('stdout')(value);
}

// Errors that nobody waits for belong to the cell that runs.
let unhandled;
self.addEventListener('unhandledrejection', (event) => {
  event.preventDefault();
  unhandled ??= { error: event.reason };
});

async function runCell(message) {
  running = message.id;
  unhandled = undefined;
  forgetInterrupt();
  let failure = null;
  try {
    await run(message);
    // Rejections are told of in the next turn.
    await new Promise((resume) => setTimeout(resume));
    if (unhandled) failure = failureOf(unhandled.error, message.file);
  } catch (error) {
    failure = failureOf(error, message.file);
  }
  postMessage({ type: 'done', id: message.id, failure });
}

let last = Promise.resolve();
self.addEventListener('message', ({ data }) => {
  if (data.type === 'file') detseg.writeFile(data.path, data.bytes);
  else if (data.type === 'interrupt') interrupt();
  else if (data.type === 'run') last = last.then(() => runCell(data));
});

const { backend, description } = await detseg.deviceReport();
postMessage({ type: 'ready', backend, description });
