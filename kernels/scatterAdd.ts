import type { KernelThread } from './thread';

// Adds the slices of the middle axis of [outer, count, inner] to the positions that they are for: [outer, length, inner]. Threads cannot
// write to each other's cells, so each position collects: its slices are those that `order` lists from starts[y] on, up to starts[y + 1].
export function scatterAdd(this: KernelThread, x: number[], starts: number[], order: number[]): number {
  const first = Math.floor(starts[this.thread.y] + 0.5);
  const slices = Math.floor(starts[this.thread.y + 1] + 0.5) - first;
  let total = 0.0;
  for (let i = 0; i < slices; i++) {
    const slice = Math.floor(order[first + i] + 0.5);
    total += x[(this.thread.z * this.constants.count + slice) * this.constants.inner + this.thread.x];
  }
  return total;
}
