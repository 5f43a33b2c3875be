import type { KernelThread } from './thread';

// One step of a gated recurrent unit, and its gradient. Gates [N, 4, H]: reset r, update z and candidate n in PyTorch's order, then s, what the
// hidden state contributes to the candidate. projected [N, T, 3 · H] holds what the inputs of all steps contribute, recurrent [N, 3 · H] what
// the hidden state does, bias [3 · H] goes with it. After the end of its sequence an image, or a sentence, keeps its state: z = 1, r = n = 0.

// r, z = σ(projected + recurrent + bias), s = recurrent + bias of the candidate, n = tanh(projected + r s).
export function gruGates(
  this: KernelThread,
  projected: number[],
  recurrent: number[],
  bias: number[],
  lengths: number[],
  time: number[],
): number {
  const size = this.constants.size;
  const row = 3 * size;
  const from = (this.thread.z * this.constants.steps + time[0]) * row + this.thread.x;
  const hidden = this.thread.z * row + this.thread.x;
  const s = recurrent[hidden + 2 * size] + bias[2 * size + this.thread.x];
  const update = this.thread.y === 1 ? size : 0;
  const sum = projected[from + update] + recurrent[hidden + update] + bias[update + this.thread.x];
  const small = Math.exp(-Math.abs(sum));
  let value = this.thread.y === 1 ? 1.0 : 0.0;
  if (time[0] < lengths[this.thread.z]) {
    value = sum >= 0 ? 1 / (1 + small) : small / (1 + small);
    if (this.thread.y === 2) {
      value = Math.tanh(Math.max(-10, Math.min(10, projected[from + 2 * size] + value * s)));
    } else if (this.thread.y === 3) {
      value = s;
    }
  }
  return value;
}

// h ← (1 − z) n + z h.
export function gruHidden(this: KernelThread, gates: number[], before: number[]): number {
  const z = gates[(4 * this.thread.y + 1) * this.constants.size + this.thread.x];
  const n = gates[(4 * this.thread.y + 2) * this.constants.size + this.thread.x];
  return n + z * (before[this.thread.y * this.constants.size + this.thread.x] - n);
}

// ∂L/∂h of a step: what its output is asked for, what comes through the gates of the next step, and the share z that the next h keeps.
export function gruHiddenGradient(
  this: KernelThread,
  upstream: number[],
  throughGates: number[],
  nextGates: number[],
  next: number[],
  time: number[],
): number {
  const place = this.thread.y * this.constants.size + this.thread.x;
  const step = this.thread.y * this.constants.steps + time[0];
  const z = nextGates[(4 * this.thread.y + 1) * this.constants.size + this.thread.x];
  return upstream[step * this.constants.size + this.thread.x] + throughGates[place] + z * next[place];
}

// ∂L/∂projected of a step.
export function gruInputGradient(this: KernelThread, gates: number[], before: number[], slope: number[]): number {
  const size = this.constants.size;
  const place = this.thread.z * size + this.thread.x;
  const first = 4 * this.thread.z * size + this.thread.x;
  const r = gates[first];
  const z = gates[first + size];
  const n = gates[first + 2 * size];
  const candidate = slope[place] * (1 - z) * (1 - n * n);
  let value = candidate;
  if (this.thread.y === 0) {
    value = candidate * gates[first + 3 * size] * r * (1 - r);
  } else if (this.thread.y === 1) {
    value = slope[place] * (before[place] - n) * z * (1 - z);
  }
  return value;
}

// ∂L/∂recurrent of a step: that of projected, where r lies between for the candidate.
export function gruRecurrentGradient(this: KernelThread, gates: number[], slope: number[]): number {
  const r = gates[4 * this.thread.z * this.constants.size + this.thread.x];
  const own = slope[(3 * this.thread.z + this.thread.y) * this.constants.size + this.thread.x];
  return this.thread.y === 2 ? own * r : own;
}
