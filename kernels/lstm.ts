import type { KernelThread } from './thread';

// One step of a long short-term memory, and its gradient. Gates [N, 4, H] come in PyTorch's order: input i, forget f, candidate g, output o.
// projected [N, T, 4 · H] holds what the inputs of all steps contribute, recurrent [N, 4 · H] what the hidden state does. After the end of its
// sequence an image, or a sentence, keeps its state: its gates are i = 0, f = 1, g = 0, o = 0.

// i, f, o = σ(projected + recurrent), g = tanh(projected + recurrent).
export function lstmGates(
  this: KernelThread,
  projected: number[],
  recurrent: number[],
  lengths: number[],
  time: number[],
): number {
  const row = 4 * this.constants.size;
  const column = this.thread.y * this.constants.size + this.thread.x;
  const sum =
    projected[(this.thread.z * this.constants.steps + time[0]) * row + column] +
    recurrent[this.thread.z * row + column];
  let value = this.thread.y === 1 ? 1.0 : 0.0;
  if (time[0] < lengths[this.thread.z]) {
    if (this.thread.y === 2) {
      value = Math.tanh(Math.max(-10, Math.min(10, sum)));
    } else {
      const small = Math.exp(-Math.abs(sum));
      value = sum >= 0 ? 1 / (1 + small) : small / (1 + small);
    }
  }
  return value;
}

// c ← f c + i g.
export function lstmCell(this: KernelThread, gates: number[], before: number[]): number {
  const i = 4 * this.thread.y * this.constants.size + this.thread.x;
  const f = i + this.constants.size;
  const g = f + this.constants.size;
  return gates[f] * before[this.thread.y * this.constants.size + this.thread.x] + gates[i] * gates[g];
}

// h ← o tanh(c).
export function lstmHidden(
  this: KernelThread,
  gates: number[],
  cell: number[],
  before: number[],
  lengths: number[],
  time: number[],
): number {
  const place = this.thread.y * this.constants.size + this.thread.x;
  const o = gates[(4 * this.thread.y + 3) * this.constants.size + this.thread.x];
  let value = before[place];
  if (time[0] < lengths[this.thread.y]) {
    value = o * Math.tanh(Math.max(-10, Math.min(10, cell[place])));
  }
  return value;
}

// ∂L/∂h of a step: what its output is asked for, what comes through the gates of the next step, and, after the end of a sequence, the next
// state's own. upstream holds a row for each step, and one for the last cell.
export function lstmHiddenGradient(
  this: KernelThread,
  upstream: number[],
  throughGates: number[],
  next: number[],
  lengths: number[],
  time: number[],
): number {
  const place = this.thread.y * this.constants.size + this.thread.x;
  const step = this.thread.y * (this.constants.steps + 1) + time[0];
  const kept = time[0] + 1 < lengths[this.thread.y] ? 0 : next[place];
  return upstream[step * this.constants.size + this.thread.x] + throughGates[place] + kept;
}

// ∂L/∂c of a step: through its own h, and through the next c, which forgets all but f of it.
export function lstmCellGradient(
  this: KernelThread,
  gates: number[],
  cell: number[],
  hiddenSlope: number[],
  nextGates: number[],
  next: number[],
): number {
  const place = this.thread.y * this.constants.size + this.thread.x;
  const f = nextGates[(4 * this.thread.y + 1) * this.constants.size + this.thread.x];
  const o = gates[(4 * this.thread.y + 3) * this.constants.size + this.thread.x];
  const bent = Math.tanh(Math.max(-10, Math.min(10, cell[place])));
  return f * next[place] + hiddenSlope[place] * o * (1 - bent * bent);
}

// ∂L/∂(projected + recurrent) of a step, through the slope of each gate's own function.
export function lstmGatesGradient(
  this: KernelThread,
  gates: number[],
  before: number[],
  cell: number[],
  hiddenSlope: number[],
  cellSlope: number[],
): number {
  const place = this.thread.z * this.constants.size + this.thread.x;
  const i = 4 * this.thread.z * this.constants.size + this.thread.x;
  const own = gates[i + this.thread.y * this.constants.size];
  const slope = this.thread.y === 2 ? 1 - own * own : own * (1 - own);
  let through = cellSlope[place];
  if (this.thread.y === 0) {
    through = through * gates[i + 2 * this.constants.size];
  } else if (this.thread.y === 1) {
    through = through * before[place];
  } else if (this.thread.y === 2) {
    through = through * gates[i];
  } else {
    through = hiddenSlope[place] * Math.tanh(Math.max(-10, Math.min(10, cell[place])));
  }
  return through * slope;
}
