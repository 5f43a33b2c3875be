import { append } from '../checks/extremes';
import { checkOptions } from '../checks/options';
import type { Dataset, Sample } from '../data/dataset';
import type { PanopticMap } from '../data/panoptic';
import { type PanopticResult, panopticQuality } from '../metrics/panopticQuality';
import type { Images } from '../models/images';
import type { PanopticPrediction } from '../models/instance/mergePanoptic';
import type { Tensor } from '../tensor/tensor';
import { checkEvaluated, everyPrediction } from './evaluated';

/** What {@link evaluatePanoptic} asks of a model. */
export interface PanopticSegmenter {
  /** @param images `[H, W, 3]`, a list of them, or `[N, H, W, 3]`, 0–1. @returns one entry an image. */
  panoptic(images: Images): Promise<PanopticPrediction[]>;
}

/**
 * Panoptic maps of every image of a data set compared with the ground truth; see `panopticQuality`.
 * @param options batchSize: images at once (20).
 * @throws on a batch size that is not a whole number of 1 or more, and where the model or the metric does.
 */
export async function evaluatePanoptic(
  model: PanopticSegmenter,
  dataset: Dataset<Sample>,
  options: { batchSize?: number } = {},
): Promise<PanopticResult & { predictions: PanopticPrediction[] }> {
  const { batchSize = 20 } = checkOptions('evaluatePanoptic', options, { batchSize: 'any' });
  checkEvaluated('evaluatePanoptic', model, { method: 'panoptic', dataset, batchSize });
  const predictions: PanopticPrediction[] = [];
  const truths: PanopticMap[] = [];
  const predict = (images: Tensor) => model.panoptic(images);
  for await (const { found, samples } of everyPrediction('evaluatePanoptic', predict, {
    what: 'maps',
    dataset,
    batchSize,
  })) {
    append(predictions, found);
    for (const { panoptic, labels, crowd } of samples) truths.push({ panoptic, labels, crowd });
  }
  return { ...panopticQuality(predictions, truths, dataset.classes), predictions };
}
