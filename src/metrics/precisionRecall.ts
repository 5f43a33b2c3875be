import { checkCount } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { type ClassMatches, groupByClass, matchClass, type Overlaps } from './classMatches';
import type { Detections, GroundTruth } from './detections';
import { checkMatching, checkThreshold, type Matching } from './matchDetections';

/** Settings of {@link precisionRecall}. */
export interface PrecisionRecallOptions {
  /** The class. */
  label: number;
  /** Overlap from which on a detection can match, above 0 and at most 1 (0.5). */
  iouThreshold?: number;
  /** Whose rule finds the truth of a detection (`voc`). */
  matching?: Matching;
  /** Detections of the class in each image that count, the highest-scoring first (all). */
  maxDetections?: number;
  /** What is compared, such as masks (the boxes' intersection over union). */
  overlaps?: Overlaps;
}

/** Precision and recall of one class, one point for each of its N detections that count, the highest-scoring first. */
export interface PrecisionRecallCurve {
  /** The class. */
  label: number;
  /** How many truths there are to find; crowds and difficult ones do not count. */
  truths: number;
  /** `[N]`, falling. */
  scores: Float64Array;
  /** `[N]`: correct ones among the first n detections, divided by n. */
  precision: Float64Array;
  /** `[N]`: correct ones among the first n detections, divided by `truths`; NaN where there are no truths. */
  recall: Float64Array;
  /** `[N]`: where a detection found a truth that nothing had found before. */
  correct: boolean[];
  /** `[N]`: the image of each detection. */
  images: Int32Array;
  /** `[N]`: its number in that image. */
  detections: Int32Array;
}

/** The curve of matched detections. */
export function curveOf(label: number, { ranked, truths }: ClassMatches): PrecisionRecallCurve {
  let found = 0;
  const counts = ranked.map(({ correct }) => (correct ? ++found : found));
  return {
    label,
    truths,
    scores: Float64Array.from(ranked, ({ score }) => score),
    precision: Float64Array.from(counts, (count, n) => count / (n + 1)),
    recall: Float64Array.from(counts, (count) => count / truths),
    correct: ranked.map(({ correct }) => correct),
    images: Int32Array.from(ranked, ({ image }) => image),
    detections: Int32Array.from(ranked, ({ detection }) => detection),
  };
}

/**
 * The precision–recall curve of one class over all images.
 *
 *     precision = TP / (TP + FP),    recall = TP / (TP + FN)
 *
 * The detections of all images are taken by falling score. Each gives a point: one that finds a truth is a true positive, one that
 * finds none, or only one found before, is a false positive. Detections of difficult truths and crowds are left out, and so are these
 * truths. Detections with equal scores are taken one by one, in the order of the images and in them.
 *
 * @param detections One entry an image.
 * @param truths One entry an image.
 * @returns An empty curve where there are no detections.
 * @throws where an image lacks its partner, on other shapes, on numbers that are not finite, on boxes inside out, naming the image.
 */
export function precisionRecall(
  detections: readonly Detections[],
  truths: readonly GroundTruth[],
  options: PrecisionRecallOptions,
): PrecisionRecallCurve {
  const {
    label,
    iouThreshold = 0.5,
    matching = 'voc',
    maxDetections = Number.POSITIVE_INFINITY,
    overlaps,
  } = checkOptions('precisionRecall', options, {
    label: 'any',
    iouThreshold: 'any',
    matching: 'any',
    maxDetections: 'any',
    overlaps: 'function',
  });
  checkThreshold('precisionRecall', iouThreshold);
  checkMatching('precisionRecall', matching);
  checkCount('precisionRecall', 'maxDetections', maxDetections, 1, true);
  checkCount('precisionRecall', 'label', label, 0);
  const group = groupByClass('precisionRecall', detections, truths, overlaps).find((one) => one.label === label);
  const settings = { threshold: iouThreshold, matching, maxDetections };
  return curveOf(label, matchClass(group ?? { label, images: [] }, settings));
}
