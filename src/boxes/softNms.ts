import ndarray, { type NdArray } from 'ndarray';
import { checkCount, checkPositive, checkShare } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { type BoxArray, type BoxFormatOptions, type BoxNumbers, formatOption, readBoxes, readNumbers } from './boxList';
import { overlapOf } from './overlap';

/** Settings of {@link softNms}. */
export interface SoftNmsOptions extends BoxFormatOptions {
  /** `[N]`, ≥ 0. */
  scores: BoxNumbers;
  /** `[N]`, class of each box: boxes of different classes leave each other alone. All are of one class by default. */
  labels?: BoxNumbers;
  /** How a kept box lowers the scores of those that overlap it. */
  decay?: 'linear' | 'gaussian';
  /** For the linear decay: overlaps up to this cost nothing; from 0 to 1. */
  iouThreshold?: number;
  /** For the Gaussian decay: the larger, the gentler; > 0. */
  sigma?: number;
  /** Boxes whose score falls below this are dropped. */
  minimumScore?: number;
  /** Most boxes kept, of all classes together; all by default. */
  limit?: number;
}

/** Result of {@link softNms}. */
export interface SoftNmsResult {
  /** The rows kept, in the order in which they were taken: by falling score. */
  rows: number[];
  /** `[rows.length]`: their scores as they were when they were taken. */
  scores: NdArray<Float32Array>;
}

/**
 * Soft non-maximum suppression: the best box is kept, and those of its class that overlap it lose score instead of being dropped,
 *
 *     linear:    s ← s · (1 − IoU) where IoU > iouThreshold
 *     gaussian:  s ← s · exp(−IoU² / σ)
 *
 * then the best that is left is kept, until none reaches the minimum score. Of equal scores the lower row comes first.
 * Time grows with N times the boxes kept; memory with N.
 *
 * @param boxes `[N, 4]` x1, y1, x2, y2 in px.
 * @throws on other shapes, on boxes inside out, on scores that are negative or not finite, and on settings out of range.
 * @see Bodla et al. 2017, Soft-NMS: improving object detection with one line of code. There an overlap of exactly the threshold lowers
 * the score already; here it does not, as in `nms`.
 */
export function softNms(boxes: BoxArray, options: SoftNmsOptions): SoftNmsResult {
  checkOptions('softNms', options, {
    scores: 'any',
    labels: 'any',
    decay: ['linear', 'gaussian'],
    iouThreshold: 'any',
    sigma: 'any',
    minimumScore: 'any',
    limit: 'any',
    ...formatOption,
  });
  const { decay = 'gaussian', iouThreshold = 0.3, sigma = 0.5, minimumScore = 0.001 } = options;
  const { limit = Number.POSITIVE_INFINITY } = options;
  checkShare('softNms', 'iouThreshold', iouThreshold);
  checkPositive('softNms', 'sigma', sigma);
  checkShare('softNms', 'minimumScore', minimumScore);
  checkCount('softNms', 'limit', limit, 1, true);
  const { count, corners } = readBoxes('softNms', boxes, 'boxes', options.format);
  const scores = readNumbers('softNms', 'scores', options.scores, count);
  const labels = options.labels === undefined ? undefined : readNumbers('softNms', 'labels', options.labels, count);
  const negative = scores.findIndex((score) => score < 0);
  if (negative >= 0) throw new Error(`softNms: expected scores ≥ 0, got ${scores[negative]} at ${negative}`);

  const factor =
    decay === 'linear'
      ? (overlap: number) => (overlap > iouThreshold ? 1 - overlap : 1)
      : (overlap: number) => Math.exp(-(overlap * overlap) / sigma);
  let left = Array.from({ length: count }, (_, i) => i).filter((i) => scores[i] >= minimumScore);
  const rows: number[] = [];
  while (left.length > 0 && rows.length < limit) {
    // `left` stays ascending, so the first of equal scores is the lowest row.
    const best = left.reduce((leader, row) => (scores[row] > scores[leader] ? row : leader));
    rows.push(best);
    left = left.filter((row) => {
      if (row === best) return false;
      if (labels && labels[row] !== labels[best]) return true;
      scores[row] *= factor(overlapOf(corners, best, corners, row));
      return scores[row] >= minimumScore;
    });
  }
  return {
    rows,
    scores: ndarray(
      Float32Array.from(rows, (row) => scores[row]),
      [rows.length],
    ),
  };
}
