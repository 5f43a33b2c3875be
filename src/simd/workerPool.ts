// Cheap steps between threads. gpu.js's workers walk a whole plan together and wait for each other after every step, asleep on a futex:
// some 35 µs, which for a small network is most of the time. Here:
// - a worker first looks at the generation counter a few thousand times, which takes less time than falling asleep and being woken,
//   and sleeps only then, so that a machine with other work does not suffer;
// - steps too small to share are done by the first worker alone, and between two of those nobody waits;
// - workers wake each other on a word of their own (the fourth of the control block, which gpu.js leaves free), so that the main thread
//   is woken once a run instead of once a step;
// - the cells each worker computes are sent once and not with every run.
//
// Safety. A step starts only after the barrier behind the last step that another worker took part in. Results are the same numbers:
// which worker computes a cell does not change how. The generation counter that the main thread waits for still counts every step,
// moves at least as often as gpu.js's stall detection looks, and ends where gpu.js expects it. Aborts are seen within 100 ms, as in gpu.js.

import { systemName } from '../platform/environment';
import { packageModule, packageText } from '../platform/packages';
import { startThread, type Thread } from '../platform/threads';

/** Cells below which a step is not worth sharing. */
const soloCells = 1024;

/** Looks at the counter before a worker goes to sleep: tens of microseconds. */
const spins = 4000;

/** What gpu.js keeps of a plan for its workers. */
interface PoolEntry {
  readonly id: string;
  readonly workerCount: number;
  readonly workerRanges: readonly (readonly number[])[];
}

interface PoolWorker {
  handle: Thread;
  dead: boolean;
  readonly state: { setup: Set<string>; settingUp: Map<string, any>; pending: Map<number, any>; sent?: Set<string> };
  fail(error: Error): void;
  die(error: Error): void;
}

interface Pool {
  destroyed: boolean;
  dispatchCount: number;
  workers: PoolWorker[];
  _taskId: number;
  _worker(index: number): PoolWorker;
  _ensureSetup(worker: PoolWorker, entry: PoolEntry): Promise<void>;
  _updateRef(worker: PoolWorker): void;
}

/** Which cells each worker computes, and after which steps they wait for each other. */
export interface Schedule {
  readonly ranges: readonly number[][];
  readonly barriers: readonly boolean[];
}

/** Gives small steps to the first worker alone and leaves out the waits between them; the last step always has one. */
export function schedule(workerRanges: readonly (readonly number[])[]): Schedule {
  const steps = workerRanges[0].length / 2;
  const ranges = workerRanges.map((own) => [...own]);
  const solo = Array.from({ length: steps }, (_, step) => {
    const cells = workerRanges.reduce((total, own) => total + own[2 * step + 1] - own[2 * step], 0);
    if (cells >= soloCells) return false;
    for (const [worker, own] of ranges.entries()) {
      own[2 * step] = 0;
      own[2 * step + 1] = worker === 0 ? cells : 0;
    }
    return true;
  });
  const barriers = solo.map((alone, step) => step === steps - 1 || !alone || !solo[step + 1]);
  return { ranges, barriers };
}

/** A worker's side of a run, as text, for it is evaluated in the worker; `spins` is filled in. */
const runPipeline = `
var schedules = {};
function runPipeline(message, post) {
  if (message.schedule) schedules[message.id] = message.schedule;
  var pipeline = pipelines[message.id];
  var ranges = schedules[message.id].ranges;
  var barriers = schedules[message.id].barriers;
  var i32 = pipeline.i32;
  var privateIndex = pipeline.abortIndex + 1;
  var last = pipeline.steps.length - 1;
  var aborted = false;
  for (var s = 0; s <= last && !aborted; s++) {
    if (Atomics.load(i32, pipeline.abortIndex)) { aborted = true; break; }
    var step = pipeline.steps[s];
    var start = ranges[2 * s];
    var end = ranges[2 * s + 1];
    var seed = message.seeds ? message.seeds[s] : 0;
    if (end > start) {
      if (step.runSimd && (step.sizeX & 3) === 0 && (start & 3) === 0) {
        var quadEnd = end - ((end - start) & 3);
        if (quadEnd > start) step.runSimd(start, quadEnd, seed);
        if (quadEnd < end) step.run(quadEnd, end, seed);
      } else {
        step.run(start, end, seed);
      }
    }
    if (!barriers[s]) continue;
    var gen = (message.baseGen + s + 1) | 0;
    if (Atomics.add(i32, pipeline.countIndex, 1) + 1 === message.workerCount) {
      Atomics.store(i32, pipeline.countIndex, 0);
      Atomics.store(i32, privateIndex, gen);
      Atomics.store(i32, pipeline.genIndex, gen);
      Atomics.notify(i32, s === last ? pipeline.genIndex : privateIndex);
      if (s === last) Atomics.notify(i32, privateIndex);
    } else {
      var arrived = false;
      for (var spin = 0; spin < SPINS && !arrived; spin++) arrived = Atomics.load(i32, privateIndex) === gen;
      while (!arrived) {
        var seen = Atomics.load(i32, privateIndex);
        if (seen === gen) break;
        if (Atomics.load(i32, pipeline.abortIndex)) { aborted = true; break; }
        Atomics.wait(i32, privateIndex, seen, 100);
      }
    }
  }
  post({ type: 'done', taskId: message.taskId, aborted: aborted });
}
`.replace('SPINS', String(spins));

