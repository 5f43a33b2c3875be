import ndarray, { type NdArray } from 'ndarray';
import { checkDataset, sampleOf } from './checkSample';
import type { Dataset, DetectionSample } from './dataset';
import { countedThings } from './things';

/**
 * The boxes of all images of a data set, for `anchorKMeans`; crowds and difficult things are left out.
 *
 * @example
 * const { anchors } = await anchorKMeans(allBoxes(train), { k: 3 });
 *
 * @returns `[N, 4]` x1, y1, x2, y2 in px.
 * @throws on what is no data set, and on samples without boxes.
 */
export function allBoxes(dataset: Dataset<DetectionSample>): NdArray<Float32Array> {
  checkDataset('allBoxes', dataset);
  const corners: number[] = [];
  for (let index = 0; index < dataset.length; index++) {
    const { boxes } = countedThings(sampleOf('allBoxes', dataset, index, ['boxes', 'labels']));
    for (let i = 0; i < boxes.size; i++) corners.push(boxes.get(i >> 2, i % 4));
  }
  return ndarray(Float32Array.from(corners), [corners.length / 4, 4]);
}
