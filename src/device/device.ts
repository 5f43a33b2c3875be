import * as gpujs from 'gpu.js';
import { GPU } from 'gpu.js';
import { checkOptions } from '../checks/options';
import { shown } from '../checks/shown';
import { type Decide, type PlanDescription, samePlan } from '../plan/planDescription';
import { breathe } from '../platform/breath';
import { engineName, environmentVariable } from '../platform/environment';
import { allowRelaxedSimd, enableSimd, relaxedReason, simdMode } from '../simd';
import type { SimdState } from '../simd/simdState';
import type { ThreadTimes } from '../simd/threadChoice';
import { quickenWorkers } from '../simd/workerPool';
import { lower } from '../tiled/lower';
import { askBackend } from './askBackend';
import type { Backend } from './backend';
import { checkPlaces } from './checkPlaces';
import { DeviceError } from './deviceError';
import { FusedPlan, NotFusedError } from './fusedPlan';
import type { Plan } from './plan';
import { StagedPlan } from './stagedPlan';
import { StepwisePlan } from './stepwisePlan';
import { type PlanLimits, takeSurplusPlans } from './surplusPlans';

export { DeviceError };

/** What the library runs on, and what happened on the way there. */
export interface DeviceReport {
  /** What is in use. */
  backend: Backend;
  /** The adapter's name on WebGPU; what runs the kernels elsewhere. */
  description: string;
  /** Back ends that were wanted before this one, with the reason each gave. */
  tried: { backend: Backend; reason: string }[];
  /** How the last plan ran: `fused-threaded`, `fused-sync`, `fused-encoder`, or `stepwise` (kernel by kernel). */
  executor: string | null;
  /** Why the last plan was not fused into one launch; null where it was. */
  fallbackReason: string | null;
  /** How long the last plan takes on worker threads and without them, and which it was found to run on; null where it has no choice. */
  threads: ThreadTimes | null;
  /**
   * Whether webasm runs detseg's faster code, and why not; `relaxed` says why a product and a sum are two instructions, null where they are
   * one; `workers` says why worker threads walk through a plan as gpu.js has it, null where they do it detseg's way. Null on other back ends.
   */
  simd: (SimdState & { relaxed: string | null; workers: string | null }) | null;
  /** Plans compiled since the device was chosen. */
  compiledPlans: number;
  /** Plans held now. */
  cachedPlans: number;
  /** Bytes that they hold on webasm: arrays, and about what their code takes. Elsewhere the code alone is counted. */
  cachedBytes: number;
}

/** Settings of {@link useDevice}. */
export interface DeviceOptions {
  /** `1` keeps webasm on the calling thread; by default it uses all processor cores for plans that run faster so. */
  threads?: 1;
  /** `false` makes webasm do without relaxed SIMD: results then have the same bits on all engines and processors. */
  relaxed?: false;
}

const backends: readonly Backend[] = ['webgpu', 'webasm', 'cpu'];

/** Plans kept compiled, least recently used dropped first: a shape that changes every step must not fill the memory. */
const planLimits: PlanLimits = { plans: 24, bytes: 512 * 2 ** 20 };

/** @param source where the request came from, as errors name it. */
async function chooseBackend(wish: Backend | 'auto', options: DeviceOptions, source = 'useDevice'): Promise<Device> {
  if (wish !== 'auto' && !backends.includes(wish)) {
    throw new DeviceError(`${source}: expected one of auto, ${backends.join(', ')}, got ${shown(wish)}`);
  }
  const tried: DeviceReport['tried'] = [];
  for (const backend of wish === 'auto' ? backends : [wish]) {
    try {
      const { description } = await askBackend(backend, wish !== 'auto');
      return new Device(backend, description, tried, options);
    } catch (error) {
      tried.push({ backend, reason: (error as Error).message.split('\n')[0] });
    }
  }
  const reasons = tried.map(({ backend, reason }) => `${backend} (${reason})`).join(', ');
  // gpu.js does not say which versions of an engine it can take.
  throw new DeviceError(`${source}: expected ${wish} to answer; tried ${reasons} on ${engineName()}`);
}

/** Extends gpu.js's WebAssembly back end, where its version is the one that the extensions were written for. */
function extendWebAssembly({ relaxed }: DeviceOptions): DeviceReport['simd'] {
  const simd = enableSimd(gpujs);
  allowRelaxedSimd(relaxed !== false);
  if (!simd.enabled) return { ...simd, relaxed: simd.reason, workers: simd.reason };
  return { ...simd, relaxed: relaxedReason(), workers: quickenWorkers() };
}

