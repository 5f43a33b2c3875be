import type { KernelThread } from './thread';

// The angle of a box's diagonal with the vertical, atan(width / height): 0 of a point, π / 2 of a box without height.
export function aspectAngle(this: KernelThread, width: number[], height: number[]): number {
  const w = width[this.thread.x];
  const h = height[this.thread.x];
  return h > 0 ? Math.atan(w / h) : w > 0 ? 1.5707963267948966 : 0;
}

// How fast the angle of (along, across) turns as `along` grows: across / (along² + across²), 0 at a point.
export function aspectAngleGradient(this: KernelThread, along: number[], across: number[]): number {
  const a = along[this.thread.x];
  const b = across[this.thread.x];
  const squared = a * a + b * b;
  return squared > 0 ? b / squared : 0;
}
