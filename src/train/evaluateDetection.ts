import type { Detections } from '../boxes/detections';
import { append } from '../checks/extremes';
import { checkOptions } from '../checks/options';
import type { Dataset, DetectionSample } from '../data/dataset';
import { type CocoMetrics, type CocoMetricsOptions, cocoMetrics } from '../metrics/cocoMetrics';
import type { GroundTruth } from '../metrics/detections';
import type { Detector } from '../models/contract';
import type { Tensor } from '../tensor/tensor';
import { checkEvaluated, everyPrediction } from './evaluated';

/** How well a model finds the things of a data set: COCO's numbers, and what they come from. */
export interface DetectionResult extends CocoMetrics {
  /** One entry an image. */
  detections: Detections[];
  /** One entry an image. */
  truths: GroundTruth[];
}

/** Settings of {@link evaluateDetection}. */
export interface EvaluateDetectionOptions extends CocoMetricsOptions {
  /** Images at once; a divisor of the data set's length saves a compilation. */
  batchSize?: number;
}

/**
 * Detects the things of every image of a data set and compares them with the truth; see {@link cocoMetrics}. Crowds and difficult
 * things count neither for nor against the model.
 * @param options batchSize: 20; the others are those of {@link cocoMetrics}.
 * @throws on a batch size that is not a whole number of 1 or more, and where the model or {@link cocoMetrics} does.
 */
export async function evaluateDetection(
  model: Pick<Detector, 'detect'>,
  dataset: Dataset<DetectionSample>,
  options: EvaluateDetectionOptions = {},
): Promise<DetectionResult> {
  const kinds = { batchSize: 'any', overlaps: 'function', areaBorders: 'any' } as const;
  const { batchSize = 20, ...metrics } = checkOptions('evaluateDetection', options, kinds);
  checkEvaluated('evaluateDetection', model, { method: 'detect', dataset, batchSize });
  const detections: Detections[] = [];
  const truths: GroundTruth[] = [];
  const predict = (images: Tensor) => model.detect(images);
  for await (const { found, samples } of everyPrediction('evaluateDetection', predict, {
    what: 'detections',
    dataset,
    batchSize,
  })) {
    append(detections, found);
    for (const { boxes, labels, difficult, crowd, areas } of samples) {
      truths.push({ boxes, labels, difficult, crowd, areas });
    }
  }
  return { ...cocoMetrics(detections, truths, metrics), detections, truths };
}
