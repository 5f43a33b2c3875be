import type { KernelThread } from './thread';

// One launch per parameter: row thread.y of the result is the first running average, the second, …, and last the parameter itself.
// `slots` holds the averages of the step before, row by row. `rate` holds what changes from step to step, so that a schedule compiles
// nothing anew.

// v ← momentum · v + g + weightDecay · p
// p ← p − rate · v, or with Nesterov's look-ahead p − rate · (g + weightDecay · p + momentum · v)
export function sgd(
  this: KernelThread,
  parameter: number[],
  gradient: number[],
  slots: number[],
  rate: number[],
): number {
  const p = parameter[this.thread.x];
  const slope = gradient[this.thread.x] + this.constants.weightDecay * p;
  const velocity = this.constants.momentum * slots[this.thread.x] + slope;
  const step = this.constants.nesterov === 1 ? slope + this.constants.momentum * velocity : velocity;
  return this.thread.y === 0 ? velocity : p - rate[0] * step;
}

// m ← β₁ m + (1 − β₁) g and v ← β₂ v + (1 − β₂) g², with Adam's weight decay inside g
// p ← p − rate · ((m · c₁) / (√(v · c₂) + ε) + decoupledDecay · p); rate = [rate, c₁, c₂], c the corrections 1 / (1 − βᵗ)
// fresh1 and fresh2 are 1 − β₁ and 1 − β₂ to the last digit: of a β near 1 in float32, the difference would keep only some.
export function adam(
  this: KernelThread,
  parameter: number[],
  gradient: number[],
  slots: number[],
  rate: number[],
): number {
  const p = parameter[this.thread.x];
  const slope = gradient[this.thread.x] + this.constants.weightDecay * p;
  const mean = this.constants.beta1 * slots[this.thread.x] + this.constants.fresh1 * slope;
  const square =
    this.constants.beta2 * slots[this.constants.size + this.thread.x] + this.constants.fresh2 * slope * slope;
  const step = (mean * rate[1]) / (Math.sqrt(square * rate[2]) + this.constants.epsilon);
  const moved = p - rate[0] * (step + this.constants.decoupledDecay * p);
  return this.thread.y === 0 ? mean : this.thread.y === 1 ? square : moved;
}

// s ← α s + (1 − α) g², v ← momentum · v + g / (√s + ε), p ← p − rate · v, g with weight decay. fresh is 1 − α, exact to the last digit.
export function rmsProp(
  this: KernelThread,
  parameter: number[],
  gradient: number[],
  slots: number[],
  rate: number[],
): number {
  const p = parameter[this.thread.x];
  const slope = gradient[this.thread.x] + this.constants.weightDecay * p;
  const square = this.constants.alpha * slots[this.thread.x] + this.constants.fresh * slope * slope;
  const velocity =
    this.constants.momentum * slots[this.constants.size + this.thread.x] +
    slope / (Math.sqrt(square) + this.constants.epsilon);
  return this.thread.y === 0 ? square : this.thread.y === 1 ? velocity : p - rate[0] * velocity;
}
