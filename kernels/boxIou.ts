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

// IoU − ρ² / c²: ρ is the distance of the centers, c the diagonal of the hull; without a diagonal nothing is taken away.
export function boxDiou(this: KernelThread, a: number[], b: number[]): number {
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
  const diagonal = hullWidth * hullWidth + hullHeight * hullHeight;
  const x = 0.5 * (a[i] - b[j] + (a[i + 2] - b[j + 2]));
  const y = 0.5 * (a[i + 1] - b[j + 1] + (a[i + 3] - b[j + 3]));
  const iou = union > 0 ? shared / union : 0;
  return diagonal > 0 ? iou - (x * x + y * y) / diagonal : iou;
}

// DIoU − α v: v = 4 / π² · (difference of the angles atan(width / height))², α = v / (1 − IoU + v). The angle of a point is 0.
export function boxCiou(this: KernelThread, a: number[], b: number[]): number {
  const i = 4 * this.thread.y;
  const j = 4 * this.thread.x;
  const width = Math.max(0, Math.min(a[i + 2], b[j + 2]) - Math.max(a[i], b[j]));
  const height = Math.max(0, Math.min(a[i + 3], b[j + 3]) - Math.max(a[i + 1], b[j + 1]));
  const shared = width * height;
  const widthA = Math.max(0, a[i + 2] - a[i]);
  const heightA = Math.max(0, a[i + 3] - a[i + 1]);
  const widthB = Math.max(0, b[j + 2] - b[j]);
  const heightB = Math.max(0, b[j + 3] - b[j + 1]);
  const union = widthA * heightA + widthB * heightB - shared;
  const hullWidth = Math.max(a[i + 2], b[j + 2]) - Math.min(a[i], b[j]);
  const hullHeight = Math.max(a[i + 3], b[j + 3]) - Math.min(a[i + 1], b[j + 1]);
  const diagonal = hullWidth * hullWidth + hullHeight * hullHeight;
  const x = 0.5 * (a[i] - b[j] + (a[i + 2] - b[j + 2]));
  const y = 0.5 * (a[i + 1] - b[j + 1] + (a[i + 3] - b[j + 3]));
  const iou = union > 0 ? shared / union : 0;
  const diou = diagonal > 0 ? iou - (x * x + y * y) / diagonal : iou;
  const angleA = heightA > 0 ? Math.atan(widthA / heightA) : widthA > 0 ? 1.5707963267948966 : 0;
  const angleB = heightB > 0 ? Math.atan(widthB / heightB) : widthB > 0 ? 1.5707963267948966 : 0;
  const turn = 0.6366197723675814 * (angleA - angleB);
  const v = turn * turn;
  return v > 0 ? diou - (v * v) / (1 - iou + v) : diou;
}
