import type { KernelThread } from './thread';

// Chooses between two operands, all three broadcast: each is read with its own strides, so that an axis of size 1 repeats by having stride 0.
export function where(this: KernelThread, a: number[], b: number[], c: number[]): number {
  const i = this.thread.z * this.constants.az + this.thread.y * this.constants.ay + this.thread.x * this.constants.ax;
  const j = this.thread.z * this.constants.bz + this.thread.y * this.constants.by + this.thread.x * this.constants.bx;
  const k = this.thread.z * this.constants.cz + this.thread.y * this.constants.cy + this.thread.x * this.constants.cx;
  return a[i] !== 0 ? b[j] : c[k];
}
