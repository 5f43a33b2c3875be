import { overlapOf } from '../boxes/overlap';
import { checkArray } from '../checks/arrays';
import { checkOptions } from '../checks/options';
import { isRecord } from '../checks/record';
import { shown } from '../checks/shown';
import { everyBatch } from '../data/batches';
import { checkSample } from '../data/checkSample';
import type { Dataset, DetectionSample } from '../data/dataset';
import type { Located, SingleObject } from '../models/detection/singleObject';
import { checkEvaluated } from './evaluated';

/** How well a model predicts what is in images of one object each, and where. */
export interface SingleObjectResult {
  /** Share of the images whose class is right. */
  accuracy: number;
  /** Mean intersection over union of the predicted box and the ground truth. */
  meanBoxIou: number;
  /** Share of the images whose class is right and whose box has an IoU of at least 0.5: ImageNet's measure of localisation. */
  localised: number;
}

/** Throws unless a model gave a prediction for each image. */
function checkLocated(located: Located, count: number): void {
  if (!isRecord(located)) {
    throw new Error(`evaluateSingleObject: expected { labels, boxes } from the model, got ${shown(located)}`);
  }
  checkArray('evaluateSingleObject', "the model's labels", located.labels, `[${count}]`);
  checkArray('evaluateSingleObject', "the model's boxes", located.boxes, `[${count}, 4]`);
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
  options: { batchSize?: number } = {},
): Promise<SingleObjectResult> {
  const { batchSize = 20 } = checkOptions('evaluateSingleObject', options, { batchSize: 'any' });
  checkEvaluated('evaluateSingleObject', model, { method: 'locate', dataset, batchSize });
  if (dataset.length === 0) throw new Error('evaluateSingleObject: expected at least one image, got none');
  let [right, overlaps, localised, seen] = [0, 0, 0, 0];
  for (const { images, samples } of everyBatch(dataset, { size: batchSize })) {
    const located = await model.locate(images);
    checkLocated(located, samples.length);
    const { labels, boxes } = located;
    for (const [n, truth] of samples.entries()) {
      checkSample(`evaluateSingleObject: image ${seen}`, truth, ['boxes', 'labels']);
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
