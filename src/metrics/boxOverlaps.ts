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
  const area = (boxes: ArrayLike<number>, i: number) => (boxes[i + 2] - boxes[i]) * (boxes[i + 3] - boxes[i + 1]);
  for (let d = 0; d < rows; d++) {
    for (let g = 0; g < columns; g++) {
      const [i, j] = [4 * d, 4 * g];
      const width = Math.min(detections[i + 2], truths[j + 2]) - Math.max(detections[i], truths[j]);
      const height = Math.min(detections[i + 3], truths[j + 3]) - Math.max(detections[i + 1], truths[j + 1]);
      if (width <= 0 || height <= 0) continue;
      const own = area(detections, i);
      const shared = width * height;
      overlaps[d * columns + g] = shared / (crowd[g] ? own : own + area(truths, j) - shared);
    }
  }
  return overlaps;
}
