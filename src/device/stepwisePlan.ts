import type { GPU } from 'gpu.js';
import type { Decide, PlanDescription } from '../plan/planDescription';
import { sizeOf } from '../shape/shape';
import { asInput, flatten } from './buffers';
import { createKernels, type Kernels } from './createKernels';
import { launchPlainly } from './launchPlainly';
import type { Plan } from './plan';

/** Results with more rows than this are not left to gpu.js, which hands them back row by row. */
const rowLimit = 2 ** 16;

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

  get bytes() {
    return this.#kernels.bytes;
  }

  async run(leaves: readonly (Float32Array | null)[], decide: Decide): Promise<Float32Array[]> {
    const { steps, pauses, outputs } = this.#description;
    const known = [...leaves];
    const results: Float32Array[] = [];
    const numbers = (source: number) => (source < 0 ? known[~source]! : results[source]);
    let next = 0;
    for (let index = 0; index <= steps.length; index++) {
      for (; pauses[next]?.at === index; next++) {
        const decided = decide(next, pauses[next].inputs.map(numbers));
        for (const [i, leaf] of pauses[next].leaves.entries()) known[leaf] = decided[i];
      }
      if (index === steps.length) break;
      const { inputs, grid } = steps[index];
      if (sizeOf(grid) / grid[0] > rowLimit) {
        results.push(launchPlainly(steps[index], inputs.map(numbers)));
        continue;
      }
      const values = inputs.map((source) => asInput(numbers(source)));
      // A kernel reuses the array it returned: keep a copy of one-dimensional results, which flatten does not copy.
      const result = await this.#kernels.launches[index](...(values as any[]));
      results.push(ArrayBuffer.isView(result) ? (result as Float32Array).slice() : flatten(result, sizeOf(grid)));
    }
    return outputs.map((index) => results[index]);
  }

  async destroy() {
    this.#kernels.destroy();
  }
}
