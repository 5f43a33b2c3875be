import type { Plan } from './plan';

/** What plans may hold together. */
export interface PlanLimits {
  readonly plans: number;
  readonly bytes: number;
}

/**
 * Takes the plans that are too many out of a list, least recently used first; the first of the list always stays.
 * @param held most recently used first; changed.
 * @returns what was taken out.
 */
export function takeSurplusPlans<T extends { readonly plan: Pick<Plan, 'bytes'> }>(held: T[], limits: PlanLimits): T[] {
  const surplus: T[] = [];
  let bytes = held.reduce((total, { plan }) => total + plan.bytes, 0);
  while (held.length > 1 && (held.length > limits.plans || bytes > limits.bytes)) {
    const last = held.pop()!;
    bytes -= last.plan.bytes;
    surplus.push(last);
  }
  return surplus;
}
