import { checkCount } from '../checks/numbers';
import { checkOption, checkOptions } from '../checks/options';
import { isRecord } from '../checks/record';
import { shown } from '../checks/shown';
import { groupByClass, matchClass, type Overlaps } from './classMatches';
import type { Detections, GroundTruth } from './detections';
import { checkMatching, checkThreshold, type Matching } from './matchDetections';
import { curveOf, type PrecisionRecallCurve } from './precisionRecall';

/**
 * How the area under a precision–recall curve is taken; all three first raise each precision to the highest one further right.
 *
 * - `voc11`: the mean over the recalls 0, 0.1, …, 1; VOC until 2009.
 * - `allPoint`: the area itself; VOC from 2010 on.
 * - `coco101`: the mean over the recalls 0, 0.01, …, 1; COCO.
 */
export type Interpolation = 'voc11' | 'allPoint' | 'coco101';

const interpolations: readonly Interpolation[] = ['voc11', 'allPoint', 'coco101'];

/** The recalls at which an interpolation reads the curve. `0.01 · i` is rounded as in pycocotools, which decides where a recall is met. */
const levels = {
  voc11: Array.from({ length: 11 }, (_, i) => i / 10),
  coco101: Array.from({ length: 101 }, (_, i) => 0.01 * i),
};

/** Throws unless a curve has a precision, and a recall where it is asked for, of each point, all of them numbers. */
function checkCurve(caller: string, curve: Partial<Pick<PrecisionRecallCurve, 'precision' | 'recall'>>): void {
  if (!isRecord(curve)) {
    throw new Error(`${caller}: expected a curve such as precisionRecall gives, got ${shown(curve)}`);
  }
  for (const name in curve) {
    if (name !== 'precision' && name !== 'recall') continue;
    const values = curve[name];
    const isList = Array.isArray(values) || ArrayBuffer.isView(values);
    // Without truths, recalls are NaN: such a curve has no area, and is none of the wrong ones.
    const wrong = isList ? Array.from(values).findIndex((value) => typeof value !== 'number') : 0;
    if (wrong >= 0) throw new Error(`${caller}: expected ${name} to be a list of numbers, got ${shown(values)}`);
  }
  if (curve.recall && curve.precision!.length !== curve.recall.length) {
    const counts = `${curve.precision!.length} and ${curve.recall.length}`;
    throw new Error(`${caller}: expected a precision for each recall, got ${counts}`);
  }
}

/**
 * The highest precision at this recall or a higher one, for each point of a curve:
 *
 *     p(r) = max { precision(r̃) : r̃ ≥ r }
 *
 * @param curve its points by rising recall, as {@link precisionRecall} gives them.
 * @returns one number a point, 0–1.
 * @throws on what is no curve.
 */
export function interpolatedPrecision(curve: Pick<PrecisionRecallCurve, 'precision'>): Float64Array {
  checkCurve('interpolatedPrecision', { precision: curve?.precision });
  const raised = Float64Array.from(curve.precision);
  for (let n = raised.length - 2; n >= 0; n--) raised[n] = Math.max(raised[n], raised[n + 1]);
  return raised;
}

/**
 * What `voc11` and `coco101` average: the interpolated precision at 11 or 101 recalls, 0 beyond the highest recall of the curve.
 * @param curve its points by rising recall, as {@link precisionRecall} gives them.
 * @returns the recalls 0, 0.1, …, 1 or 0, 0.01, …, 1, and the precision at each.
 * @throws on what is no curve, and on another interpolation.
 */
export function sampledPrecision(
  curve: Pick<PrecisionRecallCurve, 'precision' | 'recall'>,
  interpolation: 'voc11' | 'coco101',
): { recall: number[]; precision: number[] } {
  checkCurve('sampledPrecision', { precision: curve?.precision, recall: curve?.recall });
  checkOption('sampledPrecision', 'interpolation', interpolation, ['voc11', 'coco101']);
  const { recall } = curve;
  const raised = interpolatedPrecision(curve);
  let n = 0;
  const precision = levels[interpolation].map((level) => {
    while (n < recall.length && recall[n] < level) n++;
    return n < recall.length ? raised[n] : 0;
  });
  return { recall: [...levels[interpolation]], precision };
}

