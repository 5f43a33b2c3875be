import { areaOf, overlapOf, sharedArea } from '../boxes/overlap';

/** The share of a detection that lies in a truth. */
function shareOf(detections: ArrayLike<number>, d: number, truths: ArrayLike<number>, g: number): number {
  const shared = sharedArea(detections, d, truths, g);
  return shared === 0 ? 0 : shared / areaOf(detections, d);
}

/**
 * The overlap of every detection with every truth, `[D, G]` row by row: intersection over union, and for a crowd intersection over
 * the detection's own area, for a box around one of many people is not expected to cover all of them.
 *
 *     IoU(d, g) = |d ∩ g| / |d ∪ g|,    crowd: |d ∩ g| / |d|
 *
 * In double precision; boxes without area overlap nothing.
 *
 * @param detections `[D, 4]` flat, x1, y1, x2, y2 in px.
 * @param truths `[G, 4]` flat.
 * @param crowd `[G]`
 */
export function boxOverlaps(
  detections: ArrayLike<number>,
  truths: ArrayLike<number>,
  crowd: readonly boolean[],
): Float64Array {
  const rows = detections.length / 4;
  const columns = truths.length / 4;
  const overlaps = new Float64Array(rows * columns);
  for (let d = 0; d < rows; d++) {
    for (let g = 0; g < columns; g++) {
      overlaps[d * columns + g] = crowd[g] ? shareOf(detections, d, truths, g) : overlapOf(detections, d, truths, g);
    }
  }
  return overlaps;
}
