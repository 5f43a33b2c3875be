import type { KernelThread } from './thread';

// Overlaps of every box of `a` (thread.y) with every box of `b` (thread.x); a box is four numbers, x1, y1, x2, y2.
// A side that runs backwards counts as 0.

// |a ∩ b| / |a ∪ b|, and 0 where neither has an area.
export function boxIou(this: KernelThread, a: number[], b: number[]): number {
  const i = 4 * this.thread.y;
  const j = 4 * this.thread.x;
  const width = Math.max(0, Math.min(a[i + 2], b[j + 2]) - Math.max(a[i], b[j]));
  const height = Math.max(0, Math.min(a[i + 3], b[j + 3]) - Math.max(a[i + 1], b[j + 1]));
  const shared = width * height;
  const areaA = Math.max(0, a[i + 2] - a[i]) * Math.max(0, a[i + 3] - a[i + 1]);
  const areaB = Math.max(0, b[j + 2] - b[j]) * Math.max(0, b[j + 3] - b[j + 1]);
  const union = areaA + areaB - shared;
  return union > 0 ? shared / union : 0;
}

// IoU − (|hull| − |a ∪ b|) / |hull|, where the hull is the smallest box around both; without an area it takes nothing away.
export function boxGiou(this: KernelThread, a: number[], b: number[]): number {
  const i = 4 * this.thread.y;
  const j = 4 * this.thread.x;
  const width = Math.max(0, Math.min(a[i + 2], b[j + 2]) - Math.max(a[i], b[j]));
  const height = Math.max(0, Math.min(a[i + 3], b[j + 3]) - Math.max(a[i + 1], b[j + 1]));
  const shared = width * height;
  const areaA = Math.max(0, a[i + 2] - a[i]) * Math.max(0, a[i + 3] - a[i + 1]);
  const areaB = Math.max(0, b[j + 2] - b[j]) * Math.max(0, b[j + 3] - b[j + 1]);
  const union = areaA + areaB - shared;
  const hullWidth = Math.max(a[i + 2], b[j + 2]) - Math.min(a[i], b[j]);
  const hullHeight = Math.max(a[i + 3], b[j + 3]) - Math.min(a[i + 1], b[j + 1]);
  const hull = hullWidth * hullHeight;
  const iou = union > 0 ? shared / union : 0;
  return hull > 0 ? iou - (hull - union) / hull : iou;
}
