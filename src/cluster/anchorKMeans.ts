import ndarray, { type NdArray } from 'ndarray';
import { checkCount } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { checkSeed } from '../checks/seed';
import { checkRestarts, kMeans } from './kMeans';
import { readPoints } from './points';

/** Settings of {@link anchorKMeans}. */
export interface AnchorKMeansOptions {
  /** Number of anchors. */
  k: number;
  /** Of the random starts; a whole number. */
  seed?: number;
  /** Runs from different starts, of which the best counts. */
  restarts?: number;
}

/** Result of {@link anchorKMeans}. */
export interface AnchorKMeansResult {
  /** Widths and heights in px, the smallest area first. */
  anchors: [width: number, height: number][];
  /** The mean over the boxes of the largest IoU that a box has with an anchor around the same midpoint. */
  meanIou: number;
}

/**
 * Shapes for anchor boxes, learned from the boxes of a data set: k-means on widths and heights with the distance 1 − IoU, so that large
 * boxes do not count more than small ones.
 *
 * @param boxes `[N, 4]` x1, y1, x2, y2 in px, with width and height above 0; at least k of them.
 * @param options seed: 0; restarts: 5.
 * @throws on other shapes, numbers that are not finite, boxes without area, and settings out of range.
 * @see Redmon and Farhadi 2017, YOLO9000, section 2 (“Dimension clusters”).
 */
export async function anchorKMeans(boxes: NdArray, options: AnchorKMeansOptions): Promise<AnchorKMeansResult> {
  const {
    k,
    seed = 0,
    restarts = 5,
  } = checkOptions('anchorKMeans', options, { k: 'any', seed: 'any', restarts: 'any' });
  checkCount('anchorKMeans', 'k', k, 1);
  checkRestarts('anchorKMeans', restarts);
  checkSeed('anchorKMeans', seed);
  const { rows, count, dimensions } = readPoints('anchorKMeans', boxes, 'boxes');
  if (dimensions !== 4) throw new Error(`anchorKMeans: expected boxes [N, 4], got [${count}, ${dimensions}]`);
  if (count < k) throw new Error(`anchorKMeans: expected at least k = ${k} boxes, got ${count}`);
  const sizes = new Float32Array(2 * count);
  for (let i = 0; i < count; i++) {
    const box = rows.subarray(4 * i, 4 * i + 4);
    sizes[2 * i] = box[2] - box[0];
    sizes[2 * i + 1] = box[3] - box[1];
    if (sizes[2 * i] > 0 && sizes[2 * i + 1] > 0) continue;
    throw new Error(`anchorKMeans: expected boxes with width and height above 0, got [${box.join(', ')}] at ${i}`);
  }
  const points = ndarray(sizes, [count, 2]);
  const { centers, objective } = await kMeans(points, { k, seed, restarts, distance: 'iou' });
  const anchors = Array.from({ length: k }, (_, j): [number, number] => [centers.get(j, 0), centers.get(j, 1)]);
  anchors.sort(([w1, h1], [w2, h2]) => w1 * h1 - w2 * h2);
  return { anchors, meanIou: 1 - objective / count };
}
