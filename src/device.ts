import * as gpujs from 'gpu.js';
import { GPU, type IKernelRunShortcut, type IPipelineRunShortcut } from 'gpu.js';
import { type PlanDescription, type PlanStep, stepKey } from './plan';
import { enableSimd, type SimdState, simdMode, takeViolations } from './simd';
import { quickenWorkers } from './simd/workerPool';
import { lower } from './tiled/lower';
import type { Backend } from './types';

/** What the library runs on, and what happened on the way there. */
export interface DeviceReport {
  backend: Backend;
  /** The adapter's name on WebGPU; processor threads in use elsewhere. */
  description: string;
  /** Back ends that were wanted before this one, with the reason each gave. */
  tried: { backend: Backend; reason: string }[];
  /** How the last plan ran: `fused-threaded`, `fused-sync`, `fused-encoder`, or `stepwise` (kernel by kernel). */
  executor: string | null;
  /** Why the last plan was not fused into one launch; null where it was. */
  fallbackReason: string | null;
  /**
   * Whether webasm runs detseg's faster code, and why not; `workers` says why worker threads walk through a plan as gpu.js has it, null
   * where they do it detseg's way. Null on other back ends.
   */
  simd: (SimdState & { workers: string | null }) | null;
  /** Plans compiled since the device was chosen, and plans held now. */
  compiledPlans: number;
  cachedPlans: number;
}

/** Thrown when no back end answers, or the one asked for does not. */
export class DeviceError extends Error {
  override name = 'DeviceError';
}

interface Plan {
  run(leaves: readonly Float32Array[]): Promise<Float32Array[]>;
  destroy(): Promise<void>;
  readonly executor: string | null;
  readonly fallbackReason: string | null;
}

const backends: readonly Backend[] = ['webgpu', 'webasm', 'cpu'];

/** Plans kept compiled, least recently used dropped first: a shape that changes every step must not fill the memory. */
const planLimit = 24;

/** Results with more rows than this are copied flat on the device: gpu.js hands multi-dimensional ones back row by row. */
const rowLimit = 1024;

// ---------------------------------------------------------------------------------------------------------------------
// Choosing a back end

interface Answer {
  description: string;
}

/** Settings of {@link useDevice}. */
export interface DeviceOptions {
  /** `1` keeps webasm on the calling thread; by default it uses all processor cores for plans that are large enough. */
  threads?: 1;
}

/** On Linux a graphics card shows as a device file; where there is none, loading the driver would only print warnings. */
function hasGraphicsDevice(): boolean {
  const files = process.platform === 'linux' ? process.getBuiltinModule?.('node:fs') : undefined;
  return !files || ['/dev/dri', '/dev/nvidia0', '/dev/dxg'].some((path) => files.existsSync(path));
}

/** Puts `navigator.gpu` in place where Node has the `webgpu` package, and asks for an adapter. */
async function askWebGpu(acceptSoftware: boolean): Promise<Answer> {
  const scope = globalThis as any;
  if (!scope.navigator?.gpu && typeof process !== 'undefined' && process.versions?.node) {
    if (!acceptSoftware && !hasGraphicsDevice()) throw new Error('this machine shows no graphics card');
    const packageName = 'webgpu';
    const { create, globals } = await import(packageName);
    Object.assign(globalThis, globals);
    const gpu = create([]);
    if (scope.navigator) Object.defineProperty(scope.navigator, 'gpu', { value: gpu, configurable: true });
    else Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
  }
  const adapter = await scope.navigator?.gpu?.requestAdapter();
  if (!adapter) throw new Error('no adapter answers');
  const { vendor = '', architecture = '', device = '', description = '' } = adapter.info ?? {};
  const name = [vendor, architecture, description || device].filter(Boolean).join(' ') || 'unnamed adapter';
  const software =
    adapter.isFallbackAdapter || adapter.info?.isFallbackAdapter || /swiftshader|llvmpipe|software/i.test(name);
  if (software && !acceptSoftware) throw new Error(`only a software adapter answers (${name}), slower than webasm`);
  return { description: name };
}

