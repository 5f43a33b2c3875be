/** A compiled computation. */
export interface Plan {
  run(leaves: readonly Float32Array[]): Promise<Float32Array[]>;
  destroy(): Promise<void>;
  readonly executor: string | null;
  readonly fallbackReason: string | null;
}
