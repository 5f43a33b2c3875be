import type { Lowering } from './rule';
import { kernelFromSource } from './source';

/** Four lanes of SIMD: channels come in multiples of it. */
export const lanes = 4;

/** Channels rounded up to whole lanes. */
export function wholeLanes(channels: number): number {
  return Math.ceil(channels / lanes) * lanes;
}

/** Emits the step that widens or cuts the last axis of `[cells, from]` to `[cells, to]`, zeros in what is new. */
export function resizeChannels(lowering: Lowering, x: number, cells: number, from: number, to: number): number {
  if (from === to) return x;
  const value = `x[this.thread.y * ${from} + this.thread.x]`;
  const widened = `let value = 0.5 * 0;\nif (this.thread.x < ${from}) {\n  value = ${value};\n}\nreturn value;`;
  return lowering.emit({
    kernel: kernelFromSource('resizeChannels', ['x'], to < from ? `return ${value};` : widened),
    grid: [to, cells],
    constants: {},
    scalars: {},
    inputs: [x],
  });
}
