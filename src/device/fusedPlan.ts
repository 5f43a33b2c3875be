import type { GPU, Input, IPipelineRunShortcut } from 'gpu.js';
import { arrayUses, placeArrays } from '../plan/arrayPlaces';
import type { Decide, PlanDescription, PlanStep } from '../plan/planDescription';
import { sizeOf } from '../shape/shape';
import { simdMode, takeViolations } from '../simd';
import { arrayBytes, runDirectly, runInParts } from '../simd/directRun';
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

/** The whole plan as one gpu.js pipeline: one launch, nothing read back in between but what a pause looks at (on WebAssembly only). */
export class FusedPlan implements Plan {
  readonly #pipeline: IPipelineRunShortcut;
  readonly #kernels: Kernels;
  readonly #sizes: number[];
  readonly #description: PlanDescription;
  /** Which steps gpu.js hands back: the outputs, and behind them what the pauses look at. */
  readonly #results: number[];

  /** @param options threads: 1 for the calling thread alone; places: whether this decides where arrays lie, on WebAssembly only. */
  constructor(gpu: GPU, description: PlanDescription, { threads, places }: { threads?: 1; places: boolean }) {
    const { steps, pauses, outputs, leafSizes } = description;
    const seen = new Set(pauses.flatMap(({ inputs }) => inputs.filter((source) => source >= 0)));
    this.#description = description;
    this.#results = [...outputs, ...seen];
    const copies: PlanStep[] = outputs
      .filter((index) => steps[index].grid.length > 1 && sizeOf(steps[index].grid) / steps[index].grid[0] > rowLimit)
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
    if (places) {
      const uses = arrayUses(all, { pauses, results: sources.slice(0, outputs.length) });
      const kept = uses.map((use) => ({ ...use, until: all.length }));
      placeResults(this.#pipeline, placeArrays(sharesMemory() ? uses : kept));
    }
  }

  get executor() {
    return this.#pipeline.executorKind;
  }

  get fallbackReason() {
    return this.#pipeline.fallbackReason;
  }

  get bytes() {
    return this.#kernels.bytes + arrayBytes(this.#pipeline);
  }

  async run(leaves: readonly (Float32Array | null)[], decide: Decide): Promise<Float32Array[]> {
    const { leafSizes, pauses } = this.#description;
    const inputs = orZeros(leaves, leafSizes).map(asInput);
    const results = pauses.length > 0 ? await this.#runInParts(inputs, decide) : await this.#runAtOnce(inputs);
    if (simdMode() === 'checked') {
      const outside = takeViolations(this.#pipeline).map(({ kernel, count }) => `${kernel} ${count} times`);
      if (outside.length > 0)
        throw new DeviceError(`DETSEG_SIMD=checked: read outside an array: ${outside.join(', ')}`);
    }
    return results;
  }

  async #runAtOnce(inputs: Input[]): Promise<Float32Array[]> {
    const results = (await (runDirectly(this.#pipeline, inputs) ?? this.#pipeline(...inputs))) as any[];
    if (this.#pipeline.fallbackReason) throw new NotFusedError(this.#pipeline.fallbackReason);
    return results.map((result, index) => flatten(result, this.#sizes[index]));
  }

  async #runInParts(inputs: Input[], decide: Decide): Promise<Float32Array[]> {
    const { pauses, outputs } = this.#description;
    const fill = (index: number, result: (index: number) => Float32Array) => {
      const { inputs: sources, leaves } = pauses[index];
      const numbers = sources.map((source) =>
        source < 0 ? (inputs[~source].value as unknown as Float32Array) : result(this.#results.lastIndexOf(source)),
      );
      for (const [i, data] of decide(index, numbers).entries()) inputs[leaves[i]] = asInput(data);
    };
    const run = () => runInParts(this.#pipeline, inputs, { stops: pauses, results: outputs.length }, fill);
    const done = run();
    if (done) return done;
    // gpu.js compiles a plan by running it: the first time on zeros, as long as the host has decided nothing.
    await this.#runAtOnce(inputs);
    const results = run();
    if (!results) throw new NotFusedError(`${this.#pipeline.executorKind} cannot pause`);
    return results;
  }

  async destroy() {
    await this.#pipeline.destroy();
    this.#kernels.destroy();
  }
}
