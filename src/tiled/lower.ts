import { type KernelFunction, type PlanDescription, type PlanStep, stepKey } from '../plan/planDescription';
import { rules as conv2dRules } from './conv2d';
import { rules as groupedRules } from './conv2dGrouped';
import { rules as endingRules, joinSums } from './ending';
import { rules as matmulRules } from './matmul';
import { pointwise } from './pointwise';
import { rules as pool2dRules } from './pool2d';
import { rules as reduceRules } from './reduce';
import { rules as roiPoolRules } from './roiPool';
import type { Lowering, Rule } from './rule';

const rules = new Map<KernelFunction, Rule>([
  ...conv2dRules,
  ...groupedRules,
  ...endingRules,
  ...matmulRules,
  ...pool2dRules,
  ...reduceRules,
  ...roiPoolRules,
]);

/** The same plan without the steps that no output and no pause needs. */
function pruned({ leafSizes, steps, pauses, outputs }: PlanDescription): PlanDescription {
  const needed = new Set<number>([...outputs, ...pauses.flatMap(({ inputs }) => inputs)]);
  for (let index = steps.length - 1; index >= 0; index--) {
    if (needed.has(index)) for (const source of steps[index].inputs) if (source >= 0) needed.add(source);
  }
  const moved: number[] = [];
  const kept: PlanStep[] = [];
  // Steps that are left out come to the next one kept, and so does the end.
  for (const [index, step] of steps.entries()) {
    moved.push(kept.length);
    if (needed.has(index)) kept.push({ ...step, inputs: renamed(step.inputs, moved) });
  }
  moved.push(kept.length);
  return { leafSizes, steps: kept, ...renamedEnds({ pauses, outputs }, moved) };
}

/** Names of steps and leaves, where step i became `moved[i]`. */
function renamed(sources: readonly number[], moved: readonly number[]): number[] {
  return sources.map((source) => (source < 0 ? source : moved[source]));
}

function renamedEnds(
  { pauses, outputs }: Pick<PlanDescription, 'pauses' | 'outputs'>,
  moved: readonly number[],
  starts = moved,
) {
  return {
    pauses: pauses.map(({ at, inputs, leaves }) => ({ at: starts[at], inputs: renamed(inputs, moved), leaves })),
    outputs: renamed(outputs, moved),
  };
}

/** For each step the kernels that read its result, null among them where the host does. */
function readersOf({ steps, pauses, outputs }: PlanDescription): (KernelFunction | null)[][] {
  const readers: (KernelFunction | null)[][] = steps.map(() => []);
  for (const { kernel, inputs } of steps) for (const source of inputs) if (source >= 0) readers[source].push(kernel);
  for (const source of [...outputs, ...pauses.flatMap(({ inputs }) => inputs)])
    if (source >= 0) readers[source].push(null);
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
  const moved: number[] = [];
  /** Which of the old steps became a new one. */
  const origins = new Map<number, number[]>();
  const readersAt = (index: number) => (origins.get(index) ?? []).flatMap((origin) => readers[origin]);
  /** How many steps there were before each of the old ones. */
  const starts: number[] = [];
  const lowering: Lowering = {
    emit,
    stepAt: (index) => steps[index],
    onlyReader: (index) => {
      const all = new Set(readersAt(index));
      return all.size === 1 ? [...all][0] : null;
    },
    readings: (index) => readersAt(index).length,
    wholeTiles,
  };
  for (const [origin, original] of description.steps.entries()) {
    const step = { ...original, inputs: renamed(original.inputs, moved) };
    starts.push(steps.length);
    const index =
      rules.get(step.kernel)?.(step, lowering) ?? joinSums(step, lowering) ?? pointwise(step, lowering) ?? emit(step);
    moved.push(index);
    origins.set(index, [...(origins.get(index) ?? []), origin]);
  }
  starts.push(steps.length);
  return pruned({ leafSizes: description.leafSizes, steps, ...renamedEnds(description, moved, starts) });
}
