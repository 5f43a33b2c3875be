import { type KernelFunction, type PlanDescription, type PlanStep, stepKey } from '../plan';
import { rules as conv2dRules } from './conv2d';
import { rules as matmulRules } from './matmul';
import { pointwise } from './pointwise';
import { rules as pool2dRules } from './pool2d';
import { rules as reduceRules } from './reduce';
import type { Lowering, Rule } from './rule';

const rules = new Map<KernelFunction, Rule>([...conv2dRules, ...matmulRules, ...pool2dRules, ...reduceRules]);

/** The same plan without the steps that no output needs. */
function pruned({ leafSizes, steps, outputs }: PlanDescription): PlanDescription {
  const needed = new Set<number>(outputs);
  for (let index = steps.length - 1; index >= 0; index--) {
    if (needed.has(index)) for (const source of steps[index].inputs) if (source >= 0) needed.add(source);
  }
  const moved = new Map<number, number>();
  const kept: PlanStep[] = [];
  for (const [index, step] of steps.entries()) {
    if (!needed.has(index)) continue;
    moved.set(index, kept.length);
    kept.push({ ...step, inputs: step.inputs.map((source) => (source < 0 ? source : moved.get(source)!)) });
  }
  return { leafSizes, steps: kept, outputs: outputs.map((index) => moved.get(index)!) };
}

/** For each step the kernels that read its result, null among them where the plan hands it back. */
function readersOf({ steps, outputs }: PlanDescription): (KernelFunction | null)[][] {
  const readers: (KernelFunction | null)[][] = steps.map(() => []);
  for (const { kernel, inputs } of steps) for (const source of inputs) if (source >= 0) readers[source].push(kernel);
  for (const index of outputs) readers[index].push(null);
  return readers;
}

/**
 * Replaces the plain kernels of a recorded plan by tiled ones where a rule knows how: same inputs, same outputs, same numbers up to
 * rounding. What two rules prepare alike, such as an image with its border, is computed once.
 */
export function lower(
  description: PlanDescription,
  { wholeTiles = false }: Partial<Pick<Lowering, 'wholeTiles'>> = {},
): PlanDescription {
  const steps: PlanStep[] = [];
  const known = new Map<string, number>();
  const emit = (step: PlanStep) => {
    const key = `${stepKey(step)}(${step.inputs})`;
    let index = known.get(key);
    if (index === undefined) {
      index = steps.push(step) - 1;
      known.set(key, index);
    }
    return index;
  };
  const readers = readersOf(description);
  const moved = new Map<number, number>();
  const lowering: Lowering = {
    emit,
    stepAt: (index) => steps[index],
    onlyReader: (index) => {
      const all = new Set([...moved].filter(([, to]) => to === index).flatMap(([from]) => readers[from]));
      return all.size === 1 ? [...all][0] : null;
    },
    wholeTiles,
  };
  for (const [index, original] of description.steps.entries()) {
    const step = { ...original, inputs: original.inputs.map((source) => (source < 0 ? source : moved.get(source)!)) };
    moved.set(index, rules.get(step.kernel)?.(step, lowering) ?? pointwise(step, lowering) ?? emit(step));
  }
  return pruned({ ...description, steps, outputs: description.outputs.map((index) => moved.get(index)!) });
}
