import type { GPU } from 'gpu.js';
import type { PlanDescription } from '../plan';
import { asInput, cells, flatten } from './buffers';
import { createKernels, type Kernels } from './createKernels';
import type { Plan } from './plan';

/** Kernel by kernel, each result read back: the plain JavaScript back end, and whatever gpu.js declines to fuse. */
export class StepwisePlan implements Plan {
  readonly executor = 'stepwise';
  readonly #description: PlanDescription;
  readonly #kernels: Kernels;

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
