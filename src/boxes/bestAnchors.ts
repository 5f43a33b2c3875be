import { checkList } from '../checks/arguments';
import { checkOptions } from '../checks/options';
import { type AnchorShape, checkAnchorShapes } from './anchorShape';
import { type BoxArray, readBoxes } from './boxList';
import { checkMapLevel, type MapLevel } from './mapLevel';
import { shapeOverlap } from './yoloGrid';

/** One map of a detector with cells, and the widths and heights of each cell's anchors. */
export interface AnchorLevel extends MapLevel {
  /** Widths and heights, px. */
  shapes: readonly AnchorShape[];
}

const kinds = { height: 'any', width: 'any', stride: 'any', shapes: 'any' } as const;

/**
 * The one anchor that finds each object, as YOLO assigns them: of all levels, the anchor shaped most like the object, in the cell that
 * the object's center lies in.
 *
 * Objects take turns, the best fit first: where an anchor is taken, the next best free one of the object's cells is given.
 *
 * @param levels the maps, the finest first: anchors are numbered level by level, in the order of `anchors`. @param truths `[G, 4]` x1, y1,
 * x2, y2 in px, centers inside the image.
 * @returns `[G]`: the anchor's number, or null where all are taken.
 * @throws on levels without cells or with sides that are not above 0, and on boxes inside out.
 * @see Redmon and Farhadi 2018, YOLOv3, section 2.1 and 2.3. On one level the same slots as `yoloGrid`.
 */
export function bestAnchors(levels: readonly AnchorLevel[], truths: BoxArray): (number | null)[] {
  const { count, corners } = readBoxes('bestAnchors', truths, 'truths');
  const pairs: { g: number; anchor: number; overlap: number }[] = [];
  let first = 0;
  checkList('bestAnchors', 'levels', levels, '{ height, width, stride, shapes }');
  for (const [i, level] of levels.entries()) {
    const { height, width, stride, shapes } = checkOptions(`bestAnchors: level ${i}`, level, kinds);
    checkMapLevel('bestAnchors', i, { height, width, stride });
    checkAnchorShapes('bestAnchors', shapes, `shapes of level ${i}`);
    for (let g = 0; g < count; g++) {
      const [x1, y1, x2, y2] = corners.subarray(4 * g, 4 * g + 4);
      // A center on the image's last edge belongs to the last cell.
      const row = Math.min(height - 1, Math.floor((y1 + y2) / 2 / stride));
      const column = Math.min(width - 1, Math.floor((x1 + x2) / 2 / stride));
      for (const [a, shape] of shapes.entries()) {
        const anchor = first + (row * width + column) * shapes.length + a;
        pairs.push({ g, anchor, overlap: shapeOverlap(x2 - x1, y2 - y1, shape) });
      }
    }
    first += height * width * shapes.length;
  }
  pairs.sort((one, other) => other.overlap - one.overlap || one.g - other.g || one.anchor - other.anchor);
  const found = new Array<number | null>(count).fill(null);
  const taken = new Set<number>();
  for (const { g, anchor } of pairs) {
    if (found[g] !== null || taken.has(anchor)) continue;
    found[g] = anchor;
    taken.add(anchor);
  }
  return found;
}
