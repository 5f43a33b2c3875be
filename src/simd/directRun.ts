// A run of a compiled plan without the copies that gpu.js makes of all arguments before it starts: it cannot know whether its caller will
// change them meanwhile. Whoever calls this promises not to, and to start no run of the plan before the last one has ended, which is what
// gpu.js's queue is for.
//
// A plan with pauses runs part by part. A part is gpu.js's executor with a share of the steps: it has the same memory, workers and
// counters, and leaves what it has computed where the next part reads it.

/** Where an array lies in the memory of a plan, in numbers. */
interface Reading {
  readonly base: number;
  readonly count: number;
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
  readonly kind: string;
  readonly f32: Float32Array;
  readonly _stepRuns: readonly unknown[];
  readonly _entry: Entry | null;
  /** By argument; none for one that no step reads. */
  readonly _argArrayRegions: ReadonlyMap<number, unknown>;
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

function executorOf(shortcut: any): Executor | null {
  const executor: Executor | null | undefined | false = shortcut.pipeline?._executor;
  return executor && (executor.kind === 'fused-sync' || executor.kind === 'fused-threaded') ? executor : null;
}

/**
 * Runs a plan on the arguments themselves.
 * @param shortcut what `createPipeline` returned.
 * @returns its results, or a promise of them; undefined where the plan is not compiled to WebAssembly (yet), and nothing has run.
 */
export function runDirectly(shortcut: any, args: readonly unknown[]): unknown {
  return executorOf(shortcut)?.execute(args);
}

/** What the arrays of a plan take, in bytes; 0 where the plan is not compiled to WebAssembly (yet). */
export function arrayBytes(shortcut: any): number {
  return executorOf(shortcut)?.f32?.buffer.byteLength ?? 0;
}

const partsOf = new WeakMap<Executor, readonly Executor[]>();

/**
 * Runs a plan on the arguments themselves, from stop to stop.
 * @param args changed by `fill`: those of the stop's leaves, before the next step.
 * @param plan where it stops, and how many of its first results are handed back; those behind them are for `fill` alone.
 * @param fill what the host does at a stop; `result` reads one of the plan's results that is computed by then.
 * @returns the results, flat; undefined where the plan is not compiled to WebAssembly (yet), and nothing has run.
 */
export function runInParts(
  shortcut: any,
  args: readonly unknown[],
  { stops, results }: { stops: readonly Stop[]; results: number },
  fill: (stop: number, result: (index: number) => Float32Array) => void,
): Promise<Float32Array[]> | undefined {
  const executor = executorOf(shortcut);
  if (!executor) return undefined;
  let parts = partsOf.get(executor);
  if (!parts) {
    parts = split(executor, stops);
    partsOf.set(executor, parts);
  }
  return runParts(executor, parts, args, results, fill);
}

async function runParts(
  { f32, _resultReads: reads }: Executor,
  parts: readonly Executor[],
  args: readonly unknown[],
  results: number,
  fill: (stop: number, result: (index: number) => Float32Array) => void,
): Promise<Float32Array[]> {
  const result = (index: number) => f32.slice(reads[index].base, reads[index].base + reads[index].count);
  for (const [index, part] of parts.entries()) {
    if (index > 0) fill(index - 1, result);
    await part.execute(args);
  }
  return Array.from({ length: results }, (_, index) => result(index));
}

/** One part before each stop, and one after the last. */
function split(executor: Executor, stops: readonly Stop[]): Executor[] {
  const late = stops.map(({ leaves }) => new Set(leaves));
  const early = new Set([...executor._argArrayRegions.keys()].filter((leaf) => !late.some((own) => own.has(leaf))));
  const cuts = [0, ...stops.map(({ at }) => at), executor._stepRuns.length];
  return [early, ...late].map((leaves, index) => partOf(executor, cuts[index], cuts[index + 1], leaves));
}

function partOf(executor: Executor, from: number, to: number, leaves: ReadonlySet<number>): Executor {
  const regions = [...executor._argArrayRegions].filter(([leaf]) => leaves.has(leaf));
  const own: Partial<Executor> = {
    _stepRuns: executor._stepRuns.slice(from, to),
    _argArrayRegions: new Map(regions),
    _resultReads: [],
  };
  // Workers cannot walk through no steps: they would never say that they are done.
  if (from === to) return Object.assign(Object.create(executor), own, { threaded: false });
  return Object.assign(Object.create(executor), own, { _entry: executor._entry && share(executor._entry, from, to) });
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
