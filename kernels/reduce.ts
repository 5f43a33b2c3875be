import type { KernelThread } from './thread';

// The input is seen as [outer, length, inner]; the middle axis is reduced. With `blocks` > 1 each thread takes one block of the
// middle axis, and a second launch reduces the blocks: many threads instead of one long loop, and a smaller rounding error. The last
// launch of a mean multiplies by `factor`, 1 / length.

export function sum(this: KernelThread, x: number[]): number {
  const inner = this.thread.x;
  const first = this.thread.y * this.constants.blockLength;
  const base = (this.thread.z * this.constants.length + first) * this.constants.inner + inner;
  const count = Math.min(this.constants.blockLength, this.constants.length - first);
  let total = 0.0;
  for (let i = 0; i < count; i++) {
    total += x[base + i * this.constants.inner];
  }
  return total * this.constants.factor;
}

export function max(this: KernelThread, x: number[]): number {
  const inner = this.thread.x;
  const first = this.thread.y * this.constants.blockLength;
  const base = (this.thread.z * this.constants.length + first) * this.constants.inner + inner;
  const count = Math.min(this.constants.blockLength, this.constants.length - first);
  let largest = x[base];
  for (let i = 1; i < count; i++) {
    largest = Math.max(largest, x[base + i * this.constants.inner]);
  }
  return largest;
}

export function argMax(this: KernelThread, x: number[]): number {
  const base = this.thread.z * this.constants.length * this.constants.inner + this.thread.x;
  let largest = x[base];
  let position = 0.0;
  for (let i = 1; i < this.constants.length; i++) {
    const value = x[base + i * this.constants.inner];
    // Strictly larger: the first of equal values wins. So does the first NaN, after which nothing is larger.
    // Only NaN differs from itself.
    if (!(value <= largest) && largest === largest) {
      largest = value;
      position = i;
    }
  }
  return position;
}
