import type { KernelThread } from './thread';

// One step of a running sum along the middle axis of [outer, length, inner], by doubling (Hillis and Steele 1986): every element adds the
// one `distance` before it, if there is one. After steps of 1, 2, 4, … each holds the sum of all up to itself. A negative distance runs
// from the end.
export function cumulativeSum(this: KernelThread, x: number[]): number {
  const cell = (this.thread.z * this.constants.length + this.thread.y) * this.constants.inner + this.thread.x;
  const before = this.thread.y - this.constants.distance;
  let total = x[cell];
  if (before >= 0 && before < this.constants.length) {
    total += x[cell - this.constants.distance * this.constants.inner];
  }
  return total;
}
