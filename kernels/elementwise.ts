import type { KernelThread } from './thread';

// Two operands, broadcast. Each is read with its own strides, so that an axis of size 1 repeats by having stride 0.

export function add(this: KernelThread, a: number[], b: number[]): number {
  const i = this.thread.z * this.constants.az + this.thread.y * this.constants.ay + this.thread.x * this.constants.ax;
  const j = this.thread.z * this.constants.bz + this.thread.y * this.constants.by + this.thread.x * this.constants.bx;
  return a[i] + b[j];
}

export function subtract(this: KernelThread, a: number[], b: number[]): number {
  const i = this.thread.z * this.constants.az + this.thread.y * this.constants.ay + this.thread.x * this.constants.ax;
  const j = this.thread.z * this.constants.bz + this.thread.y * this.constants.by + this.thread.x * this.constants.bx;
  return a[i] - b[j];
}

export function multiply(this: KernelThread, a: number[], b: number[]): number {
  const i = this.thread.z * this.constants.az + this.thread.y * this.constants.ay + this.thread.x * this.constants.ax;
  const j = this.thread.z * this.constants.bz + this.thread.y * this.constants.by + this.thread.x * this.constants.bx;
  return a[i] * b[j];
}

export function divide(this: KernelThread, a: number[], b: number[]): number {
  const i = this.thread.z * this.constants.az + this.thread.y * this.constants.ay + this.thread.x * this.constants.ax;
  const j = this.thread.z * this.constants.bz + this.thread.y * this.constants.by + this.thread.x * this.constants.bx;
  return a[i] / b[j];
}

export function maximum(this: KernelThread, a: number[], b: number[]): number {
  const i = this.thread.z * this.constants.az + this.thread.y * this.constants.ay + this.thread.x * this.constants.ax;
  const j = this.thread.z * this.constants.bz + this.thread.y * this.constants.by + this.thread.x * this.constants.bx;
  return Math.max(a[i], b[j]);
}

export function minimum(this: KernelThread, a: number[], b: number[]): number {
  const i = this.thread.z * this.constants.az + this.thread.y * this.constants.ay + this.thread.x * this.constants.ax;
  const j = this.thread.z * this.constants.bz + this.thread.y * this.constants.by + this.thread.x * this.constants.bx;
  return Math.min(a[i], b[j]);
}

export function equal(this: KernelThread, a: number[], b: number[]): number {
  const i = this.thread.z * this.constants.az + this.thread.y * this.constants.ay + this.thread.x * this.constants.ax;
  const j = this.thread.z * this.constants.bz + this.thread.y * this.constants.by + this.thread.x * this.constants.bx;
  return a[i] === b[j] ? 1 : 0;
}

export function less(this: KernelThread, a: number[], b: number[]): number {
  const i = this.thread.z * this.constants.az + this.thread.y * this.constants.ay + this.thread.x * this.constants.ax;
  const j = this.thread.z * this.constants.bz + this.thread.y * this.constants.by + this.thread.x * this.constants.bx;
  return a[i] < b[j] ? 1 : 0;
}

export function lessEqual(this: KernelThread, a: number[], b: number[]): number {
  const i = this.thread.z * this.constants.az + this.thread.y * this.constants.ay + this.thread.x * this.constants.ax;
  const j = this.thread.z * this.constants.bz + this.thread.y * this.constants.by + this.thread.x * this.constants.bx;
  return a[i] <= b[j] ? 1 : 0;
}

// One operand. The input and the result have the same layout, so the thread's number is the index.

export function negate(this: KernelThread, x: number[]): number {
  return -x[this.thread.x];
}

export function exp(this: KernelThread, x: number[]): number {
  return Math.exp(x[this.thread.x]);
}

export function log(this: KernelThread, x: number[]): number {
  return Math.log(x[this.thread.x]);
}

// log(1 + x) = 2 atanh(s), s = x / (2 + x). For x near 0 the series of atanh keeps the digits that are lost where 1 + x is rounded.
export function log1p(this: KernelThread, x: number[]): number {
  const value = x[this.thread.x];
  const s = value / (2 + value);
  const s2 = s * s;
  const series = 1 + s2 * (1 / 3 + s2 * (0.2 + s2 * (1 / 7 + s2 * (1 / 9 + s2 * (1 / 11 + s2 * (1 / 13 + s2 / 15))))));
  return value > -0.5 && value < 1 ? 2 * s * series : Math.log(1 + value);
}

