/** The three ways to run a kernel: on a graphics card, in WebAssembly (SIMD and threads), in plain JavaScript. */
export type Backend = 'webgpu' | 'webasm' | 'cpu';
