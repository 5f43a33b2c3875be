import type { Decide } from '../plan/planDescription';
import type { ThreadTimes } from '../simd/threadChoice';

/** A compiled computation. */
export interface Plan {
  /** @param leaves null where a pause fills in. @param decide what the host does at a pause. */
  run(leaves: readonly (Float32Array | null)[], decide: Decide): Promise<Float32Array[]>;
  destroy(): Promise<void>;
  readonly executor: string | null;
  readonly fallbackReason: string | null;
  /** How long it takes on threads and without; left out, or null, where there is no choice. */
  readonly times?: ThreadTimes | null;
  /** What it holds while it is kept: its arrays, once it has run, and about what its code takes. */
  readonly bytes: number;
}