/**
 * The average precision of one class: the area under its interpolated precision–recall curve.
 *
 *     allPoint: Σₙ (rₙ − rₙ₋₁) p(rₙ);    voc11, coco101: the mean of p(r) over 11 or 101 recalls r;    p(r) = max { precision(r̃) : r̃ ≥ r }
 *
 * Beyond the highest recall p is 0.
 *
 * @returns 0 where nothing was found or nothing detected, null where there is no truth to find.
 * @throws on another interpolation, and where precision and recall differ in length.
 * @see Everingham et al., The PASCAL Visual Object Classes (VOC) Challenge, IJCV 2010, section 4.2.
 */
export function averagePrecision(
  curve: Pick<PrecisionRecallCurve, 'precision' | 'recall' | 'truths'>,
  interpolation: Interpolation = 'allPoint',
): number | null {
  checkCurve('averagePrecision', { precision: curve?.precision, recall: curve?.recall });
  checkCount('averagePrecision', 'truths', curve.truths, 0);
  checkOption('averagePrecision', 'interpolation', interpolation, interpolations);
  const { recall, truths } = curve;
  if (truths === 0) return null;
  if (interpolation === 'allPoint') {
    const raised = interpolatedPrecision(curve);
    return raised.reduce((area, precision, n) => area + (recall[n] - (n === 0 ? 0 : recall[n - 1])) * precision, 0);
  }
  const { precision } = sampledPrecision(curve, interpolation);
  return precision.reduce((sum, value) => sum + value, 0) / precision.length;
}

/** Settings of {@link meanAveragePrecision}. */
export interface MeanAveragePrecisionOptions {
  /** One IoU threshold or several, each above 0 and at most 1, over which the precisions are averaged (0.5). */
  iouThreshold?: number | readonly number[];
  /** How the area under a curve is taken (`allPoint`). */
  interpolation?: Interpolation;
  /** Whose rule finds the truth of a detection (`voc`). */
  matching?: Matching;
  /** What is compared, such as masks (the boxes' intersection over union). */
  overlaps?: Overlaps;
}

/** The average precision of one class. */
export interface ClassPrecision {
  /** The class. */
  label: number;
  /** How many truths there are to find. */
  truths: number;
  /** The mean over the thresholds; null where there are no truths. */
  AP: number | null;
}

/** Result of {@link meanAveragePrecision}. */
export interface MeanAveragePrecision {
  /** The mean over the classes that have truths; null where none has. */
  mAP: number | null;
  /** Each class that is detected or there, by its label. */
  perClass: ClassPrecision[];
}

/** The mean of the numbers that are there; null where none is. */
export function meanOf(values: readonly (number | null)[]): number | null {
  const present = values.filter((value) => value !== null);
  return present.length === 0 ? null : present.reduce((sum, value) => sum + value, 0) / present.length;
}

/**
 * The mean over the classes, and over the IoU thresholds, of their average precisions.
 *
 *     mAP = 1/K · Σ AP(class)
 *
 * Classes without truths have no average precision and do not count, even where something was detected as one of them. The defaults
 * are those of VOC 2010 to 2012; {@link cocoMetrics} are COCO's.
 *
 * @param detections One entry an image.
 * @param truths One entry an image.
 * @throws where an image lacks its partner, on other shapes, on numbers that are not finite, on boxes inside out, naming the image.
 */
export function meanAveragePrecision(
  detections: readonly Detections[],
  truths: readonly GroundTruth[],
  options: MeanAveragePrecisionOptions = {},
): MeanAveragePrecision {
  const {
    iouThreshold = 0.5,
    interpolation = 'allPoint',
    matching = 'voc',
    overlaps,
  } = checkOptions('meanAveragePrecision', options, {
    iouThreshold: 'any',
    interpolation: interpolations,
    matching: 'any',
    overlaps: 'function',
  });
  const thresholds = Array.isArray(iouThreshold) ? (iouThreshold as readonly number[]) : [iouThreshold as number];
  if (thresholds.length === 0) throw new Error('meanAveragePrecision: expected at least one IoU threshold, got none');
  for (const threshold of thresholds) checkThreshold('meanAveragePrecision', threshold);
  checkMatching('meanAveragePrecision', matching);
  const perClass = groupByClass('meanAveragePrecision', detections, truths, overlaps).map((group) => {
    const curves = thresholds.map((threshold) =>
      curveOf(group.label, matchClass(group, { threshold, matching, maxDetections: Number.POSITIVE_INFINITY })),
    );
    const AP = meanOf(curves.map((curve) => averagePrecision(curve, interpolation)));
    return { label: group.label, truths: curves[0].truths, AP };
  });
  return { mAP: meanOf(perClass.map(({ AP }) => AP)), perClass };
}
