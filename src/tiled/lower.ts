import { type KernelFunction, type PlanDescription, type PlanStep, stepKey } from '../plan';
import { rules as conv2dRules } from './conv2d';
import { rules as matmulRules } from './matmul';
import { pointwise } from './pointwise';
import type { Lowering, Rule } from './rule';

const rules = new Map<KernelFunction, Rule>([...conv2dRules, ...matmulRules]);

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

/**
 * Replaces the plain kernels of a recorded plan by tiled ones where a rule knows how: same inputs, same outputs, same numbers up to
 * rounding. What two rules prepare alike, such as an image with its border, is computed once.
 */
export function lower(description: PlanDescription): PlanDescription {
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
  const lowering: Lowering = { emit, stepAt: (index) => steps[index] };
  const moved = new Map<number, number>();
  for (const [index, original] of description.steps.entries()) {
    const step = { ...original, inputs: original.inputs.map((source) => (source < 0 ? source : moved.get(source)!)) };
    moved.set(index, rules.get(step.kernel)?.(step, lowering) ?? pointwise(step, lowering) ?? emit(step));
  }
  return pruned({ ...description, steps, outputs: description.outputs.map((index) => moved.get(index)!) });
}