async function ask(backend: Backend, explicit: boolean): Promise<Answer> {
  switch (backend) {
    case 'webgpu':
      return askWebGpu(explicit);
    case 'webasm':
      if (!GPU.isWebAssemblySupported) throw new Error('this JavaScript engine has no WebAssembly SIMD');
      return { description: 'WebAssembly SIMD' };
    case 'cpu':
      return { description: 'plain JavaScript, one thread' };
  }
}

/** @param source what the wish came from, as errors name it. */
async function chooseBackend(wish: Backend | 'auto', options: DeviceOptions, source = 'useDevice'): Promise<Device> {
  if (wish !== 'auto' && !backends.includes(wish)) {
    throw new DeviceError(`${source}: expected one of auto, ${backends.join(', ')}, got ${JSON.stringify(wish)}`);
  }
  const tried: DeviceReport['tried'] = [];
  for (const backend of wish === 'auto' ? backends : [wish]) {
    try {
      const { description } = await ask(backend, wish !== 'auto');
      return new Device(backend, description, tried, options);
    } catch (error) {
      tried.push({ backend, reason: (error as Error).message.split('\n')[0] });
    }
  }
  throw new DeviceError(
    `${source}: expected ${wish} to answer; tried ${tried.map(({ backend, reason }) => `${backend} (${reason})`).join(', ')}`,
  );
}

// ---------------------------------------------------------------------------------------------------------------------
// Running plans

/** gpu.js returns a 1-D result as one array and others as nested rows; both become one flat array. */
function flatten(result: any, size: number): Float32Array {
  let first = result;
  while (Array.isArray(first)) first = first[0];
  if (first === result) return result;
  if (first.byteOffset === 0 && first.buffer.byteLength === size * 4) return new Float32Array(first.buffer);
  const flat = new Float32Array(size);
  let offset = 0;
  const copy = (part: any) => {
    if (!Array.isArray(part)) {
      flat.set(part, offset);
      offset += part.length;
    } else for (const inner of part) copy(inner);
  };
  copy(result);
  return flat;
}

const cells = (grid: readonly number[]) => grid.reduce((product, size) => product * size, 1);

// gpu.js's typings declare `input` as a type; at run time it is this function.
const { input } = gpujs as unknown as { input(data: Float32Array, size: number[]): gpujs.Input };
const asInput = (data: Float32Array) => input(data, [data.length]);

function copyCell(this: { thread: { x: number } }, x: number[]) {
  return x[this.thread.x];
}

/** One kernel per distinct (function, grid, constants) of a description, in the order of its steps. */
function createKernels(gpu: GPU, steps: readonly PlanStep[]): { launches: IKernelRunShortcut[]; destroy(): void } {
  const made = new Map<string, IKernelRunShortcut>();
  const launches = steps.map((step) => {
    const key = stepKey(step);
    let kernel = made.get(key);
    if (!kernel) {
      const constantTypes: Record<string, 'Integer' | 'Float'> = {};
      for (const name in step.constants) constantTypes[name] = 'Integer';
      for (const name in step.scalars) constantTypes[name] = 'Float';
      kernel = gpu.createKernel(
        step.kernel as any,
        {
          output: [...step.grid],
          constants: { ...step.constants, ...step.scalars },
          constantTypes,
          loopMaxIterations: 2 ** 31 - 1,
        } as gpujs.IGPUKernelSettings,
      ) as IKernelRunShortcut;
      made.set(key, kernel);
    }
    return kernel;
  });
  return {
    launches,
    destroy() {
      for (const kernel of made.values()) kernel.destroy();
    },
  };
}

/** The whole plan as one gpu.js pipeline: one launch, nothing read back in between. */
class FusedPlan implements Plan {
  readonly #pipeline: IPipelineRunShortcut;
  readonly #kernels: { launches: IKernelRunShortcut[]; destroy(): void };
  readonly #sizes: number[];

