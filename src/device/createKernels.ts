import type { GPU, IGPUKernelSettings, IKernelRunShortcut } from 'gpu.js';
import { type PlanStep, stepKey } from '../plan/planDescription';

/** The kernels of a plan, one per step; steps may share one. */
export interface Kernels {
  readonly launches: readonly IKernelRunShortcut[];
  /** About what gpu.js keeps of them: syntax trees, and machine code in each thread. */
  readonly bytes: number;
  destroy(): void;
}

/** Measured: plans of 20 to 200 steps. */
const bytesOfStep = 2 ** 19;

/** One kernel per distinct (function, grid, constants) of a description, in the order of its steps. */
export function createKernels(gpu: GPU, steps: readonly PlanStep[]): Kernels {
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
        } as IGPUKernelSettings,
      ) as IKernelRunShortcut;
      made.set(key, kernel);
    }
    return kernel;
  });
  return {
    launches,
    bytes: steps.length * bytesOfStep,
    destroy() {
      for (const kernel of made.values()) kernel.destroy();
    },
  };
}
