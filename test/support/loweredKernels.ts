import { realize, type Tensor, useDevice } from '../../src/index';
import * as lowering from '../../src/tiled/lower';

/** The names of the kernels that webasm launches to compute some tensors, in their order. */
export async function loweredKernels(build: () => Tensor[]): Promise<string[]> {
  const module = lowering as { lower: typeof lowering.lower };
  const { lower } = module;
  let names: string[] = [];
  module.lower = (...description) => {
    const lowered = lower(...description);
    names = lowered.steps.map(({ kernel }) => kernel.name);
    return lowered;
  };
  try {
    // A device without plans compiles anew.
    await useDevice('webasm');
    await realize(...build());
  } finally {
    module.lower = lower;
  }
  return names;
}
