import type { KernelThread } from './thread';

// One thread per parameter. `rate` holds what changes from step to step, so that a schedule compiles nothing anew.

// v ← momentum · v + g + weightDecay · p
export function sgdVelocity(this: KernelThread, velocity: number[], parameter: number[], gradient: number[]): number {
  const i = this.thread.x;
  return this.constants.momentum * velocity[i] + gradient[i] + this.constants.weightDecay * parameter[i];
}

// p ← p − rate · v, or with Nesterov's look-ahead p − rate · (g + weightDecay · p + momentum · v)
export function sgdParameter(this: KernelThread, parameter: number[], velocity: number[], rate: number[]): number {
  return parameter[this.thread.x] - rate[0] * velocity[this.thread.x];
}

export function sgdNesterovParameter(
  this: KernelThread,
  parameter: number[],
  velocity: number[],
  gradient: number[],
  rate: number[],
): number {
  const i = this.thread.x;
  const step = gradient[i] + this.constants.weightDecay * parameter[i] + this.constants.momentum * velocity[i];
  return parameter[i] - rate[0] * step;
}

// m ← β₁ m + (1 − β₁) g, with Adam's weight decay inside the gradient
export function adamMean(this: KernelThread, mean: number[], parameter: number[], gradient: number[]): number {
  const i = this.thread.x;
  const g = gradient[i] + this.constants.weightDecay * parameter[i];
  return this.constants.beta * mean[i] + (1 - this.constants.beta) * g;
}

// v ← β₂ v + (1 − β₂) g²
export function adamSquare(this: KernelThread, square: number[], parameter: number[], gradient: number[]): number {
  const i = this.thread.x;
  const g = gradient[i] + this.constants.weightDecay * parameter[i];
  return this.constants.beta * square[i] + (1 - this.constants.beta) * g * g;
}

// p ← p · (1 − rate · decoupledDecay) − rate · (m · c₁) / (√(v · c₂) + ε); rate = [rate, c₁, c₂], c the bias corrections 1 / (1 − βᵗ)
export function adamParameter(
  this: KernelThread,
  parameter: number[],
  mean: number[],
  square: number[],
  rate: number[],
): number {
  const i = this.thread.x;
  const step = (mean[i] * rate[1]) / (Math.sqrt(square[i] * rate[2]) + this.constants.epsilon);
  return parameter[i] * (1 - rate[0] * this.constants.decoupledDecay) - rate[0] * step;
}
