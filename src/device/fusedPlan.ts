import type { GPU, IPipelineRunShortcut } from 'gpu.js';
import type { PlanDescription, PlanStep } from '../plan';
import { simdMode, takeViolations } from '../simd';
import { runDirectly } from '../simd/directRun';
import { asInput, cells, flatten } from './buffers';
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

/** The whole plan as one gpu.js pipeline: one launch, nothing read back in between. */
export class FusedPlan implements Plan {
  readonly #pipeline: IPipelineRunShortcut;
  readonly #kernels: Kernels;
  readonly #sizes: number[];

  constructor(gpu: GPU, description: PlanDescription, { threads }: { threads?: 1 }) {
    const { steps, outputs, leafSizes } = description;
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
    Object.defineProperty(orchestrate, 'length', { value: leafSizes.length });
    this.#pipeline = gpu.createPipeline(orchestrate, { threads: threads !== 1 });
  }

  get executor() {
    return this.#pipeline.executorKind;
  }

  get fallbackReason() {
    return this.#pipeline.fallbackReason;
  }

  async run(leaves: readonly Float32Array[]): Promise<Float32Array[]> {
    const inputs = leaves.map(asInput);
    const results = (await (runDirectly(this.#pipeline, inputs) ?? this.#pipeline(...inputs))) as any[];
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
