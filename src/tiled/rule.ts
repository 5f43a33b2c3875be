import type { PlanStep } from '../plan';

/** A plan that is being rewritten. */
export interface Lowering {
  /** Adds a step (or finds the same one) and returns its index. */
  emit(step: PlanStep): number;
  /** The step of an index; undefined for a leaf. */
  stepAt(index: number): PlanStep | undefined;
}

/** Replaces a step by faster ones, the last of which computes the same; null where the rule does not apply. */
export type Rule = (step: PlanStep, lowering: Lowering) => number | null;
