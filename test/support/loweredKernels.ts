import { realize, type Tensor, useDevice } from '../../src/index';
import type { PlanStep } from '../../src/plan/planDescription';
import * as lowering from '../../src/tiled/lower';

/** The launches by which webasm computes some tensors, in their order. */
export async function loweredSteps(build: () => Tensor[]): Promise<readonly PlanStep[]> {
  const module = lowering as { lower: typeof lowering.lower };
  const { lower } = module;
  let steps: readonly PlanStep[] = [];
  module.lower = (...description) => {
    const lowered = lower(...description);
    ({ steps } = lowered);
    return lowered;
  };
  try {
    // A device without plans compiles anew.
    await useDevice('webasm');
    await realize(...build());
  } finally {
    module.lower = lower;
  }
  return steps;
}

/** The names of the kernels that {@link loweredSteps} launches. */
export async function loweredKernels(build: () => Tensor[]): Promise<string[]> {
  return (await loweredSteps(build)).map(({ kernel }) => kernel.name);
}
