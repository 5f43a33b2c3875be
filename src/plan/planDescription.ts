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

/** A pause of a plan: the host looks at some numbers and fills in leaves that it could not know before. */
export interface PlanPause {
  /** How many steps are done before it. */
  readonly at: number;
  /** What it looks at, named as in {@link PlanStep}. */
  readonly inputs: readonly number[];
  /** Leaves that it fills in, by index; no step before it reads them. */
  readonly leaves: readonly number[];
}

/** A recorded computation: how many numbers each leaf has, what to launch, in order, and which steps' results to hand back. */
export interface PlanDescription {
  readonly leafSizes: readonly number[];
  readonly steps: readonly PlanStep[];
  /** In the order in which they come. */
  readonly pauses: readonly PlanPause[];
  readonly outputs: readonly number[];
}

/** What the host does at pause `index` of a plan: from the numbers of its inputs, those of its leaves. */
export type Decide = (index: number, inputs: Float32Array[]) => Float32Array[];

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

function sameList(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function sameNumbers(a: Launch['constants'], b: Launch['constants']): boolean {
  let names = 0;
  for (const name in a) {
    if (!Object.is(a[name], b[name])) return false;
    names++;
  }
  for (const _ in b) names--;
  return names === 0;
}

function samePause(a: PlanPause, b: PlanPause): boolean {
  return a.at === b.at && sameList(a.inputs, b.inputs) && sameList(a.leaves, b.leaves);
}

/**
 * Whether two descriptions compile to the same plan: the same kernels on the same grids with the same numbers, in the same order.
 * Every training step asks, so it makes no strings.
 */
export function samePlan(a: PlanDescription, b: PlanDescription): boolean {
  if (a.steps.length !== b.steps.length || !sameList(a.leafSizes, b.leafSizes) || !sameList(a.outputs, b.outputs))
    return false;
  if (a.pauses.length !== b.pauses.length || !a.pauses.every((pause, i) => samePause(pause, b.pauses[i]))) return false;
  for (let i = 0; i < a.steps.length; i++) {
    const [one, other] = [a.steps[i], b.steps[i]];
    if (one.kernel !== other.kernel || !sameList(one.inputs, other.inputs) || !sameList(one.grid, other.grid))
      return false;
    if (!sameNumbers(one.constants, other.constants) || !sameNumbers(one.scalars, other.scalars)) return false;
  }
  return true;
}
