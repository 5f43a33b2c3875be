import { maskAreas } from '../boxes/maskAreas';
import { append } from '../checks/extremes';
import { checkOptions } from '../checks/options';
import type { Dataset, InstanceSample } from '../data/dataset';
import { type CocoMetrics, type CocoMetricsOptions, cocoMetrics } from '../metrics/cocoMetrics';
import { maskIou } from '../metrics/maskIou';
import type { InstanceSegmenter, Instances } from '../models/contract';
import type { Tensor } from '../tensor/tensor';
import { checkEvaluated, everyPrediction } from './evaluated';

/** How well a model finds the objects of a data set, by their boxes and by their masks. */
export interface InstanceResult {
  /** Boxes compared with boxes. */
  boxes: CocoMetrics;
  /** Masks compared with masks; small and large by their pixels. */
  masks: CocoMetrics;
  /** One entry an image. */
  instances: Instances[];
}

/**
 * Segments the objects of every image of a data set and compares boxes and masks with the ground truth; see `cocoMetrics`. Crowds and
 * difficult objects count neither for nor against the model.
 * @param options batchSize: images at once (20); areaBorders: where small ends and large begins, px².
 * @throws on a batch size that is not a whole number of 1 or more, and where the model or the metrics do.
 */
export async function evaluateInstances(
  model: Pick<InstanceSegmenter, 'segment'>,
  dataset: Dataset<InstanceSample>,
  options: Pick<CocoMetricsOptions, 'areaBorders'> & { batchSize?: number } = {},
): Promise<InstanceResult> {
  const kinds = { batchSize: 'any', areaBorders: 'any' } as const;
  const { batchSize = 20, ...metrics } = checkOptions('evaluateInstances', options, kinds);
  checkEvaluated('evaluateInstances', model, { method: 'segment', dataset, batchSize });
  const instances: Instances[] = [];
  const truths: Pick<InstanceSample, 'boxes' | 'labels' | 'difficult' | 'crowd' | 'areas'>[] = [];
  const overlaps: Float64Array[] = [];
  const predict = (images: Tensor) => model.segment(images);
  for await (const { found, samples } of everyPrediction('evaluateInstances', predict, {
    what: 'instances',
    dataset,
    batchSize,
  })) {
    append(instances, found);
    // Only the overlaps are kept: the masks of thousands of images would not fit into memory.
    for (const [n, { masks, boxes, labels, difficult, crowd }] of samples.entries()) {
      overlaps.push(maskIou(found[n].masks, masks, { crowd: crowd?.data }).data);
      truths.push({ boxes, labels, difficult, crowd, areas: maskAreas(masks) });
    }
  }
  const boxes = instances.map(({ boxes, labels, scores }) => ({ boxes, labels, scores }));
  const boxTruths = truths.map(({ areas: _, ...truth }) => truth);
  return {
    boxes: cocoMetrics(boxes, boxTruths, metrics),
    masks: cocoMetrics(instances, truths, {
      ...metrics,
      overlaps: (image, rows, columns) => {
        const each = truths[image].labels.size;
        return rows.flatMap((d) => columns.map((g) => overlaps[image][d * each + g]));
      },
    }),
    instances,
  };
}
