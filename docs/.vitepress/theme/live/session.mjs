// The cells of one page and the kernel that runs them. A kernel is started by the first cell that is run.
import { withBase } from 'vitepress';
import { reactive } from 'vue';
import { readEdits, writeEdits } from './edits.mjs';
import { receive } from './outputs.mjs';

/** A cell has this long to stop by itself, ms; then the kernel is ended. */
const patience = 1000;

/**
 * A cell: `index` from 0, `source` as the notebook has it, `solved` with the solution of an exercise, `text` as the reader has it; `state` is `idle`, `waiting`, `running`, `done`,
 * `failed` or `stopped`. `outputs` is null while the notebook's own are shown.
 */
function newCell({ source, solved }, index, text) {
  const cell = { index, source, solved, text, state: 'idle', outputs: null, failure: null };
  return { ...cell, seconds: 0, ranText: undefined, turn: 0 };
}

async function fetched(address) {
  const response = await fetch(withBase(address));
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response;
}

/** Files of a trained model of the course, in `weights/<name>`. */
const weightFiles = ['model.json', 'weights.safetensors', 'training.json'];

/** Runs the cells of a notebook's page. `state.status`: `off`, `starting`, `ready`, `running`, `stopping`, `failed`. */
export class Session {
  slug;
  /**
   * `device` is what the kernel runs on, such as `WebAssembly SIMD`; `problem` why there is none; `notice` is for the reader, such as what
   * stopping has lost; `own` are the names of the reader's files.
   */
  state = reactive({ status: 'off', device: '', problem: '', notice: '', cells: [], own: [] });

  #notebook;
  #files = [];
  /** Folders of weights that the kernel has, or that the site does not have. */
  #brought = new Set();
  #worker;
  #turn = 0;
  #queue = [];
  #starting;
  #draining;
  #finish;
  #stopTimer;

  constructor(slug) {
    this.slug = slug;
  }