  constructor(gpu: GPU, description: PlanDescription, { threads }: DeviceOptions) {
    const { steps, outputs, leafCount } = description;
    const copies: PlanStep[] = outputs
      .filter((index) => steps[index].grid.length > 1 && cells(steps[index].grid) / steps[index].grid[0] > rowLimit)
      .map((index) => ({
        kernel: copyCell,
        grid: [cells(steps[index].grid)],
        constants: {},
        scalars: {},
        inputs: [index],
      }));
    const all = [...steps, ...copies];
    const sources = outputs.map((index) => {
      const copy = copies.findIndex(({ inputs }) => inputs[0] === index);
      return copy < 0 ? index : steps.length + copy;
    });
    this.#sizes = sources.map((index) => cells(all[index].grid));
    this.#kernels = createKernels(gpu, all);
    const { launches } = this.#kernels;
    const orchestrate = (...leaves: unknown[]) => {
      const results: any[] = [];
      for (const [index, { inputs }] of all.entries()) {
        results.push(
          launches[index](...inputs.map((source) => (source < 0 ? leaves[~source] : results[source]) as any)),
        );
      }
      return sources.map((index) => results[index]);
    };
    // gpu.js hands over `length` arguments, and a rest parameter counts as none.
    Object.defineProperty(orchestrate, 'length', { value: leafCount });
    this.#pipeline = gpu.createPipeline(orchestrate, { threads: threads !== 1 });
  }

  get executor() {
    return this.#pipeline.executorKind;
  }

  get fallbackReason() {
    return this.#pipeline.fallbackReason;
  }

