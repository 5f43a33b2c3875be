import { checkList } from '../checks/arguments';
import { checkPositive } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { averagePrecision, meanOf } from './averagePrecision';
import { type ClassGroup, type ClassMatches, groupByClass, matchClass, type Overlaps } from './classMatches';
import type { Detections, GroundTruth } from './detections';
import { curveOf } from './precisionRecall';

/** Settings of {@link cocoMetrics}. */
export interface CocoMetricsOptions {
  /** What is compared, such as masks (the boxes' intersection over union). */
  overlaps?: Overlaps;
  /** Where small ends and large begins, in px² (32² and 96²); an area on the border belongs to both sides. */
  areaBorders?: readonly [number, number];
}

/** COCO's twelve numbers. Each is a mean over the classes that have such truths, and null where none has. */
export interface CocoSummary {
  /** Average precision, the mean over the IoU thresholds 0.50, 0.55, …, 0.95. */
  mAP: number | null;
  /** Average precision at IoU 0.50. */
  AP50: number | null;
  /** Average precision at IoU 0.75. */
  AP75: number | null;
  /** `mAP` of small things, of less than 32² px². */
  APs: number | null;
  /** `mAP` of medium things. */
  APm: number | null;
  /** `mAP` of large things, of more than 96² px². */
  APl: number | null;
  /** Highest recall with one detection an image and class, the mean over the IoU thresholds. */
  AR1: number | null;
  /** The same with 10 detections. */
  AR10: number | null;
  /** The same with 100 detections. */
  AR100: number | null;
  /** `AR100` of small things. */
  ARs: number | null;
  /** `AR100` of medium things. */
  ARm: number | null;
  /** `AR100` of large things. */
  ARl: number | null;
}

/** The same numbers of one class. */
export interface CocoClassSummary extends CocoSummary {
  /** The class. */
  label: number;
  /** How many truths there are to find; crowds do not count. */
  truths: number;
}

/** Result of {@link cocoMetrics}. */
export interface CocoMetrics extends CocoSummary {
  /** Each class that is detected or there, by its label. */
  perClass: CocoClassSummary[];
}

/** 0.50, 0.55, …, 0.95, rounded as in pycocotools: it decides whether an IoU of 9/10 passes 0.90. */
const thresholds = Array.from({ length: 10 }, (_, i) => i * ((0.95 - 0.5) / 9) + 0.5);
/** COCO's largest area of anything. */
const everything = 1e5 ** 2;

/** The share of the truths that the first `maxDetections` of each image find. */
function recallOf({ ranked, truths }: ClassMatches, maxDetections = 100): number | null {
  if (truths === 0) return null;
  return ranked.filter(({ correct, rank }) => correct && rank < maxDetections).length / truths;
}

function summarize(group: ClassGroup, [small, large]: readonly [number, number]): CocoClassSummary {
  const matched = (areaRange: [number, number]) =>
    thresholds.map((threshold) => matchClass(group, { threshold, matching: 'coco', maxDetections: 100, areaRange }));
  const precisionOf = (matches: ClassMatches) => averagePrecision(curveOf(group.label, matches), 'coco101');
  const all = matched([0, everything]);
  const bySize = [matched([0, small]), matched([small, large]), matched([large, everything])];
  const precisions = all.map(precisionOf);
  const [APs, APm, APl] = bySize.map((matches) => meanOf(matches.map(precisionOf)));
  const [ARs, ARm, ARl] = bySize.map((matches) => meanOf(matches.map((one) => recallOf(one))));
  const [AR1, AR10, AR100] = [1, 10, 100].map((most) => meanOf(all.map((one) => recallOf(one, most))));
  return {
    label: group.label,
    truths: all[0].truths,
    mAP: meanOf(precisions),
    AP50: precisions[0],
    AP75: precisions[5],
    APs,
    APm,
    APl,
    AR1,
    AR10,
    AR100,
    ARs,
    ARm,
    ARl,
  };
}

/**
 * COCO's twelve numbers for detections, equal to pycocotools': ten IoU thresholds, 101 recalls, at most 100 detections an image and
 * class. Where pycocotools gives −1, for a class or a size without truths, there is null here, and means leave it out.
 *
 * @param detections One entry an image.
 * @param truths One entry an image; `areas` are those of the masks in COCO, and decide what is small.
 * @throws where an image lacks its partner, on other shapes, on numbers that are not finite, on boxes inside out, naming the image;
 * and unless 0 < small ≤ large.
 * @see Lin et al., Microsoft COCO: Common Objects in Context, ECCV 2014; {@link https://cocodataset.org/#detection-eval}.
 */
export function cocoMetrics(
  detections: readonly Detections[],
  truths: readonly GroundTruth[],
  options: CocoMetricsOptions = {},
): CocoMetrics {
  const { overlaps, areaBorders = [32 ** 2, 96 ** 2] } = checkOptions('cocoMetrics', options, {
    overlaps: 'function',
    areaBorders: 'any',
  });
  checkList('cocoMetrics', 'areaBorders', areaBorders, '2 areas');
  const [small, large] = areaBorders;
  checkPositive('cocoMetrics', 'areaBorders', small);
  checkPositive('cocoMetrics', 'areaBorders', large);
  if (areaBorders.length !== 2 || !(small <= large && large <= everything)) {
    throw new Error(`cocoMetrics: expected areaBorders 0 < small ≤ large ≤ 1e10, got [${areaBorders}]`);
  }
  const perClass = groupByClass('cocoMetrics', detections, truths, overlaps).map((group) =>
    summarize(group, areaBorders),
  );
  const mean = (name: keyof CocoSummary) => meanOf(perClass.map((summary) => summary[name]));
  return {
    mAP: mean('mAP'),
    AP50: mean('AP50'),
    AP75: mean('AP75'),
    APs: mean('APs'),
    APm: mean('APm'),
    APl: mean('APl'),
    AR1: mean('AR1'),
    AR10: mean('AR10'),
    AR100: mean('AR100'),
    ARs: mean('ARs'),
    ARm: mean('ARm'),
    ARl: mean('ARl'),
    perClass,
  };
}
