import { runPlan } from '../device/device';
import type { Launch, PlanDescription, PlanPause, PlanStep } from '../plan/planDescription';

/** A kernel launch that has been recorded but not run. */
export interface KernelCall extends Launch {
  readonly inputs: readonly Value[];
}

/** Numbers that the host is to compute from other numbers of the graph, once. */
export interface Decision {
  readonly inputs: readonly Value[];
  readonly sizes: readonly number[];
  readonly outputs: readonly Value[];
  compute(inputs: Float32Array[]): Float32Array[];
}

/**
 * One flat float32 array of the computation graph: either known (`data`), or still to be computed on the device (`call`) or by the host
 * (`decision`). Values never change once known, so any number of tensors may share one.
 */
export interface Value {
  data: Float32Array | null;
  call: KernelCall | null;
  decision: Decision | null;
}

const standIn = new Float32Array(1);

export function knownValue(data: Float32Array): Value {
  return { data, call: null, decision: null };
}

export function pendingValue(call: KernelCall): Value {
  return { data: null, call, decision: null };
}

/** The results of one decision. */
export function decidedValues(decision: Omit<Decision, 'outputs'>): Value[] {
  const outputs: Value[] = decision.sizes.map(() => ({ data: null, call: null, decision: null }));
  for (const value of outputs) value.decision = { ...decision, outputs };
  return outputs;
}

interface Order {
  /** Pending values in an order in which every input comes before its user. */
  pending: Value[];
  /** Known values, and those that a decision will make known. */
  leaves: Value[];
  /** Decisions in the order in which they are taken, each with the number of pending values before it. */
  decisions: { decision: Decision; at: number }[];
  index: Map<Value, number>;
}

/** In the place of an index: a value whose inputs are being put in order. */
const entered = Number.NEGATIVE_INFINITY;

/** Depth-first without recursion: a training step is thousands of launches deep. */
function sort(roots: readonly Value[]): Order {
  const order: Order = { pending: [], leaves: [], decisions: [], index: new Map() };
  const { pending, leaves, decisions, index } = order;
  const stack = [...roots].reverse();
  const addLeaf = (value: Value) => index.set(value, ~(leaves.push(value) - 1));
  while (stack.length > 0) {
    const value = stack[stack.length - 1];
    const place = index.get(value);
    if (value.data || (place !== undefined && place !== entered)) {
      if (place === undefined) addLeaf(value);
      stack.pop();
    } else if (place === entered) {
      if (value.decision) {
        decisions.push({ decision: value.decision, at: pending.length });
        for (const output of value.decision.outputs) addLeaf(output);
      } else index.set(value, pending.push(value) - 1);
      stack.pop();
    } else {
      index.set(value, entered);
      const { inputs } = (value.call ?? value.decision)!;
      for (let i = inputs.length - 1; i >= 0; i--) {
        const known = index.get(inputs[i]);
        if (known === undefined || known === entered) stack.push(inputs[i]);
      }
    }
  }
  return order;
}

/** Takes a decision, which makes its results known. It is not taken twice where a plan fails and is run in another way. */
function take({ outputs, compute }: Decision, inputs: Float32Array[]): Float32Array[] {
  if (outputs.some(({ data }) => !data)) {
    const results = compute(inputs);
    for (const [i, value] of outputs.entries()) Object.assign(value, { data: results[i], decision: null });
  }
  return outputs.map(({ data }) => data!);
}

// Not every back end takes an empty array; a kernel whose loops run over nothing never reads the stand-in.
const orStandIn = (data: Float32Array) => (data.length > 0 ? data : standIn);

/**
 * Computes the given values in one plan. Graphs of equal structure share one compiled plan, so the second training step
 * compiles nothing. Only the roots keep their data, and what the host decided; what lies between them stays on the device and is gone
 * afterwards.
 */
export async function realize(roots: readonly Value[]): Promise<void> {
  const wanted = [...new Set(roots)].filter((value) => !value.data);
  if (wanted.length === 0) return;
  const { pending, leaves, decisions, index } = sort(wanted);
  const computed = wanted.filter(({ call }) => call);
  const description: PlanDescription = {
    leafSizes: leaves.map((leaf) => leaf.data?.length ?? leaf.decision!.sizes[leaf.decision!.outputs.indexOf(leaf)]),
    steps: pending.map(({ call }): PlanStep => {
      const { kernel, grid, constants, scalars, inputs } = call!;
      return { kernel, grid, constants, scalars, inputs: inputs.map((input) => index.get(input)!) };
    }),
    pauses: decisions.map(
      ({ decision, at }): PlanPause => ({
        at,
        inputs: decision.inputs.map((input) => index.get(input)!),
        leaves: decision.outputs.map((output) => ~index.get(output)!),
      }),
    ),
    outputs: computed.map((value) => index.get(value)!),
  };
  const results = await runPlan(
    description,
    leaves.map(({ data }) => data && orStandIn(data)),
    (pause, inputs) => take(decisions[pause].decision, inputs).map(orStandIn),
  );
  for (const [position, value] of computed.entries()) {
    value.data = results[position];
    value.call = null;
  }
}

/**
 * Every pending value that the roots need, inputs first; for finding out where a number went wrong. Where the host has still to decide,
 * only what comes before its first decision.
 */
export function pendingBefore(roots: readonly Value[]): Value[] {
  const { pending, decisions } = sort(roots);
  return pending.slice(0, decisions[0]?.at);
}
