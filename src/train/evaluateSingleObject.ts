import { overlapOf } from '../boxes/overlap';
import { everyBatch } from '../data/batches';
import type { Dataset, DetectionSample } from '../data/dataset';
import type { SingleObject } from '../models/detection/singleObject';

/** How well a model says what is in images of one thing each, and where. */
export interface SingleObjectResult {
  /** Share of the images whose class is right. */
  accuracy: number;
  /** Mean intersection over union of the box said and the true one. */
  meanBoxIou: number;
  /** Share of the images whose class is right and whose box has an IoU of at least 0.5: ImageNet's measure of localisation. */
  localised: number;
}

/**
 * Locates the thing in every image of a data set.
 * @param dataset one thing in each image.
 * @param options batchSize: images at once; a divisor of the data set's length saves a compilation.
 * @throws where an image has no thing, or several, and where there are no images.
 */
export async function evaluateSingleObject(
  model: Pick<SingleObject, 'locate'>,
  dataset: Dataset<DetectionSample>,
  { batchSize = 20 }: { batchSize?: number } = {},
): Promise<SingleObjectResult> {
  if (dataset.length === 0) throw new Error('evaluateSingleObject: expected at least one image, got none');
  let [right, overlaps, localised, seen] = [0, 0, 0, 0];
  for (const { images, samples } of everyBatch(dataset, { size: batchSize })) {
    const { labels, boxes } = await model.locate(images);
    for (const [n, truth] of samples.entries()) {
      if (truth.labels.shape[0] !== 1) {
        throw new Error(
          `evaluateSingleObject: expected one thing in an image, got ${truth.labels.shape[0]} at ${seen}`,
        );
      }
      const same = labels.get(n) === truth.labels.get(0);
      const overlap = overlapOf(boxes.data, n, truth.boxes.data, 0);
      right += Number(same);
      overlaps += overlap;
      localised += Number(same && overlap >= 0.5);
      seen++;
    }
  }
  return { accuracy: right / seen, meanBoxIou: overlaps / seen, localised: localised / seen };
}
