/** A per-thread function as gpu.js reads it; see kernels/thread.ts. */
export type KernelFunction = (...inputs: any[]) => number;

/** One launch of a kernel, without its inputs. */
export interface Launch {
  readonly kernel: KernelFunction;
  /** Threads along x, y, z; their product is the number of output cells. */
  readonly grid: readonly number[];
  /** Whole numbers: sizes, strides, flags. */
  readonly constants: Readonly<Record<string, number>>;
  /** Real numbers: slopes, epsilons. */
  readonly scalars: Readonly<Record<string, number>>;
}

/** A launch of a plan. `inputs` name earlier steps by index and leaves by the complement `~index`. */
export interface PlanStep extends Launch {
  readonly inputs: readonly number[];
}

/** A recorded computation: what to launch, in order, and which steps' results to hand back. */
export interface PlanDescription {
  readonly leafCount: number;
  readonly steps: readonly PlanStep[];
  readonly outputs: readonly number[];
}

const kernelNumbers = new WeakMap<KernelFunction, number>();
let kernelCount = 0;

/** Tells steps of different kernels, grids or constants apart. */
export function stepKey({ kernel, grid, constants, scalars }: Launch): string {
  let number = kernelNumbers.get(kernel);
  if (number === undefined) {
    number = kernelCount++;
    kernelNumbers.set(kernel, number);
  }
  let key = `${number}[${grid}]`;
  for (const name in constants) key += `,${name}:${constants[name]}`;
  for (const name in scalars) key += `,${name}:${scalars[name]}f`;
  return key;
}
