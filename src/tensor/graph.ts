import { runPlan } from '../device';
import type { Launch, PlanDescription, PlanStep } from '../plan';

/** A kernel launch that has been recorded but not run. */
export interface KernelCall extends Launch {
  readonly inputs: readonly Value[];
}

/**
 * One flat float32 array of the computation graph: either known (`data`) or still to be computed (`call`).
 * Values never change once known, so any number of tensors may share one.
 */
export interface Value {
  data: Float32Array | null;
  call: KernelCall | null;
}

const standIn = new Float32Array(1);

export function knownValue(data: Float32Array): Value {
  return { data, call: null };
}

export function pendingValue(call: KernelCall): Value {
  return { data: null, call };
}

interface Order {
  /** Pending values in an order in which every input comes before its user. */
  pending: Value[];
  leaves: Value[];
  index: Map<Value, number>;
}

/** Depth-first without recursion: a training step is thousands of launches deep. */
function sort(roots: readonly Value[]): Order {
  const order: Order = { pending: [], leaves: [], index: new Map() };
  const entered = new Set<Value>();
  const stack = [...roots].reverse();
  while (stack.length > 0) {
    const value = stack[stack.length - 1];
    if (order.index.has(value)) {
      stack.pop();
    } else if (value.data) {
      order.index.set(value, ~order.leaves.length);
      order.leaves.push(value);
      stack.pop();
    } else if (entered.has(value)) {
      order.index.set(value, order.pending.length);
      order.pending.push(value);
      stack.pop();
    } else {
      entered.add(value);
      const { inputs } = value.call!;
      for (let i = inputs.length - 1; i >= 0; i--) if (!order.index.has(inputs[i])) stack.push(inputs[i]);
    }
  }
  return order;
}

/**
 * Computes the given values in one plan. Graphs of equal structure share one compiled plan, so the second training step
 * compiles nothing. Only the roots keep their data; what lies between them stays on the device and is gone afterwards.
 */
export async function realise(roots: readonly Value[]): Promise<void> {
  const wanted = [...new Set(roots)].filter((value) => !value.data);
  if (wanted.length === 0) return;
  const { pending, leaves, index } = sort(wanted);
  const description: PlanDescription = {
    leafSizes: leaves.map((leaf) => leaf.data!.length),
    steps: pending.map(({ call }): PlanStep => {
      const { kernel, grid, constants, scalars, inputs } = call!;
      return { kernel, grid, constants, scalars, inputs: inputs.map((input) => index.get(input)!) };
    }),
    outputs: wanted.map((value) => index.get(value)!),
  };
  const results = await runPlan(
    description,
    // Not every back end takes an empty array; a kernel whose loops run over nothing never reads the stand-in.
    leaves.map((leaf) => (leaf.data!.length > 0 ? leaf.data! : standIn)),
  );
  for (const [position, value] of wanted.entries()) {
    value.data = results[position];
    value.call = null;
  }
}

/** Every pending value that the roots need, inputs first; for finding out where a number went wrong. */
export function pendingBefore(roots: readonly Value[]): Value[] {
  return sort(roots).pending;
}