  async run(leaves: readonly Float32Array[]): Promise<Float32Array[]> {
    const results = (await this.#pipeline(...leaves.map(asInput))) as any[];
    if (this.#pipeline.fallbackReason) throw new NotFusedError(this.#pipeline.fallbackReason);
    if (simdMode() === 'checked') {
      const outside = takeViolations(this.#pipeline).map(({ kernel, count }) => `${kernel} ${count} times`);
      if (outside.length > 0)
        throw new DeviceError(`DETSEG_SIMD=checked: read outside an array: ${outside.join(', ')}`);
    }
    return results.map((result, index) => flatten(result, this.#sizes[index]));
  }

  async destroy() {
    await this.#pipeline.destroy();
    this.#kernels.destroy();
  }
}

class NotFusedError extends Error {}

/** Kernel by kernel, each result read back: the plain JavaScript back end, and whatever gpu.js declines to fuse. */
class StepwisePlan implements Plan {
  readonly executor = 'stepwise';
  readonly #description: PlanDescription;
  readonly #kernels: { launches: IKernelRunShortcut[]; destroy(): void };

  constructor(
    gpu: GPU,
    description: PlanDescription,
    readonly fallbackReason: string | null,
  ) {
    this.#description = description;
    this.#kernels = createKernels(gpu, description.steps);
  }

  async run(leaves: readonly Float32Array[]): Promise<Float32Array[]> {
    const { steps, outputs } = this.#description;
    const results: Float32Array[] = [];
    for (const [index, { inputs, grid }] of steps.entries()) {
      const values = inputs.map((source) => asInput(source < 0 ? leaves[~source] : results[source]));
      // A kernel reuses the array it returned: keep a copy of one-dimensional results, which flatten does not copy.
      const result = await this.#kernels.launches[index](...(values as any[]));
      results.push(ArrayBuffer.isView(result) ? (result as Float32Array).slice() : flatten(result, cells(grid)));
    }
    return outputs.map((index) => results[index]);
  }

  async destroy() {
    this.#kernels.destroy();
  }
}

/** Extends gpu.js's WebAssembly back end, where its version is the one that the extensions were written for. */
function extendWebAssembly(): DeviceReport['simd'] {
  const simd = enableSimd(gpujs);
  return { ...simd, workers: simd.enabled ? quickenWorkers() : simd.reason };
}

class Device {
  readonly #gpu: GPU;
  readonly #simd: DeviceReport['simd'];
  readonly #plans = new Map<string, Plan>();
  #compiled = 0;
  #last: Plan | null = null;
  /** Runs wait for each other: a plan that is being evicted or replaced is never in flight. */
  #tail: Promise<unknown> = Promise.resolve();

  constructor(
    readonly backend: Backend,
    readonly description: string,
    readonly tried: DeviceReport['tried'],
    readonly options: DeviceOptions,
  ) {
    this.#simd = backend === 'webasm' ? extendWebAssembly() : null;
    this.#gpu = new GPU({ mode: backend });
  }

  #compile(description: PlanDescription): Plan {
    this.#compiled++;
    if (this.backend === 'cpu') return new StepwisePlan(this.#gpu, description, null);
    // Tiled kernels are written for the extended code generator; everything else runs the plain ones.
    return new FusedPlan(this.#gpu, this.#simd?.enabled ? lower(description) : description, this.options);
  }

  run(key: string, describe: () => PlanDescription, leaves: readonly Float32Array[]): Promise<Float32Array[]> {
    const job = this.#tail.then(() => this.#runNow(key, describe, leaves));
    this.#tail = job.catch(() => {});
    return job;
  }

  async #runNow(
    key: string,
    describe: () => PlanDescription,
    leaves: readonly Float32Array[],
  ): Promise<Float32Array[]> {
    let plan = this.#plans.get(key);
    if (plan) this.#plans.delete(key);
    else plan = this.#compile(describe());
    this.#plans.set(key, plan);
    if (this.#plans.size > planLimit) {
      const [oldestKey, oldest] = this.#plans.entries().next().value!;
      this.#plans.delete(oldestKey);
      await oldest.destroy();
    }
    this.#last = plan;
    try {
      return await plan.run(leaves);
    } catch (error) {
      this.#plans.delete(key);
      await plan.destroy();
      if (!(error instanceof NotFusedError)) throw error;
      const stepwise = new StepwisePlan(this.#gpu, describe(), error.message);
      this.#plans.set(key, stepwise);
      this.#last = stepwise;
      return stepwise.run(leaves);
    }
  }

  report(): DeviceReport {
    return {
      backend: this.backend,
      description: this.description,
      tried: [...this.tried],
      executor: this.#last?.executor ?? null,
      fallbackReason: this.#last?.fallbackReason ?? null,
      simd: this.#simd,
      compiledPlans: this.#compiled,
      cachedPlans: this.#plans.size,
    };
  }

  async destroy() {
    await this.#tail;
    for (const plan of this.#plans.values()) await plan.destroy();
    this.#plans.clear();
    await this.#gpu.destroy();
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// The device in use

let active: Promise<Device> | null = null;

function current(): Promise<Device> {
  const wish = (typeof process !== 'undefined' && process.env?.DETSEG_DEVICE) || 'auto';
  active ??= chooseBackend(wish as Backend, {}, 'DETSEG_DEVICE').catch((error) => {
    active = null;
    throw error;
  });
  return active;
}

/**
 * Chooses the back end for everything that follows and releases the compiled plans of the one before.
 *
 * `auto` takes the first that answers of webgpu (hardware only), webasm, cpu. Without a call, the first computation does the same,
 * or takes what the environment variable `DETSEG_DEVICE` names.
 * @throws DeviceError where the back end asked for does not answer, naming what was tried.
 */
export async function useDevice(
  backend: Backend | 'auto' = 'auto',
  options: DeviceOptions = {},
): Promise<DeviceReport> {
  if (options.threads !== undefined && options.threads !== 1) {
    throw new DeviceError(`useDevice: expected threads to be 1 or left out, got ${options.threads}`);
  }
  const next = await chooseBackend(backend, options);
  const previous = active;
  active = Promise.resolve(next);
  await (await previous?.catch(() => null))?.destroy();
  return next.report();
}

/** What the library runs on; chooses the back end where none is in use yet. */
export async function deviceReport(): Promise<DeviceReport> {
  return (await current()).report();
}

/**
 * Runs a recorded computation on the device in use.
 * @param key equal for two descriptions only if they launch the same kernels on the same grids in the same order.
 * @param describe builds the description; called only where no plan is cached under `key`.
 * @param leaves the data the plan starts from, one flat array a leaf.
 * @returns the outputs' data, one flat array each.
 */
export async function runPlan(
  key: string,
  describe: () => PlanDescription,
  leaves: readonly Float32Array[],
): Promise<Float32Array[]> {
  return (await current()).run(key, describe, leaves);
}
