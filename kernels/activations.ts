import type { KernelThread } from './thread';

// Activation functions, and what each hands back: its slope at x times the gradient of its result. A NaN passes: comparisons are false for
// it, so every branch that it takes computes with it.

export function relu6(this: KernelThread, x: number[]): number {
  const value = x[this.thread.x];
  // biome-ignore lint/complexity/useMathMinMax: WebGPU's min loses a NaN, and training would go on with it unnoticed.
  return value < 0 ? 0 : value > 6 ? 6 : value;
}

export function relu6Gradient(this: KernelThread, x: number[], upstream: number[]): number {
  const value = x[this.thread.x];
  return value <= 0 || value >= 6 ? 0 : upstream[this.thread.x];
}

export function hardSigmoid(this: KernelThread, x: number[]): number {
  const value = x[this.thread.x];
  return value <= -3 ? 0 : value >= 3 ? 1 : value / 6 + 0.5;
}

export function hardSigmoidGradient(this: KernelThread, x: number[], upstream: number[]): number {
  const value = x[this.thread.x];
  return value <= -3 || value >= 3 ? 0 : upstream[this.thread.x] / 6;
}

export function hardSwish(this: KernelThread, x: number[]): number {
  const value = x[this.thread.x];
  const gate = value <= -3 ? 0 : value >= 3 ? 1 : value / 6 + 0.5;
  return value * gate;
}

export function hardSwishGradient(this: KernelThread, x: number[], upstream: number[]): number {
  const value = x[this.thread.x];
  const slope = value <= -3 ? 0 : value >= 3 ? 1 : value / 3 + 0.5;
  return upstream[this.thread.x] * slope;
}

// exp of a negative number never overflows, so the sigmoid, here the gate, is computed from exp(-|x|).
export function silu(this: KernelThread, x: number[]): number {
  const value = x[this.thread.x];
  const small = Math.exp(-Math.abs(value));
  const gate = value >= 0 ? 1 / (1 + small) : small / (1 + small);
  return value * gate;
}

export function siluGradient(this: KernelThread, x: number[], upstream: number[]): number {
  const value = x[this.thread.x];
  const small = Math.exp(-Math.abs(value));
  const gate = value >= 0 ? 1 / (1 + small) : small / (1 + small);
  const rest = value >= 0 ? small / (1 + small) : 1 / (1 + small);
  return upstream[this.thread.x] * gate * (1 + value * rest);
}

// Near 0, eˣ − 1 by its series: of the rounded exponential the difference would keep few digits.
export function elu(this: KernelThread, x: number[]): number {
  const value = x[this.thread.x];
  const high = 1 + (value / 5) * (1 + (value / 6) * (1 + (value / 7) * (1 + (value / 8) * (1 + value / 9))));
  const series = value * (1 + (value / 2) * (1 + (value / 3) * (1 + (value / 4) * high)));
  const below = value > -0.5 ? series : Math.exp(value) - 1;
  return value <= 0 ? this.constants.alpha * below : value;
}

export function eluGradient(this: KernelThread, x: number[], upstream: number[]): number {
  const value = x[this.thread.x];
  return value <= 0 ? upstream[this.thread.x] * this.constants.alpha * Math.exp(value) : upstream[this.thread.x];
}

// The probability that a normal number lies beyond |x|: half of the complementary error function at z = |x| / √2, by a polynomial whose
// relative error stays below 1.2e-7 (Press et al., Numerical Recipes in C, 1992, section 6.2).

export function gelu(this: KernelThread, x: number[]): number {
  const value = x[this.thread.x];
  const z = Math.abs(value) * Math.SQRT1_2;
  const t = 1 / (1 + 0.5 * z);
  const high =
    -0.18628806 + t * (0.27886807 + t * (-1.13520398 + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277))));
  const power = -1.26551223 + t * (1.00002368 + t * (0.37409196 + t * (0.09678418 + t * high)));
  const beyond = 0.5 * t * Math.exp(power - z * z);
  return value * (value >= 0 ? 1 - beyond : beyond);
}

// The slope of x · Φ(x) is Φ(x) + x · φ(x), with the normal density φ.
export function geluGradient(this: KernelThread, x: number[], upstream: number[]): number {
  const value = x[this.thread.x];
  const z = Math.abs(value) * Math.SQRT1_2;
  const t = 1 / (1 + 0.5 * z);
  const high =
    -0.18628806 + t * (0.27886807 + t * (-1.13520398 + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277))));
  const power = -1.26551223 + t * (1.00002368 + t * (0.37409196 + t * (0.09678418 + t * high)));
  const beyond = 0.5 * t * Math.exp(power - z * z);
  const density = 0.3989422804014327 * Math.exp(-z * z);
  return upstream[this.thread.x] * ((value >= 0 ? 1 - beyond : beyond) + value * density);
}

// (1 + tanh(u)) / 2 is the sigmoid of 2u, which loses no digits where the tanh is near −1.

export function geluTanh(this: KernelThread, x: number[]): number {
  const value = x[this.thread.x];
  const twice = 1.5957691216057308 * (value + 0.044715 * value * value * value);
  const small = Math.exp(-Math.abs(twice));
  const gate = value >= 0 ? 1 / (1 + small) : small / (1 + small);
  return value * gate;
}

export function geluTanhGradient(this: KernelThread, x: number[], upstream: number[]): number {
  const value = x[this.thread.x];
  const twice = 1.5957691216057308 * (value + 0.044715 * value * value * value);
  const small = Math.exp(-Math.abs(twice));
  const gate = value >= 0 ? 1 / (1 + small) : small / (1 + small);
  const rest = value >= 0 ? small / (1 + small) : 1 / (1 + small);
  const steepness = 1.5957691216057308 * (1 + 0.134145 * value * value);
  return upstream[this.thread.x] * gate * (1 + value * rest * steepness);
}
