import { emitGuarded } from './pointwise';
import type { Lowering } from './rule';

/** Emits the step that widens or cuts the last axis of `[cells, from]` to `[cells, to]`, zeros in what is new. */
export function resizeChannels(lowering: Lowering, x: number, cells: number, from: number, to: number): number {
  if (from === to) return x;
  return emitGuarded(lowering, {
    name: 'resizeChannels',
    condition: to < from ? null : `this.thread.x < ${from}`,
    value: `x[this.thread.y * ${from} + this.thread.x]`,
    grid: [to, cells],
    input: x,
  });
}
