import type { NdArray } from 'ndarray';
import type { Detections } from '../boxes/detections';
import { maskAreas } from '../boxes/maskAreas';
import { append } from '../checks/extremes';
import { checkOptions } from '../checks/options';
import type { Dataset, InstanceSample } from '../data/dataset';
import type { Overlaps } from '../metrics/classMatches';
import { type CocoMetrics, type CocoMetricsOptions, cocoMetrics } from '../metrics/cocoMetrics';
import type { GroundTruth } from '../metrics/detections';
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
  const instances: Instances[] = [];
  const { boxes, masks } = await measureInstances(model, dataset, options, (found) => append(instances, found));
  return { boxes, masks, instances };
}

/** What {@link measureInstances} finds: no masks, which of thousands of images would not fit into memory. */
export interface MeasuredInstances extends Omit<InstanceResult, 'instances'> {
  /** One entry an image. */
  detections: Detections[];
  /** One entry an image; areas are those of the masks. */
  truths: GroundTruth[];
  /** The overlaps of the masks of an image, `[rows, columns]` of its detections and truths. */
  overlaps: Overlaps;
}

/** {@link evaluateInstances}, which keeps no masks; `visit` is called with what was found in each batch. @internal */
export async function measureInstances(
  model: Pick<InstanceSegmenter, 'segment'>,
  dataset: Dataset<InstanceSample>,
  options: Pick<CocoMetricsOptions, 'areaBorders'> & { batchSize?: number } = {},
  visit: (found: readonly Instances[]) => void = () => {},
): Promise<MeasuredInstances> {
  const kinds = { batchSize: 'any', areaBorders: 'any' } as const;
  const { batchSize = 20, ...metrics } = checkOptions('evaluateInstances', options, kinds);
  checkEvaluated('evaluateInstances', model, { method: 'segment', dataset, batchSize });
  const detections: (Detections & { areas: NdArray<Float32Array> })[] = [];
  const truths: (GroundTruth & { areas: NdArray<Float32Array> })[] = [];
  const ious: Float64Array[] = [];
  const predict = (images: Tensor) => model.segment(images);
  for await (const { found, samples } of everyPrediction('evaluateInstances', predict, {
    what: 'instances',
    dataset,
    batchSize,
  })) {
    visit(found);
    // Only the overlaps are kept.
    for (const [n, { masks, boxes, labels, difficult, crowd }] of samples.entries()) {
      const own = found[n];
      ious.push(maskIou(own.masks, masks, { crowd: crowd?.data }).data);
      truths.push({ boxes, labels, difficult, crowd, areas: maskAreas(masks) });
      const { boxes: places, labels: kinds, scores } = own;
      detections.push({ boxes: places, labels: kinds, scores, areas: maskAreas(own.masks) });
    }
  }
  const overlaps: Overlaps = (image, rows, columns) => {
    const each = truths[image].labels.size;
    return rows.flatMap((d) => columns.map((g) => ious[image][d * each + g]));
  };
  const bare = detections.map(({ areas: _, ...found }) => found);
  return {
    boxes: cocoMetrics(
      bare,
      truths.map(({ areas: _, ...truth }) => truth),
      metrics,
    ),
    masks: cocoMetrics(detections, truths, { ...metrics, overlaps }),
    detections: bare,
    truths,
    overlaps,
  };
}
