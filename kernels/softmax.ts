import type { KernelThread } from './thread';

// The parts of a softmax. Where one number is much larger than the others, 1 plus the sum of their exponentials rounds to 1; so that sum is
// kept by itself: log(1 + others) and 1 − p = others / (1 + others) keep all digits.

// e^(x − largest) of what is below the largest, 0 of the largest itself.
export function belowLargest(this: KernelThread, centered: number[], exponentials: number[]): number {
  return centered[this.thread.x] < 0 ? exponentials[this.thread.x] : 0;
}

// The sum of all exponentials but one of the largest, which are 1 each. With a second one the sum of all is 2 or more, and less 1 still exact.
export function othersOfLargest(this: KernelThread, totals: number[], below: number[]): number {
  return totals[this.thread.x] < 2 ? below[this.thread.x] : totals[this.thread.x] - 1;
}

// The gradient of log-softmax, g − p · Σ g, of [outer, length, inner], as g · (1 − p) − p · (Σ g − g). `sums` is Σ g of each row.
export function logSoftmaxGradient(
  this: KernelThread,
  exponentials: number[],
  others: number[],
  upstream: number[],
  sums: number[],
): number {
  const i = (this.thread.z * this.constants.length + this.thread.y) * this.constants.inner + this.thread.x;
  const row = this.thread.z * this.constants.inner + this.thread.x;
  const total = 1 + others[row];
  const missing = others[row] + (1 - exponentials[i]);
  return (upstream[i] * missing - exponentials[i] * (sums[row] - upstream[i])) / total;
}