export function sqrt(this: KernelThread, x: number[]): number {
  return Math.sqrt(x[this.thread.x]);
}

export function abs(this: KernelThread, x: number[]): number {
  return Math.abs(x[this.thread.x]);
}

export function relu(this: KernelThread, x: number[]): number {
  const value = x[this.thread.x];
  // biome-ignore lint/complexity/useMathMinMax: WebGPU's max loses a NaN, and training would go on with it unnoticed.
  return value < 0 ? 0 : value;
}

export function tanh(this: KernelThread, x: number[]): number {
  // Beyond ±10 float32's tanh is ±1, but WebGPU computes it from exponentials that overflow, and near 0 leave few digits.
  const value = x[this.thread.x];
  const v2 = value * value;
  const series = 1 - v2 * (1 / 3 - v2 * (2 / 15 - v2 * (17 / 315 - (v2 * 62) / 2835)));
  return Math.abs(value) < 0.25 ? value * series : Math.tanh(Math.max(-10, Math.min(10, value)));
}

export function sign(this: KernelThread, x: number[]): number {
  const value = x[this.thread.x];
  return value > 0 ? 1 : value < 0 ? -1 : 0;
}

export function sigmoid(this: KernelThread, x: number[]): number {
  // exp of a negative number never overflows, so the two halves are computed from exp(-|x|).
  const value = x[this.thread.x];
  const small = Math.exp(-Math.abs(value));
  return value >= 0 ? 1 / (1 + small) : small / (1 + small);
}

export function softplus(this: KernelThread, x: number[]): number {
  // log(1 + exp(x)) = max(x, 0) + log(1 + exp(-|x|)), without overflow; the second as in log1p.
  const value = x[this.thread.x];
  const small = Math.exp(-Math.abs(value));
  const s = small / (2 + small);
  const s2 = s * s;
  const series = 1 + s2 * (1 / 3 + s2 * (0.2 + s2 * (1 / 7 + s2 * (1 / 9 + s2 * (1 / 11 + s2 * (1 / 13 + s2 / 15))))));
  return Math.max(value, 0) + 2 * s * series;
}

export function leakyRelu(this: KernelThread, x: number[]): number {
  const value = x[this.thread.x];
  return value > 0 ? value : value * this.constants.slope;
}

export function clamp(this: KernelThread, x: number[]): number {
  return Math.min(this.constants.max, Math.max(this.constants.min, x[this.thread.x]));
}

export function affine(this: KernelThread, x: number[]): number {
  return x[this.thread.x] * this.constants.scale + this.constants.shift;
}

export function pow(this: KernelThread, x: number[]): number {
  return x[this.thread.x] ** this.constants.exponent;
}

export function powInteger(this: KernelThread, x: number[]): number {
  // WebGPU's pow is undefined for negative bases, so whole exponents are multiplied out.
  const value = x[this.thread.x];
  let result = 1.0;
  for (let i = 0; i < this.constants.exponent; i++) {
    result = result * value;
  }
  return result;
}

// Gradients that need the input to choose a branch.

export function reluGradient(this: KernelThread, x: number[], upstream: number[]): number {
  return x[this.thread.x] > 0 ? upstream[this.thread.x] : 0;
}

export function leakyReluGradient(this: KernelThread, x: number[], upstream: number[]): number {
  return x[this.thread.x] > 0 ? upstream[this.thread.x] : upstream[this.thread.x] * this.constants.slope;
}

export function clampGradient(this: KernelThread, x: number[], upstream: number[]): number {
  const value = x[this.thread.x];
  return value >= this.constants.min && value <= this.constants.max ? upstream[this.thread.x] : 0;
}

// σ (1 − σ) and 1 − tanh², from exponentials: of results near 1 or −1 the digits of the difference are gone.

export function sigmoidGradient(this: KernelThread, x: number[], upstream: number[]): number {
  const small = Math.exp(-Math.abs(x[this.thread.x]));
  const whole = 1 + small;
  return (upstream[this.thread.x] * small) / (whole * whole);
}

export function tanhGradient(this: KernelThread, x: number[], upstream: number[]): number {
  const small = Math.exp(-2 * Math.abs(x[this.thread.x]));
  const whole = 1 + small;
  return (upstream[this.thread.x] * 4 * small) / (whole * whole);
}
