/** Whether gpu.js's WebAssembly back end runs detseg's faster code. */
export interface SimdState {
  /** Whether it does. */
  readonly enabled: boolean;
  /** Why it is not enabled; null where it is. */
  readonly reason: string | null;
}
