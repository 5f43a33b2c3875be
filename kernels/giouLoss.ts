import type { KernelThread } from './thread';

// 1 − GIoU of two boxes x1, y1, x2, y2: of area S that both share, U of both together and H of the smallest box around both,
// 1 − S / U + (H − U) / H. Areas below 10⁻⁷ count as 10⁻⁷ where they divide.
export function giouLoss(this: KernelThread, a: number[], b: number[]): number {
  const i = 4 * this.thread.x;
  const areas = (a[i + 2] - a[i]) * (a[i + 3] - a[i + 1]) + (b[i + 2] - b[i]) * (b[i + 3] - b[i + 1]);
  const sharedWidth = Math.max(0, Math.min(a[i + 2], b[i + 2]) - Math.max(a[i], b[i]));
  const sharedHeight = Math.max(0, Math.min(a[i + 3], b[i + 3]) - Math.max(a[i + 1], b[i + 1]));
  const shared = sharedWidth * sharedHeight;
  const union = areas - shared;
  const hullWidth = Math.max(a[i + 2], b[i + 2]) - Math.min(a[i], b[i]);
  const hullHeight = Math.max(a[i + 3], b[i + 3]) - Math.min(a[i + 1], b[i + 1]);
  const hull = hullWidth * hullHeight;
  return 1 - shared / Math.max(union, 1e-7) + (hull - union) / Math.max(hull, 1e-7);
}

// ∂/∂a, one thread for each coordinate: how the three areas change as it grows, by the sides of the other axis. A coordinate moves an edge
// of what both share where it is the inner one, and of the box around both where it is the outer one; where it equals the other box's, half.
export function giouLossGradient(this: KernelThread, a: number[], b: number[], upstream: number[]): number {
  const side = this.thread.x % 4;
  const row = (this.thread.x - side) / 4;
  const axis = side % 2;
  // Along the coordinate's own axis, and across it.
  const own = 4 * row + axis;
  const across = 4 * row + 1 - axis;
  const length = a[own + 2] - a[own];
  const width = a[across + 2] - a[across];
  const areas = length * width + (b[own + 2] - b[own]) * (b[across + 2] - b[across]);
  const sharedLength = Math.max(0, Math.min(a[own + 2], b[own + 2]) - Math.max(a[own], b[own]));
  const sharedWidth = Math.max(0, Math.min(a[across + 2], b[across + 2]) - Math.max(a[across], b[across]));
  const hullLength = Math.max(a[own + 2], b[own + 2]) - Math.min(a[own], b[own]);
  const hullWidth = Math.max(a[across + 2], b[across + 2]) - Math.min(a[across], b[across]);
  const shared = sharedLength * sharedWidth;
  const union = areas - shared;
  const hull = hullLength * hullWidth;
  // Low edges make areas smaller as they grow.
  const sign = side > 1 ? 1 : -1;
  const outside = sign * (a[4 * row + side] - b[4 * row + side]);
  const outer = outside > 0 ? 1 : outside < 0 ? 0 : 0.5;
  const sharedSlope = sharedLength > 0 ? sign * (1 - outer) * sharedWidth : 0;
  const unionSlope = sign * width - sharedSlope;
  const hullSlope = sign * outer * hullWidth;
  const safeUnion = Math.max(union, 1e-7);
  const safeHull = Math.max(hull, 1e-7);
  const overUnion = union > 1e-7 ? (shared * unionSlope) / (safeUnion * safeUnion) : 0;
  const overHull = hull > 1e-7 ? ((hull - union) * hullSlope) / (safeHull * safeHull) : 0;
  const slope = overUnion - sharedSlope / safeUnion + (hullSlope - unionSlope) / safeHull - overHull;
  return slope * upstream[row];
}
