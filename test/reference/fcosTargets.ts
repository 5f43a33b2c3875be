import type { FcosLevel } from '../../src/index';
import { area, type Box } from './boxes';

/** The assignment of one location: the row of the truth, or null. */
function truthAt(x: number, y: number, { stride, range }: FcosLevel, truths: readonly Box[], radius: number) {
  const candidates = truths.flatMap((box, g) => {
    const [x1, y1, x2, y2] = box;
    const isInside = x1 < x && x < x2 && y1 < y && y < y2;
    const isNear = Math.abs(x - (x1 + x2) / 2) < radius * stride && Math.abs(y - (y1 + y2) / 2) < radius * stride;
    const farthest = Math.max(x - x1, y - y1, x2 - x, y2 - y);
    return isInside && isNear && range[0] < farthest && farthest < range[1] ? [g] : [];
  });
  candidates.sort((g, h) => area(truths[g]) - area(truths[h]) || g - h);
  return candidates[0] ?? null;
}

/** FCOS's assignment, location by location, with all objects. */
export function fcosTargets(levels: readonly FcosLevel[], truths: readonly Box[], radius: number) {
  const rows: { truth: number | null; distances: number[]; centerness: number }[] = [];
  for (const level of levels) {
    for (let row = 0; row < level.height; row++) {
      for (let column = 0; column < level.width; column++) {
        const [x, y] = [(column + 0.5) * level.stride, (row + 0.5) * level.stride];
        const truth = truthAt(x, y, level, truths, radius);
        if (truth === null) {
          rows.push({ truth, distances: [0, 0, 0, 0], centerness: 0 });
          continue;
        }
        const [x1, y1, x2, y2] = truths[truth];
        const [l, t, r, b] = [x - x1, y - y1, x2 - x, y2 - y];
        const ratio = (Math.min(l, r) / Math.max(l, r)) * (Math.min(t, b) / Math.max(t, b));
        rows.push({ truth, distances: [l, t, r, b], centerness: Math.sqrt(ratio) });
      }
    }
  }
  return rows;
}
