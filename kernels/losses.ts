import type { KernelThread } from './thread';

// Losses of two arrays of one layout, element by element, and their gradients with respect to the first.

// Binary cross-entropy of a logit: w · t · softplus(−x) + (1 − t) · softplus(x). Positives' weights w: one for all (step 0), or one for each
// column (step 1).
export function bceWithLogits(this: KernelThread, x: number[], target: number[], positiveWeights: number[]): number {
  const i = this.thread.y * this.constants.columns + this.thread.x;
  const logit = x[i];
  const t = target[i];
  const small = Math.exp(-Math.abs(logit));
  // log(1 + small) = 2 atanh(s), s = small / (2 + small), by the series, which keeps its digits where 1 + small rounds to 1.
  const s = small / (2 + small);
  const s2 = s * s;
  const tail =
    2 * s * (1 + s2 * (1 / 3 + s2 * (0.2 + s2 * (1 / 7 + s2 * (1 / 9 + s2 * (1 / 11 + s2 * (1 / 13 + s2 / 15)))))));
  const positive = positiveWeights[this.thread.x * this.constants.step] * t;
  return positive * (Math.max(-logit, 0) + tail) + (1 - t) * (Math.max(logit, 0) + tail);
}

export function bceWithLogitsGradient(
  this: KernelThread,
  x: number[],
  target: number[],
  positiveWeights: number[],
  upstream: number[],
): number {
  const i = this.thread.y * this.constants.columns + this.thread.x;
  const logit = x[i];
  const t = target[i];
  const small = Math.exp(-Math.abs(logit));
  const p = logit >= 0 ? 1 / (1 + small) : small / (1 + small);
  const q = logit >= 0 ? small / (1 + small) : 1 / (1 + small);
  const positive = positiveWeights[this.thread.x * this.constants.step] * t;
  return ((1 - t) * p - positive * q) * upstream[i];
}

// Quadratic within β of the target, linear beyond: 0.5 d² / β or |d| − 0.5 β.
export function smoothL1(this: KernelThread, x: number[], target: number[]): number {
  const distance = Math.abs(x[this.thread.x] - target[this.thread.x]);
  return distance < this.constants.beta
    ? (0.5 * distance * distance) / this.constants.beta
    : distance - 0.5 * this.constants.beta;
}

export function smoothL1Gradient(this: KernelThread, x: number[], target: number[], upstream: number[]): number {
  const slope = (x[this.thread.x] - target[this.thread.x]) / this.constants.beta;
  return Math.min(1, Math.max(-1, slope)) * upstream[this.thread.x];
}
