import type { KernelThread } from './thread';

// Resampling along one axis. The input is seen as [outer, length, inner]; cell y of the new axis is the weighted sum of `taps`
// neighbors, from position first[y] on, with the weights [y, taps]. Nearest, bilinear and bicubic interpolation, and the gradients
// of all three, differ in the table alone.

export function resizeAxis(this: KernelThread, x: number[], first: number[], weights: number[]): number {
  const start = this.thread.z * this.constants.length + Math.floor(first[this.thread.y] + 0.5);
  const base = start * this.constants.inner + this.thread.x;
  let total = 0.0;
  for (let tap = 0; tap < this.constants.taps; tap++) {
    total += weights[this.thread.y * this.constants.taps + tap] * x[base + tap * this.constants.inner];
  }
  return total;
}

// The same for two taps and for four. Written as one expression, they run as tiles of several cells.

export function resizeAxisTwoTaps(this: KernelThread, x: number[], first: number[], weights: number[]): number {
  const start = this.thread.z * this.constants.length + Math.floor(first[this.thread.y] + 0.5);
  const base = start * this.constants.inner + this.thread.x;
  const row = this.thread.y * 2;
  return weights[row] * x[base] + weights[row + 1] * x[base + this.constants.inner];
}

export function resizeAxisFourTaps(this: KernelThread, x: number[], first: number[], weights: number[]): number {
  const start = this.thread.z * this.constants.length + Math.floor(first[this.thread.y] + 0.5);
  const base = start * this.constants.inner + this.thread.x;
  const row = this.thread.y * 4;
  return (
    weights[row] * x[base] +
    weights[row + 1] * x[base + this.constants.inner] +
    weights[row + 2] * x[base + 2 * this.constants.inner] +
    weights[row + 3] * x[base + 3 * this.constants.inner]
  );
}
