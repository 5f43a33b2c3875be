import ndarray, { type NdArray } from 'ndarray';
import { checkArray } from '../checks/arrays';
import { checkCount, checkShare } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { show } from '../shape/shape';
import type { ImageSize } from '../shape/types';
import { largeBoxes } from './boxArea';
import { type BoxArray, readBoxes } from './boxList';
import { clipBoxes } from './clipBoxes';
import type { Detections } from './detections';
import { checkImageSize } from './imageSize';
import { nms } from './nms';
import { takeRows } from './rows';

/** What a detector keeps of its candidates. */
export interface SelectionOptions {
  /** A candidate counts where its score is above this, from 0 to 1. */
  scoreThreshold?: number;
  /** Overlap above which the worse of two boxes of a class is dropped, from 0 to 1; see `nms`. */
  iouThreshold?: number;
  /** Most detections of an image. */
  limit?: number;
}

/** Throws unless the settings are in their ranges. */
export function checkSelection(caller: string, options: SelectionOptions): void {
  const kinds = { scoreThreshold: 'any', iouThreshold: 'any', limit: 'any' } as const;
  const { scoreThreshold = 0, iouThreshold = 0, limit = 1 } = checkOptions(caller, options, kinds);
  checkShare(caller, 'scoreThreshold', scoreThreshold);
  checkShare(caller, 'iouThreshold', iouThreshold);
  checkCount(caller, 'limit', limit, 1, true);
}

/**
 * The last step of most detectors: candidates above a score, clipped to the image, after NMS, the highest-scoring first.
 *
 * Every pair of a box and a class is a candidate; a box may be found as two things. Boxes that lie outside the image are dropped.
 *
 * @param boxes `[P, 4]` x1, y1, x2, y2 in px. @param scores `[P, K]`: the score of class k for box p.
 * @param options image: its size; scoreThreshold: 0.01; iouThreshold: 0.5; limit: 30.
 * @throws on other shapes, numbers that are not finite, boxes inside out, and settings out of range.
 */
export function selectDetections(
  boxes: BoxArray,
  scores: NdArray<Float32Array>,
  options: SelectionOptions & { image: ImageSize },
): Detections {
  const {
    image,
    scoreThreshold = 0.01,
    iouThreshold = 0.5,
    limit = 30,
  } = checkOptions('selectDetections', options, {
    image: 'any',
    scoreThreshold: 'any',
    iouThreshold: 'any',
    limit: 'any',
  });
  checkSelection('selectDetections', { scoreThreshold, iouThreshold, limit });
  checkImageSize('selectDetections', 'image', image);
  checkArray('selectDetections', 'scores', scores, '[P, K]');
  const { count } = readBoxes('selectDetections', boxes);
  if (scores.shape[0] !== count) {
    throw new Error(`selectDetections: expected scores [${count}, K], one row a box, got ${show(scores.shape)}`);
  }
  const clipped = clipBoxes(boxes, { height: image.height, width: image.width });
  const [rows, labels, values]: number[][] = [[], [], []];
  for (const row of largeBoxes(clipped, { side: 0 })) {
    for (let label = 0; label < scores.shape[1]; label++) {
      const score = scores.get(row, label);
      if (!Number.isFinite(score)) {
        throw new Error(`selectDetections: expected finite scores, got ${score} at [${row}, ${label}]`);
      }
      if (score <= scoreThreshold) continue;
      rows.push(row);
      labels.push(label);
      values.push(score);
    }
  }
  const candidates = takeRows(clipped, rows);
  const kept = nms(candidates, { scores: values, labels, iouThreshold, limit });
  return {
    boxes: takeRows(candidates, kept),
    labels: ndarray(
      Int32Array.from(kept, (row) => labels[row]),
      [kept.length],
    ),
    scores: ndarray(
      Float32Array.from(kept, (row) => values[row]),
      [kept.length],
    ),
  };
}