  /** Fetches the notebook's cells; at once where that was done. */
  async load() {
    this.#notebook ??= fetched(`/live/${this.slug}.json`).then(async (response) => {
      const { cells, files } = await response.json();
      const code = cells.filter(({ type }) => type === 'code');
      const edits = readEdits(this.slug, code);
      this.state.cells = code.map((cell, index) => newCell(cell, index, edits.get(index) ?? cell.source));
      return { cells, files };
    });
    try {
      return await this.#notebook;
    } catch (error) {
      this.#notebook = undefined;
      throw error;
    }
  }

  /** Whether what the cell shows is the result of its text and of the cells above as they are. */
  isFresh(index) {
    const { cells } = this.state;
    let turn = 0;
    for (const cell of cells.slice(0, index + 1)) {
      if (cell.state !== 'done' || cell.text !== cell.ranText || cell.turn < turn) return false;
      turn = cell.turn;
    }
    return true;
  }

  /** Whether the cell shows a result of the reader's that is not fresh. */
  isOutdated(index) {
    const { state } = this.state.cells[index] ?? {};
    return state === 'done' && !this.isFresh(index);
  }

  /** Runs a cell, and before it the cells above that it may need. @returns whether all of them ran to their end. */
  async run(index) {
    this.state.notice = '';
    try {
      await this.load();
      await this.#start();
    } catch (error) {
      this.state.status = 'failed';
      this.state.problem = error.message;
      return false;
    }
    const { cells } = this.state;
    const needed = cells.slice(0, index).filter((cell) => !this.isFresh(cell.index));
    for (const cell of [...needed, cells[index]]) {
      if (this.#queue.includes(cell)) continue;
      this.#queue.push(cell);
      if (cell.state !== 'running') cell.state = 'waiting';
    }
    this.#draining ??= this.#drain().finally(() => {
      this.#draining = undefined;
    });
    await this.#draining;
    return cells[index].state === 'done';
  }

  runAll() {
    return this.load().then(
      () => this.run(this.state.cells.length - 1),
      () => this.run(0),
    );
  }

  async #drain() {
    while (this.#queue.length > 0) {
      await this.#runCell(this.#queue[0]);
      const [cell] = this.#queue;
      if (!cell || cell.state === 'done') this.#queue.shift();
      else this.#forgetQueue();
    }
    if (this.state.status !== 'off') this.state.status = 'ready';
  }

  #forgetQueue() {
    for (const cell of this.#queue) if (cell.state === 'waiting') cell.state = 'idle';
    this.#queue = [];
  }

  async #runCell(cell) {
    Object.assign(cell, { state: 'running', outputs: [], failure: null, ranText: cell.text });
    this.state.status = 'running';
    await this.#bringWeights(cell.text);
    const started = performance.now();
    const ended = await new Promise((resolve) => {
      this.#finish = resolve;
      if (!this.#worker) return resolve({ lost: true });
      this.#worker.postMessage({ type: 'run', id: cell.index, source: cell.text, file: `cell${cell.index + 1}.ts` });
    });
    clearTimeout(this.#stopTimer);
    this.#finish = undefined;
    cell.seconds = (performance.now() - started) / 1000;
    if (ended.lost) return;
    const { failure } = ended;
    cell.turn = ++this.#turn;
    cell.failure = failure?.name === 'Interrupt' ? null : failure;
    cell.state = failure ? (failure.name === 'Interrupt' ? 'stopped' : 'failed') : 'done';
  }

  #start() {
    this.#starting ??= this.#open().catch((error) => {
      this.#starting = undefined;
      throw error;
    });
    return this.#starting;
  }

  async #open() {
    this.state.status = 'starting';
    const { files } = await this.load();
    const { kernel } = await (await fetched('/live/kernel.json')).json();
    const contents = await Promise.all(
      files.map(async (name) => ({
        path: `/node_modules/${name}`,
        bytes: new Uint8Array(await (await fetched(`/live/files/${name}`)).arrayBuffer()),
      })),
    );
    this.#worker = new Worker(withBase(`/live/${kernel}`), { type: 'module' });
    const ready = await new Promise((resolve, reject) => {
      this.#worker.onmessage = ({ data }) => resolve(data);
      this.#worker.onerror = (event) => reject(new Error(`the kernel could not be started: ${event.message ?? ''}`));
    });
    this.#worker.onmessage = ({ data }) => this.#receive(data);
    this.#worker.onerror = (event) => this.#lose(`the kernel ended: ${event.message ?? ''}`);
    for (const { path, bytes } of [...contents, ...this.#files])
      this.#worker.postMessage({ type: 'file', path, bytes });
    this.state.device = ready.description;
    this.state.status = 'ready';
  }

  #receive(message) {
    if (message.type === 'done') this.#finish?.(message);
    else {
      const outputs = this.state.cells[message.id]?.outputs;
      if (outputs) receive(outputs, message);
    }
  }

  /** Hands the kernel the weights that a cell names; where the site has none of the name, `loadModel` says what is missing. */
  async #bringWeights(text) {
    const worker = this.#worker;
    const folders = new Set(Array.from(text.matchAll(/\bweights\/(\w+)/g), ([folder]) => folder));
    for (const folder of folders) {
      if (this.#brought.has(folder)) continue;
      this.#brought.add(folder);
      const found = await Promise.all(
        weightFiles.map(async (name) => {
          const response = await fetch(withBase(`/live/${folder}/${name}`));
          return response.ok ? new Uint8Array(await response.arrayBuffer()) : null;
        }),
      ).catch(() => [null]);
      if (found.includes(null)) continue;
      for (const [i, bytes] of found.entries())
        worker.postMessage({ type: 'file', path: `/${folder}/${weightFiles[i]}`, bytes });
    }
  }

  /** Stops what is running. A training keeps its model; code that never waits is ended with the kernel. */
  stop() {
    const { state } = this;
    if (state.status !== 'running') return;
    state.status = 'stopping';
    for (const cell of this.#queue.splice(1)) if (cell.state === 'waiting') cell.state = 'idle';
    this.#worker.postMessage({ type: 'interrupt' });
    this.#stopTimer = setTimeout(
      () => this.#lose('Stopped. The names of the cells above are lost with it: Run runs them again.'),
      patience,
    );
  }

  /** Ends the kernel; what the cells show stays. */
  restart() {
    this.#lose('');
  }

  #lose(notice) {
    clearTimeout(this.#stopTimer);
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#starting = undefined;
    this.#brought.clear();
    for (const cell of this.state.cells) {
      if (cell.state === 'running') cell.state = 'stopped';
      else if (cell.state !== 'failed' && cell.state !== 'stopped') cell.state = 'idle';
    }
    this.#queue = [];
    this.state.status = 'off';
    this.state.notice = notice;
    this.#finish?.({ lost: true });
  }

  edit(index, text) {
    const cell = this.state.cells[index];
    if (cell.text === text) return;
    cell.text = text;
    writeEdits(this.slug, this.state.cells);
  }

  /** The cell as the notebook has it, with the outputs of the notebook. */
  reset(index) {
    const cell = this.state.cells[index];
    this.edit(index, cell.source);
    if (cell.state === 'running' || cell.state === 'waiting') return;
    Object.assign(cell, { outputs: null, failure: null, state: 'idle', ranText: undefined });
  }

  /** Hands a file of the reader to the kernel: `readImage('name.jpg')` finds it. It does not leave the machine. */
  async addFile(name, bytes) {
    const file = { path: `/${name}`, bytes };
    this.#files = [...this.#files.filter(({ path }) => path !== file.path), file];
    if (!this.state.own.includes(name)) this.state.own.push(name);
    this.#worker?.postMessage({ type: 'file', ...file });
  }

  /** The notebook with the reader's cells, as Jupyter reads it. */
  async notebook() {
    const { cells } = await this.load();
    let next = 0;
    const written = cells.map(({ type, source }) => {
      if (type === 'markdown') return { cell_type: type, metadata: {}, source };
      const { text } = this.state.cells[next++];
      return { cell_type: 'code', execution_count: null, metadata: {}, outputs: [], source: text };
    });
    const kernelspec = { display_name: 'TypeScript', language: 'typescript', name: 'tslab' };
    return { cells: written, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 2 };
  }

  close() {
    this.restart();
  }
}
