import type { KernelThread } from './thread';

// y = (x − mean) / √(variance + ε) · scale + shift, with one mean, variance, scale and shift per channel.
export function batchNorm2d(
  this: KernelThread,
  x: number[],
  mean: number[],
  variance: number[],
  scale: number[],
  shift: number[],
): number {
  const c = this.thread.x;
  const i = this.thread.y * this.constants.channels + c;
  return ((x[i] - mean[c]) / Math.sqrt(variance[c] + this.constants.epsilon)) * scale[c] + shift[c];
}

// upstream · x̂, whose sum over the batch is the gradient of the scale.
export function batchNorm2dScaleGradient(
  this: KernelThread,
  x: number[],
  mean: number[],
  variance: number[],
  upstream: number[],
): number {
  const c = this.thread.x;
  const i = this.thread.y * this.constants.channels + c;
  return ((x[i] - mean[c]) / Math.sqrt(variance[c] + this.constants.epsilon)) * upstream[i];
}

// ∂L/∂x = scale / √(variance + ε) · (g − mean(g) − x̂ · mean(g · x̂)): the batch's mean and variance move with x.
export function batchNorm2dInputGradient(
  this: KernelThread,
  x: number[],
  mean: number[],
  variance: number[],
  scale: number[],
  upstream: number[],
  meanUpstream: number[],
  meanProduct: number[],
): number {
  const c = this.thread.x;
  const i = this.thread.y * this.constants.channels + c;
  const inverse = 1 / Math.sqrt(variance[c] + this.constants.epsilon);
  const normalized = (x[i] - mean[c]) * inverse;
  return scale[c] * inverse * (upstream[i] - meanUpstream[c] - normalized * meanProduct[c]);
}

// (x − mean)², whose mean over the batch is the variance.
export function squaredDeviation(this: KernelThread, x: number[], mean: number[]): number {
  const deviation = x[this.thread.y * this.constants.channels + this.thread.x] - mean[this.thread.x];
  return deviation * deviation;
}

// running · keep + batch · take: how a running mean or variance moves towards the batch's.
export function runningAverage(this: KernelThread, running: number[], batch: number[]): number {
  return running[this.thread.x] * this.constants.keep + batch[this.thread.x] * this.constants.take;
}
