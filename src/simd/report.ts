/** How the reads in a kernel's four-lane function are done. */
export interface LoadCounts {
  /** Four neighboring cells by one instruction. */
  vector: number;
  /** One cell for all lanes. */
  splat: number;
  /** Four cells at a fixed distance, by four instructions and one address. */
  strided: number;
  /** gpu.js's own code: an index per lane, or one index that is not linear. */
  gathered: number;
  /** How many of the above compare the index with the array's length when they run; the others are proven to stay inside. */
  checked: number;
}

/** What became of one kernel. */
export interface KernelReport {
  /** The kernel function's name. */
  readonly kernel: string;
  /** Threads along x, y, z. */
  readonly output: readonly number[];
  readonly loads: LoadCounts;
  /** Why gpu.js's own code is used for the whole kernel; null where it is not. */
  readonly stock: string | null;
}

export const noLoads = (): LoadCounts => ({ vector: 0, splat: 0, strided: 0, gathered: 0, checked: 0 });

/** Kernels remembered; the oldest is forgotten first. */
const limit = 512;

export class Report {
  readonly #kernels = new Map<string, KernelReport>();

  add(report: KernelReport): void {
    const key = `${report.kernel}[${report.output}]`;
    this.#kernels.delete(key);
    this.#kernels.set(key, report);
    if (this.#kernels.size > limit) this.#kernels.delete(this.#kernels.keys().next().value!);
  }

  list(): KernelReport[] {
    return [...this.#kernels.values()];
  }
}

/** The name of a kernel function, from its source. */
export function kernelName(source: string): string {
  return /^\s*(?:async\s+)?function\s*\*?\s*([\w$]+)/.exec(source)?.[1] ?? 'anonymous';
}
