// A run of a compiled plan without what gpu.js does around it: the copies of all arguments that it makes before it starts, since it cannot
// know whether its caller will change them meanwhile, and results as nested rows. Whoever runs a plan this way promises not to change
// arguments, and to start no run before the last one has ended, which is what gpu.js's queue is for.
//
// A plan with pauses runs part by part. A part is gpu.js's executor with a share of the steps: it has the same memory, workers and
// counters, and leaves what it has computed where the next part reads it. A part on the calling thread alone is the same steps again.

import { ThreadChoice, type ThreadTimes } from './threadChoice';

/** Where an array lies in the memory of a plan: numbers of a result, bytes and numbers of an argument. */
interface Reading {
  readonly base: number;
  readonly count: number;
}

interface Region {
  readonly offset: number;
  readonly flatLength: number;
}

/** What the workers keep of a plan. */
interface Entry {
  readonly id: string;
  readonly modules: readonly unknown[];
  readonly moduleMathImports: readonly unknown[];
  readonly steps: readonly { readonly module: number; readonly sizeX: number }[];
  readonly workerRanges: readonly (readonly number[])[];
}

/** What gpu.js keeps of a plan that it has compiled to WebAssembly. */
interface Executor {
  readonly threaded: boolean;
  readonly memory: { readonly buffer: ArrayBufferLike };
  readonly f32: Float32Array;
  readonly _stepRuns: readonly unknown[];
  readonly _entry: Entry | null;
  /** By argument; none for one that no step reads. */
  readonly _argArrayRegions: ReadonlyMap<number, Region>;
  readonly _resultReads: readonly Reading[];
  execute(args: readonly unknown[]): unknown;
}

/** Where a plan stops for the host. */
export interface Stop {
  /** How many steps are done before it. */
  readonly at: number;
  /** Arguments that the host fills in. */
  readonly leaves: readonly number[];
}

/** What the host does at a stop: it sets the arguments of the stop; `result` reads one of the plan's results that is computed by then. */
export type Fill = (stop: number, result: (index: number) => Float32Array) => void;

interface Part {
  readonly leaves: readonly (readonly [leaf: number, region: Region])[];
  /** The steps on worker threads; as `alone` where the plan has none. */
  readonly threads: Executor;
  readonly alone: Executor;
}

/** Settings of {@link compileDirectly}. */
export interface DirectRunOptions {
  readonly stops: readonly Stop[];
  /** How many of the plan's first results are handed back; those behind them are for {@link Fill} alone. */
  readonly results: number;
}

/** A plan that gpu.js has compiled to WebAssembly. */
export class DirectRun {
  readonly #executor: Executor;
  readonly #parts: readonly Part[];
  readonly #results: number;
  readonly #choice: ThreadChoice | null;
  #milliseconds = 0;
  #wasThreaded: boolean;

  /** @internal Use {@link compileDirectly}. */
  constructor(executor: Executor, { stops, results }: DirectRunOptions) {
    this.#executor = executor;
    this.#parts = split(executor, stops);
    this.#results = results;
    this.#wasThreaded = executor.threaded;
    this.#choice = executor.threaded ? new ThreadChoice() : null;
  }

  /** Bytes of the memory that its arrays lie in. */
  get bytes(): number {
    return this.#executor.memory?.buffer.byteLength ?? 0;
  }

  /** Whether the last run went on worker threads. */
  get wasThreaded(): boolean {
    return this.#wasThreaded;
  }

  /** How long the steps take on worker threads and without; null where there are no workers. */
  get times(): ThreadTimes | null {
    return this.#choice?.times ?? null;
  }

  /**
   * Runs the plan, from stop to stop.
   * @param args flat arrays, changed by `fill`: those of a stop's leaves, before the next step.
   * @returns the results, flat arrays of their own.
   */
  async run(args: readonly Float32Array[], fill: Fill): Promise<Float32Array[]> {
    const result = (index: number) => this.#read(index);
    this.#wasThreaded = this.#choice?.next ?? false;
    this.#milliseconds = 0;
    for (const [index, part] of this.#parts.entries()) {
      if (index > 0) fill(index - 1, result);
      this.copyIn(part, args);
      await this.launch(part);
    }
    this.#choice?.note(this.#milliseconds);
    return this.copyOut();
  }

