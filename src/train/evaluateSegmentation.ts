import ndarray, { type NdArray } from 'ndarray';
import ops from 'ndarray-ops';
import { checkOptions } from '../checks/options';
import { everyBatch } from '../data/batches';
import { type Dataset, type SegmentationSample, voidLabel } from '../data/dataset';
import { confusionMatrix } from '../metrics/confusionMatrix';
import { classIou, meanIou, pixelAccuracy } from '../metrics/meanIou';
import type { Segmenter } from '../models/contract';
import { checkEvaluated } from './evaluated';

/** How well a model predicts the classes of a data set's pixels. */
export interface SegmentationResult {
  /** 0–1, see {@link meanIou}. */
  meanIou: number;
  /** 0–1, see {@link pixelAccuracy}. */
  pixelAccuracy: number;
  /** By class, in the order of `[...stuff, ...things]`; see {@link classIou}. */
  classIou: (number | null)[];
  /** `[K, K]`, see {@link confusionMatrix}. */
  confusion: NdArray<Float64Array>;
}

/**
 * Predicts every image of a data set and counts pixels, but for those that are {@link voidLabel} in truth.
 * @param options batchSize: images at once (20); a divisor of the data set's length saves a compilation.
 * @throws on a batch size that is not a whole number of 1 or more, where the model does, and on labels that are no class.
 */
export async function evaluateSegmentation(
  model: Pick<Segmenter, 'predict'>,
  dataset: Dataset<SegmentationSample>,
  options: { batchSize?: number } = {},
): Promise<SegmentationResult> {
  const { batchSize = 20 } = checkOptions('evaluateSegmentation', options, { batchSize: 'any' });
  checkEvaluated('evaluateSegmentation', model, { method: 'predict', dataset, batchSize });
  const { stuff, things } = dataset.classes;
  const classes = stuff.length + things.length;
  const confusion = ndarray(new Float64Array(classes * classes), [classes, classes]);
  for (const { images, semantic } of everyBatch(dataset, { size: batchSize })) {
    if (!semantic) throw new Error('evaluateSegmentation: expected samples with a semantic map, got none');
    const predicted = await model.predict(images);
    ops.addeq(confusion, confusionMatrix(await semantic.toNdarray(), predicted, { classes, ignoreIndex: voidLabel }));
  }
  return {
    meanIou: meanIou(confusion),
    pixelAccuracy: pixelAccuracy(confusion),
    classIou: classIou(confusion),
    confusion,
  };
}
