// Checked mode: counts reads outside an array. The counts lie at the very end of the module's memory, which gpu.js makes 16 pages larger
// than it needs; the threads of a plan share that memory, so a count that several threads raise at once may come out too low, but not 0.

const pageBytes = 65536;
/** Pages that gpu.js adds. */
const sparePages = 16;
const slots = 1024;

/** A kernel that read outside one of its arrays. */
export interface Violation {
  readonly kernel: string;
  readonly count: number;
}

export class Violations {
  readonly #names: string[] = [];

  /** The byte address of a kernel's count in a memory that holds `bytes` bytes of arrays. */
  slot(kernel: string, bytes: number): number {
    let number = this.#names.indexOf(kernel);
    if (number < 0 && this.#names.length < slots - 1) number = this.#names.push(kernel) - 1;
    // Kernels beyond the last slot share it.
    if (number < 0) number = slots - 1;
    const memoryBytes = (Math.ceil(bytes / pageBytes) + sparePages) * pageBytes;
    return memoryBytes - 4 * slots + 4 * number;
  }

  /** What was counted in a memory since it was last read; the counts go back to 0. */
  take(memory: { readonly buffer: ArrayBufferLike }): Violation[] {
    const counts = new Int32Array(memory.buffer, memory.buffer.byteLength - 4 * slots, slots);
    const found: Violation[] = [];
    for (const [number, count] of counts.entries()) {
      if (count !== 0) found.push({ kernel: this.#names[number] ?? 'one of many kernels', count });
    }
    counts.fill(0);
    return found;
  }
}
