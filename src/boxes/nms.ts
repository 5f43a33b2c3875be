import type { NdArray } from 'ndarray';
import { checkCount, checkShare } from '../checks/numbers';
import { checkOptions, type OptionKinds } from '../checks/options';
import { show } from '../shape/shape';
import { readArray } from '../tensor/readArray';
import { bestRows } from './bestRows';
import { type BoxArray, type BoxFormatOptions, type BoxNumbers, formatOption, readBoxes, readNumbers } from './boxList';
import { areaOf } from './overlap';

/** Settings of {@link nms}. */
export interface NmsOptions extends BoxFormatOptions {
  /** `[N]`, the higher the better. */
  scores: BoxNumbers;
  /** `[N]`, class of each box: boxes of different classes never suppress each other. All are of one class by default. */
  labels?: BoxNumbers;
  /** A box that overlaps a kept one by more than this is dropped; from 0 to 1. */
  iouThreshold?: number;
  /** Most boxes kept, of all classes together; all by default. */
  limit?: number;
}

const kinds: OptionKinds<NmsOptions> = {
  scores: 'any',
  labels: 'any',
  iouThreshold: 'any',
  limit: 'any',
  ...formatOption,
};

interface Candidates {
  scores: Float64Array;
  /** Row numbers, best first. */
  order: number[];
  labels: Float64Array;
  threshold: number;
  limit: number;
}

function readCandidates(caller: string, count: number, options: NmsOptions): Candidates {
  const { iouThreshold = 0.5, limit = Number.POSITIVE_INFINITY } = options;
  checkShare(caller, 'iouThreshold', iouThreshold);
  checkCount(caller, 'limit', limit, 1, true);
  const scores = readNumbers(caller, 'scores', options.scores, count);
  const labels =
    options.labels !== undefined ? readNumbers(caller, 'labels', options.labels, count) : new Float64Array(count);
  return { scores, order: bestRows(scores), labels, threshold: iouThreshold, limit };
}

/** Takes rows best first and drops those that an earlier row of the same class suppresses. */
function keepGreedily(
  { order, labels, limit }: Candidates,
  suppressedBy: (row: number, kept: readonly number[]) => boolean,
): number[] {
  const keptOfClass = new Map<number, number[]>();
  const kept: number[] = [];
  for (const row of order) {
    if (kept.length >= limit) break;
    let rivals = keptOfClass.get(labels[row]);
    if (!rivals) {
      rivals = [];
      keptOfClass.set(labels[row], rivals);
    }
    if (suppressedBy(row, rivals)) continue;
    rivals.push(row);
    kept.push(row);
  }
  return kept;
}

/**
 * Non-maximum suppression, class by class: keep the best box, drop those that overlap it by more than the threshold, and go on with
 * the best that is left.
 *
 * Of equal scores the lower row comes first. An overlap of exactly the threshold is allowed; a box without area overlaps nothing.
 * Time grows with N times the boxes kept; memory with N.
 *
 * @param boxes `[N, 4]` in px: x1, y1, x2, y2, or as `format` says.
 * @returns the rows kept, best first; `takeRows` takes them out of the boxes, scores and labels.
 * @throws on other shapes, on boxes inside out, on numbers that are not finite (a NaN would have no place in the order), and on
 * settings out of range.
 */
export function nms(boxes: BoxArray, options: NmsOptions): number[] {
  checkOptions('nms', options, kinds);
  const { count, corners } = readBoxes('nms', boxes, 'boxes', options.format);
  const candidates = readCandidates('nms', count, options);
  const { threshold } = candidates;
  const areas = Float64Array.from({ length: count }, (_, i) => areaOf(corners, i));
  // The innermost loop of the library's host code: IoU > threshold, written so that boxes that do not touch cost two comparisons.
  return keepGreedily(candidates, (row, kept) => {
    const x1 = corners[4 * row];
    const y1 = corners[4 * row + 1];
    const x2 = corners[4 * row + 2];
    const y2 = corners[4 * row + 3];
    const area = areas[row];
    for (let k = 0; k < kept.length; k++) {
      const other = kept[k];
      const width = Math.min(x2, corners[4 * other + 2]) - Math.max(x1, corners[4 * other]);
      if (width <= 0) continue;
      const height = Math.min(y2, corners[4 * other + 3]) - Math.max(y1, corners[4 * other + 1]);
      if (height <= 0) continue;
      const shared = width * height;
      if (shared / (area + areas[other] - shared) > threshold) return true;
    }
    return false;
  });
}

/**
 * {@link nms} where the overlaps are known: to follow it by hand on a table, or with another measure than IoU.
 * @param overlaps `[N, N]`, an ndarray or nested rows; entry [i, j] is how much row i overlaps row j, where i is the better one.
 * @returns the rows kept, best first.
 * @throws on other shapes, numbers that are not finite, and settings out of range.
 */
export function nmsOfOverlaps(overlaps: NdArray | readonly (readonly number[])[], options: NmsOptions): number[] {
  checkOptions('nmsOfOverlaps', options, kinds);
  const table = readArray('nmsOfOverlaps', 'overlaps', overlaps, '[N, N]');
  const [count] = table.shape;
  const empty = table.size === 0 && count === 0;
  if (!empty && (table.rank !== 2 || table.shape[1] !== count)) {
    throw new Error(`nmsOfOverlaps: expected overlaps [N, N], got ${show(table.shape)}`);
  }
  const values = readNumbers('nmsOfOverlaps', 'overlaps', table.value.data!, table.size);
  const candidates = readCandidates('nmsOfOverlaps', count, options);
  const limit = Math.fround(candidates.threshold);
  return keepGreedily(candidates, (row, kept) => kept.some((better) => values[better * count + row] > limit));
}