  /** Writes the arguments of a part into the memory of the plan. @internal */
  copyIn({ leaves }: Part, args: readonly Float32Array[]): void {
    const { f32 } = this.#executor;
    for (const [leaf, { offset }] of leaves) f32.set(args[leaf], offset / 4);
  }

  /** Runs the steps of a part. @internal */
  async launch(part: Part): Promise<void> {
    const started = performance.now();
    await (this.#wasThreaded ? part.threads : part.alone).execute([]);
    this.#milliseconds += performance.now() - started;
  }

  /** Copies the results out of the memory of the plan. @internal */
  copyOut(): Float32Array[] {
    return Array.from({ length: this.#results }, (_, index) => this.#read(index));
  }

  #read(index: number): Float32Array {
    const { base, count } = this.#executor._resultReads[index];
    return this.#executor.f32.slice(base, base + count);
  }
}

/**
 * Compiles a plan to WebAssembly.
 * @param shortcut what `createPipeline` returned; it has not run.
 * @param args arguments of the sizes that all runs will have.
 * @returns null where gpu.js does not compile it; its `fallbackReason` says why.
 */
export function compileDirectly(shortcut: any, args: readonly unknown[], options: DirectRunOptions): DirectRun | null {
  const { pipeline } = shortcut;
  pipeline.plan = pipeline._buildPlan();
  pipeline._prepareExecutor(args);
  if (!pipeline._executor) return null;
  // The syntax trees of its kernels are most of what a plan keeps on the heap, and are made again should it ever be compiled again.
  for (const { clone } of pipeline.plan.kernels) clone.kernel.functionBuilder = null;
  return new DirectRun(pipeline._executor, options);
}

/** One part before each stop, and one after the last. */
function split(executor: Executor, stops: readonly Stop[]): Part[] {
  const late = stops.map(({ leaves }) => new Set(leaves));
  const early = new Set([...executor._argArrayRegions.keys()].filter((leaf) => !late.some((own) => own.has(leaf))));
  const cuts = [0, ...stops.map(({ at }) => at), executor._stepRuns.length];
  return [early, ...late].map((leaves, index) => partOf(executor, cuts[index], cuts[index + 1], leaves));
}

function partOf(executor: Executor, from: number, to: number, leaves: ReadonlySet<number>): Part {
  const own: Partial<Executor> = {
    _stepRuns: executor._stepRuns.slice(from, to),
    _argArrayRegions: new Map(),
    _resultReads: [],
  };
  const alone: Executor = Object.assign(Object.create(executor), own, { threaded: false });
  // Workers cannot walk through no steps: they would never say that they are done.
  const entry = from < to ? executor._entry : null;
  const threads = entry
    ? Object.assign(Object.create(executor), own, {
        _entry: stopsNowhere(executor, from, to) ? entry : share(entry, from, to),
      })
    : alone;
  return { leaves: [...executor._argArrayRegions].filter(([leaf]) => leaves.has(leaf)), threads, alone };
}

function stopsNowhere({ _stepRuns }: Executor, from: number, to: number): boolean {
  return from === 0 && to === _stepRuns.length;
}

/** The workers' side of a part: its own steps, and only the modules that these run. */
function share(entry: Entry, from: number, to: number): Entry {
  const steps = entry.steps.slice(from, to);
  const modules = [...new Set(steps.map(({ module }) => module))];
  return {
    ...entry,
    id: `${entry.id}:${from}`,
    modules: modules.map((module) => entry.modules[module]),
    moduleMathImports: modules.map((module) => entry.moduleMathImports[module]),
    steps: steps.map((step) => ({ ...step, module: modules.indexOf(step.module) })),
    workerRanges: entry.workerRanges.map((ranges) => ranges.slice(2 * from, 2 * to)),
  };
}
