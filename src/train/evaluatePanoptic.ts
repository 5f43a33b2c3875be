import { append } from '../checks/extremes';
import { checkOptions } from '../checks/options';
import type { Dataset, Sample } from '../data/dataset';
import { type PanopticResult, panopticCounts } from '../metrics/panopticQuality';
import type { PanopticPrediction, PanopticSegmenter } from '../models/contract';
import type { Tensor } from '../tensor/tensor';
import { checkEvaluated, everyPrediction } from './evaluated';

/**
 * Panoptic maps of every image of a data set compared with the ground truth; see `panopticQuality`.
 * @param options batchSize: images at once (20).
 * @throws on a batch size that is not a whole number of 1 or more, and where the model or the metric does.
 */
export async function evaluatePanoptic(
  model: Pick<PanopticSegmenter, 'panoptic'>,
  dataset: Dataset<Sample>,
  options: { batchSize?: number } = {},
): Promise<PanopticResult & { predictions: PanopticPrediction[] }> {
  const predictions: PanopticPrediction[] = [];
  const result = await measurePanoptic(model, dataset, options, (found) => append(predictions, found));
  return { ...result, predictions };
}

/** {@link evaluatePanoptic}, which keeps no maps; `visit` is called with what was predicted of each batch. @internal */
export async function measurePanoptic(
  model: Pick<PanopticSegmenter, 'panoptic'>,
  dataset: Dataset<Sample>,
  options: { batchSize?: number } = {},
  visit: (found: readonly PanopticPrediction[], samples: readonly Sample[]) => void = () => {},
): Promise<PanopticResult> {
  const { batchSize = 20 } = checkOptions('evaluatePanoptic', options, { batchSize: 'any' });
  checkEvaluated('evaluatePanoptic', model, { method: 'panoptic', dataset, batchSize });
  const counts = panopticCounts(dataset.classes);
  const predict = (images: Tensor) => model.panoptic(images);
  for await (const { found, samples } of everyPrediction('evaluatePanoptic', predict, {
    what: 'maps',
    dataset,
    batchSize,
  })) {
    visit(found, samples);
    for (const [n, { panoptic, labels, crowd }] of samples.entries()) {
      counts.add(found[n], { panoptic, labels, crowd });
    }
  }
  return counts.result();
}
