/**
 * What `this` is inside a kernel: which output cell this thread computes, and the numbers fixed when the kernel was compiled.
 * A kernel returns the value of its own cell and reads its inputs by flat, row-major index.
 */
export interface KernelThread {
  /** The cell: `x` runs fastest in memory (the channel), then `y` (the column), then `z` (the row and the image). */
  readonly thread: { readonly x: number; readonly y: number; readonly z: number };
  /** Sizes, strides and settings, by name. */
  readonly constants: { readonly [name: string]: number };
}
