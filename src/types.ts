/** Sizes of a tensor's axes, outermost first; `[]` is a single number. */
export type Shape = readonly number[];

/** The three ways to run a kernel: on a graphics card, in WebAssembly (SIMD and threads), in plain JavaScript. */
export type Backend = 'webgpu' | 'webasm' | 'cpu';

/** One number for both image axes, or `[vertical, horizontal]`. */
export type Pair = number | readonly [number, number];

/** One number for all three axes of a volume, or `[depth, vertical, horizontal]`. */
export type Triple = number | readonly [number, number, number];