class Device {
  readonly #gpu: GPU;
  readonly #simd: DeviceReport['simd'];
  /** Most recently used first. */
  readonly #plans: { readonly description: PlanDescription; plan: Plan }[] = [];
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
    this.#simd = backend === 'webasm' ? extendWebAssembly(options) : null;
    this.#gpu = new GPU({ mode: backend });
  }

  #compile(description: PlanDescription): Plan {
    if (this.backend === 'webgpu' || (this.#simd && !(this.#simd.enabled && simdMode() !== 'off'))) {
      checkPlaces(
        this.backend === 'webgpu' ? 'webgpu' : `webasm (${this.#simd!.reason ?? 'without SIMD'})`,
        description,
      );
    }
    this.#compiled++;
    if (this.backend === 'cpu') return new StepwisePlan(this.#gpu, description, null);
    if (!this.#simd?.enabled) {
      const fuse = (whole: PlanDescription) => new FusedPlan(this.#gpu, whole, { ...this.options, direct: false });
      return description.pauses.length > 0 ? new StagedPlan(description, fuse) : fuse(description);
    }
    // Tiled kernels are written for the extended code generator; everything else runs the plain ones. Where reads outside arrays are
    // counted, none is made that does not matter.
    const lowered = lower(description, { wholeTiles: simdMode() === 'checked' });
    return new FusedPlan(this.#gpu, lowered, { ...this.options, direct: true });
  }

  run(description: PlanDescription, leaves: readonly (Float32Array | null)[], decide: Decide): Promise<Float32Array[]> {
    const job = this.#tail.then(() => this.#runNow(description, leaves, decide));
    this.#tail = job.catch(() => {});
    return job;
  }

  async #runNow(
    description: PlanDescription,
    leaves: readonly (Float32Array | null)[],
    decide: Decide,
  ): Promise<Float32Array[]> {
    const found = this.#plans.findIndex((known) => samePlan(known.description, description));
    const [held] = found < 0 ? [{ description, plan: this.#compile(description) }] : this.#plans.splice(found, 1);
    this.#plans.unshift(held);
    this.#last = held.plan;
    try {
      await this.#trim();
      const results = await held.plan.run(leaves, decide);
      // Only now is it known what a new plan takes.
      await this.#trim();
      return results;
    } catch (error) {
      this.#plans.shift();
      await held.plan.destroy();
      if (!(error instanceof NotFusedError)) throw error;
      held.plan = new StepwisePlan(this.#gpu, description, error.message);
      this.#plans.unshift(held);
      this.#last = held.plan;
      return held.plan.run(leaves, decide);
    }
  }

  async #trim() {
    for (const { plan } of takeSurplusPlans(this.#plans, planLimits)) await plan.destroy();
  }

  report(): DeviceReport {
    return {
      backend: this.backend,
      description: this.description,
      tried: [...this.tried],
      executor: this.#last?.executor ?? null,
      fallbackReason: this.#last?.fallbackReason ?? null,
      threads: this.#last?.times ?? null,
      simd: this.#simd,
      compiledPlans: this.#compiled,
      cachedPlans: this.#plans.length,
      cachedBytes: this.#plans.reduce((bytes, { plan }) => bytes + plan.bytes, 0),
    };
  }

  async destroy() {
    await this.#tail;
    for (const { plan } of this.#plans.splice(0)) await plan.destroy();
    await this.#gpu.destroy();
  }
}

let active: Promise<Device> | null = null;

function current(): Promise<Device> {
  const wish = environmentVariable('DETSEG_DEVICE') || 'auto';
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
  checkOptions('useDevice', options, { threads: 'any', relaxed: 'any' });
  if (options.threads !== undefined && options.threads !== 1) {
    throw new DeviceError(`useDevice: expected threads to be 1 or left out, got ${shown(options.threads)}`);
  }
  if (options.relaxed !== undefined && options.relaxed !== false) {
    throw new DeviceError(`useDevice: expected relaxed to be false or left out, got ${shown(options.relaxed)}`);
  }
  const next = await chooseBackend(backend, options);
  const previous = active;
  active = Promise.resolve(next);
  await (await previous?.catch(() => null))?.destroy();
  return next.report();
}

/**
 * What the library runs on; chooses the back end where none is in use yet.
 * @throws where `DETSEG_DEVICE` asks for a back end that does not answer, or is none.
 */
export async function deviceReport(): Promise<DeviceReport> {
  return (await current()).report();
}

/** What plans without pauses never ask. */
const undecided: Decide = (index) => {
  throw new Error(`runPlan: expected somebody to decide at pause ${index}, got nobody`);
};

/**
 * Runs a recorded computation on the device in use.
 * @param description what to launch; a description like one of the last {@link planLimits} is not compiled again.
 * @param leaves the data the plan starts from, one flat array a leaf; null for those that a pause fills in.
 * @param decide what the host does at a pause.
 * @returns the outputs' data, one flat array each.
 */
export async function runPlan(
  description: PlanDescription,
  leaves: readonly (Float32Array | null)[],
  decide: Decide = undecided,
): Promise<Float32Array[]> {
  const results = await (await current()).run(description, leaves, decide);
  await breathe();
  return results;
}