/** gpu.js's own worker text with its walk through a plan replaced; null where the text is not the one this was written for. */
export function workerSource(moduleText: string): string | null {
  const text = /const WORKER_SOURCE = `\n([\s\S]*?)\n`;/.exec(moduleText)?.[1];
  const start = text?.indexOf("} else if (message.type === 'pipelineRun') {") ?? -1;
  const end = text?.indexOf("if (typeof self !== 'undefined' && typeof postMessage === 'function') {") ?? -1;
  if (!text || /[`\\]|\$\{/.test(text) || start < 0 || end < start) return null;
  return `${text.slice(0, start)}} else if (message.type === 'pipelineRun') {
    runPipeline(message, post);
  }
}
${runPipeline}
${text.slice(end)}`;
}

/** One worker thread with the new text; everything else is as gpu.js's pool wants it. */
function spawn(pool: Pool, source: string): PoolWorker {
  const state: PoolWorker['state'] = { setup: new Set(), settingUp: new Map(), pending: new Map(), sent: new Set() };
  const onMessage = (message: { type: string; id: string; taskId: number }) => {
    const [waiting, key] = message.type === 'ready' ? [state.settingUp, message.id] : [state.pending, message.taskId];
    const task = (waiting as Map<string | number, any>).get(key);
    if (!task) return;
    (waiting as Map<string | number, any>).delete(key);
    if (message.type === 'ready') state.setup.add(message.id);
    pool._updateRef(worker);
    task.resolve();
  };
  const worker: PoolWorker = {
    handle: startThread(source, { onMessage, onEnd: (error) => worker.die(error) }),
    dead: false,
    state,
    fail(error) {
      for (const waiting of [...state.settingUp.values(), ...state.pending.values()]) waiting.reject(error);
      state.settingUp.clear();
      state.pending.clear();
    },
    die(error) {
      if (worker.dead) return;
      worker.dead = true;
      worker.fail(error);
      worker.handle.terminate();
    },
  };
  return worker;
}

const schedules = new WeakMap<PoolEntry, Schedule>();

/** Sends one run of a plan to its workers. */
function dispatchPipeline(this: Pool, entry: PoolEntry, { seeds, baseGen }: { seeds: number[]; baseGen: number }) {
  if (this.destroyed) return Promise.reject(new Error('WebAssembly worker pool has been destroyed'));
  this.dispatchCount++;
  let own = schedules.get(entry);
  if (!own) {
    own = schedule(entry.workerRanges);
    schedules.set(entry, own);
  }
  const { ranges, barriers } = own;
  const { id, workerCount } = entry;
  const runs = Array.from({ length: workerCount }, async (_, index) => {
    const worker = this._worker(index);
    await this._ensureSetup(worker, entry);
    if (worker.dead) throw new Error('WebAssembly worker died before the task could run');
    await new Promise((resolve, reject) => {
      const taskId = ++this._taskId;
      worker.state.pending.set(taskId, { resolve, reject });
      this._updateRef(worker);
      const isNew = !worker.state.sent!.has(id);
      worker.state.sent!.add(id);
      worker.handle.postMessage({
        type: 'pipelineRun',
        id,
        taskId,
        baseGen,
        workerCount,
        seeds: seeds.some((seed) => seed !== 0) ? seeds : null,
        schedule: isNew ? { ranges: ranges[index], barriers } : null,
      });
    });
  });
  return Promise.all(runs).then(() => undefined);
}

/**
 * Replaces how gpu.js's worker threads walk through a plan, in Node. Call it once, for the supported version only.
 * @returns why not, where it cannot be done (in a browser, or where gpu.js's text is another one); else null.
 */
export function quickenWorkers(): string | null {
  if (systemName() === 'browser') return 'only in Node';
  try {
    const path = 'gpu.js/src/backend/web-assembly/worker-pool.js';
    const source = workerSource(packageText(path));
    if (source === null) return 'gpu.js has another worker than expected';
    const { prototype } = packageModule(path).WebAssemblyWorkerPool;
    prototype._spawn = function (this: Pool) {
      return spawn(this, source);
    };
    prototype.dispatchPipeline = dispatchPipeline;
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}
