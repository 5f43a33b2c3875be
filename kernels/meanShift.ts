import type { KernelThread } from './thread';

// One shift of many windows at once. `windows` is [dimensions, windows] and `points` [points, dimensions]; the window runs along
// thread.x. A point counts `counts` times, as it may stand for all the points of a cell. bandwidth is one number, h.

// Weight of point thread.y in window thread.x: 1 inside the ball of radius h, 0 outside.
export function flatWindow(
  this: KernelThread,
  windows: number[],
  points: number[],
  counts: number[],
  bandwidth: number[],
): number {
  let distance = 0.0;
  for (let d = 0; d < this.constants.dimensions; d++) {
    const difference =
      points[this.thread.y * this.constants.dimensions + d] - windows[d * this.constants.windows + this.thread.x];
    distance += difference * difference;
  }
  return distance <= bandwidth[0] * bandwidth[0] ? counts[this.thread.y] : 0;
}

// Weight of point thread.y in window thread.x: exp(−‖p − w‖² / 2h²). With u = ‖p − w‖² / 2h² it is computed as (e^(−u/64))^64, the
// inner power by its series, to five digits: all SIMD lanes do plain arithmetic at once, but call Math.exp one after the other.
export function gaussianWindow(
  this: KernelThread,
  windows: number[],
  points: number[],
  counts: number[],
  bandwidth: number[],
): number {
  let distance = 0.0;
  for (let d = 0; d < this.constants.dimensions; d++) {
    const difference =
      points[this.thread.y * this.constants.dimensions + d] - windows[d * this.constants.windows + this.thread.x];
    distance += difference * difference;
  }
  // From 24 on the weight is lost beside a weight of 1.
  const v = Math.min(distance / (2 * bandwidth[0] * bandwidth[0]), 24) / 64;
  let weight = 1 - v * (1 - (v / 2) * (1 - (v / 3) * (1 - (v / 4) * (1 - v / 5))));
  for (let i = 0; i < 6; i++) {
    weight = weight * weight;
  }
  return counts[this.thread.y] * weight;
}

// Σ weights of window thread.x: how full it is, or up to a factor the density there.
export function windowWeight(this: KernelThread, weights: number[]): number {
  let weight = 0.0;
  for (let i = 0; i < this.constants.points; i++) {
    weight += weights[i * this.constants.windows + this.thread.x];
  }
  return weight;
}

// Coordinate thread.y of the center of gravity Σ weights · p / Σ weights of window thread.x. An empty window stays where it is.
export function windowMean(
  this: KernelThread,
  windows: number[],
  points: number[],
  weights: number[],
  total: number[],
): number {
  let sum = 0.0;
  for (let i = 0; i < this.constants.points; i++) {
    sum += weights[i * this.constants.windows + this.thread.x] * points[i * this.constants.dimensions + this.thread.y];
  }
  let mean = windows[this.thread.y * this.constants.windows + this.thread.x];
  if (total[this.thread.x] > 0) {
    mean = sum / total[this.thread.x];
  }
  return mean;
}
