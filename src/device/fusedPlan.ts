import type { GPU, IPipelineRunShortcut } from 'gpu.js';
import { arrayUses, placeArrays } from '../plan/arrayPlaces';
import type { Decide, PlanDescription, PlanStep } from '../plan/planDescription';
import { sizeOf } from '../shape/shape';
import { simdMode, takeViolations } from '../simd';
import { compileDirectly, type DirectRun } from '../simd/directRun';
import { placeResults, sharesMemory } from '../simd/planMemory';
import { asInput, flatten, orZeros } from './buffers';
import { createKernels, type Kernels } from './createKernels';
import { DeviceError } from './deviceError';
import type { Plan } from './plan';

/** Results with more rows than this are copied flat on the device: gpu.js hands multi-dimensional ones back row by row. */
const rowLimit = 1024;

function copyCell(this: { thread: { x: number } }, x: number[]) {
  return x[this.thread.x];
}

/** Thrown where gpu.js runs a plan kernel by kernel: its results cannot be used then. */
export class NotFusedError extends Error {}

/** How a {@link FusedPlan} is run. */
export interface FusedPlanOptions {
  /** 1 keeps it on the calling thread. */
  readonly threads?: 1;
  /**
   * Whether this, and not gpu.js, lays out its arrays, copies what goes in and comes out, pauses, and decides about threads: on WebAssembly
   * with detseg's code.
   */
  readonly direct: boolean;
}

/** The whole plan as one gpu.js pipeline: one launch, nothing read back in between but what a pause looks at. */
export class FusedPlan implements Plan {
  readonly #pipeline: IPipelineRunShortcut;
  readonly #kernels: Kernels;
  readonly #sizes: number[];
  readonly #description: PlanDescription;
  /** Which steps gpu.js hands back: the outputs, and behind them what the pauses look at. */
  readonly #results: number[];
  readonly #isDirect: boolean;
  #direct: DirectRun | null = null;

  constructor(gpu: GPU, description: PlanDescription, { threads, direct }: FusedPlanOptions) {
    const { steps, pauses, outputs, leafSizes } = description;
    const seen = new Set(pauses.flatMap(({ inputs }) => inputs.filter((source) => source >= 0)));
    this.#description = description;
    this.#isDirect = direct;
    this.#results = [...outputs, ...seen];
    const copies: PlanStep[] = outputs
      .filter((index) => !direct && steps[index].grid.length > 1 && sizeOf(steps[index].grid.slice(1)) > rowLimit)
      .map((index) => ({
        kernel: copyCell,
        grid: [sizeOf(steps[index].grid)],
        constants: {},
        scalars: {},
        inputs: [index],
      }));
    const all = [...steps, ...copies];
    const sources = this.#results.map((index, position) => {
      if (position >= outputs.length) return index;
      const copy = copies.findIndex(({ inputs }) => inputs[0] === index);
      return copy < 0 ? index : steps.length + copy;
    });
    this.#sizes = sources.map((index) => sizeOf(all[index].grid));
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
    Object.defineProperty(orchestrate, 'length', { value: leafSizes.length });
    this.#pipeline = gpu.createPipeline(orchestrate, { threads: threads !== 1 });
    if (direct) {
      const uses = arrayUses(steps, { pauses, results: outputs });
      const kept = uses.map((use) => ({ ...use, until: steps.length }));
      placeResults(this.#pipeline, placeArrays(sharesMemory() ? uses : kept));
    }
  }

  get executor() {
    if (!this.#direct) return this.#pipeline.executorKind;
    return this.#direct.wasThreaded ? 'fused-threaded' : 'fused-sync';
  }

  get fallbackReason() {
    return this.#pipeline.fallbackReason;
  }

  get bytes() {
    return this.#kernels.bytes + (this.#direct?.bytes ?? 0);
  }

  get times() {
    return this.#direct?.times ?? null;
  }

  async run(leaves: readonly (Float32Array | null)[], decide: Decide): Promise<Float32Array[]> {
    const inputs = orZeros(leaves, this.#description.leafSizes);
    if (!this.#isDirect) return this.#runPipeline(inputs);
    this.#direct ??= this.#compile(inputs);
    const results = await this.#direct.run(inputs, (pause, result) => this.#fill(pause, inputs, result, decide));
    if (simdMode() === 'checked') {
      const outside = takeViolations(this.#pipeline).map(({ kernel, count }) => `${kernel} ${count} times`);
      if (outside.length > 0)
        throw new DeviceError(`DETSEG_SIMD=checked: read outside an array: ${outside.join(', ')}`);
    }
    return results;
  }

  #compile(inputs: readonly Float32Array[]): DirectRun {
    const { pauses, outputs } = this.#description;
    const settings = { stops: pauses, results: outputs.length };
    const direct = compileDirectly(this.#pipeline, inputs.map(asInput), settings);
    if (!direct) throw new NotFusedError(this.#pipeline.fallbackReason ?? 'not compiled to WebAssembly');
    return direct;
  }

  /** Takes the decision of a pause and puts what it fills in among the inputs. */
  #fill(pause: number, inputs: Float32Array[], result: (index: number) => Float32Array, decide: Decide): void {
    const { inputs: sources, leaves } = this.#description.pauses[pause];
    const numbers = sources.map((source) => (source < 0 ? inputs[~source] : result(this.#results.lastIndexOf(source))));
    for (const [i, data] of decide(pause, numbers).entries()) inputs[leaves[i]] = data;
  }

  async #runPipeline(inputs: readonly Float32Array[]): Promise<Float32Array[]> {
    const results = (await this.#pipeline(...inputs.map(asInput))) as any[];
    if (this.#pipeline.fallbackReason) throw new NotFusedError(this.#pipeline.fallbackReason);
    return results.map((result, index) => flatten(result, this.#sizes[index]));
  }

  async destroy() {
    await this.#pipeline.destroy();
    this.#kernels.destroy();
  }
}
