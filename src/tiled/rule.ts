import type { KernelFunction, PlanStep } from '../plan/planDescription';

/** A plan that is being rewritten. */
export interface Lowering {
  /** Adds a step (or finds the same one) and returns its index. */
  emit(step: PlanStep): number;
  /** The step of an index; undefined for a leaf. */
  stepAt(index: number): PlanStep | undefined;
  /** The plain kernel that alone reads the result of an index; null where several do, or the plan hands it back. */
  onlyReader(index: number): KernelFunction | null;
  /** How many times the recorded plan reads the result of an index, or hands it out. */
  readings(index: number): number;
  /** Whether tiles must not reach over the edge of the output, where they read for cells that do not exist. */
  readonly wholeTiles: boolean;
}

/** Replaces a step by faster ones, the last of which computes the same; null where the rule does not apply. */
export type Rule = (step: PlanStep, lowering: Lowering) => number | null;
