import type { NdArray } from 'ndarray';
import { checkList } from '../checks/arguments';
import { checkArray } from '../checks/arrays';
import { isRecord } from '../checks/record';
import { shown } from '../checks/shown';
import { checkClasses } from '../data/checkSample';
import type { Classes } from '../data/dataset';
import type { PanopticMap } from '../data/panoptic';

/** Panoptic quality of one class, or the mean over classes. */
export interface PanopticScore {
  /** Panoptic quality, SQ · RQ. */
  PQ: number;
  /** Segmentation quality: the mean IoU of the segments that were found. */
  SQ: number;
  /** Recognition quality: the F1 score of finding them. */
  RQ: number;
}

/** Panoptic quality of one class and what it comes from. */
export interface PanopticClassScore extends PanopticScore {
  /** Entry of `[...stuff, ...things]`. */
  label: number;
  /** Segments that were found. */
  truePositives: number;
  /** Predicted segments that are not there. */
  falsePositives: number;
  /** Segments that were not found. */
  falseNegatives: number;
}

/** Result of {@link panopticQuality}. */
export interface PanopticResult extends PanopticScore {
  /** Means over the things alone; null where none of them is there or predicted. */
  things: PanopticScore | null;
  /** Means over the stuff alone. */
  stuff: PanopticScore | null;
  /** Classes of which a segment is there or predicted, in their order. */
  perClass: PanopticClassScore[];
}

/** One segment of an image. */
interface Segment {
  label: number;
  area: number;
  crowd: boolean;
}

const voidSegment = -1;

/** The segments of a map that have pixels, by their number. */
function readMap(caller: string, map: PanopticMap, classes: Classes): Map<number, Segment> {
  if (!isRecord(map)) throw new Error(`${caller}: expected { panoptic, labels }, got ${shown(map)}`);
  const { panoptic, labels, crowd } = map;
  checkArray(caller, 'panoptic', panoptic, '[H, W]');
  checkArray(caller, 'labels', labels, '[G]');
  const stuff = classes.stuff.length;
  const [count] = labels.shape;
  if (crowd !== undefined) checkArray(caller, 'crowd', crowd, `[${count}]`);
  const segments = new Map<number, Segment>();
  const [height, width] = panoptic.shape;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const number = panoptic.get(y, x);
      if (number === voidSegment) continue;
      const known = segments.get(number);
      if (known) {
        known.area++;
        continue;
      }
      if (!(Number.isInteger(number) && number >= 0 && number < stuff + count)) {
        throw new Error(
          `${caller}: expected segments from 0 to ${stuff + count - 1}, or −1 for void, got ${number} at [${y}, ${x}]`,
        );
      }
      const thing = number - stuff;
      const label = thing < 0 ? number : stuff + labels.get(thing);
      if (!(Number.isInteger(label) && label < stuff + classes.things.length && (thing < 0 || label >= stuff))) {
        throw new Error(
          `${caller}: expected labels from 0 to ${classes.things.length - 1}, got ${labels.get(thing)} at ${thing}`,
        );
      }
      segments.set(number, { label, area: 1, crowd: thing >= 0 && Boolean(crowd?.get(thing)) });
    }
  }
  return segments;
}

/** How many pixels a predicted and a true segment share, by prediction and truth; void is a segment like the others. */
function sharedPixels(found: NdArray<Int32Array>, truth: NdArray<Int32Array>): Map<number, Map<number, number>> {
  const shared = new Map<number, Map<number, number>>();
  const [height, width] = truth.shape;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [own, other] = [found.get(y, x), truth.get(y, x)];
      let row = shared.get(own);
      if (!row) {
        row = new Map();
        shared.set(own, row);
      }
      row.set(other, (row.get(other) ?? 0) + 1);
    }
  }
  return shared;
}

function scoreOf(iou: number, found: number, wrong: number, missed: number): PanopticScore {
  const total = found + wrong / 2 + missed / 2;
  return { PQ: iou / total, SQ: found === 0 ? 0 : iou / found, RQ: found / total };
}

function meanOf(scores: readonly PanopticClassScore[]): PanopticScore | null {
  if (scores.length === 0) return null;
  const mean = (name: keyof PanopticScore) => scores.reduce((sum, score) => sum + score[name], 0) / scores.length;
  return { PQ: mean('PQ'), SQ: mean('SQ'), RQ: mean('RQ') };
}

/** Counts of segments, image by image, and what follows from them. @internal */
export interface PanopticCounts {
  /** Compares one more image. */
  add(prediction: PanopticMap, truth: PanopticMap): void;
  result(): PanopticResult;
}

/** Counts for {@link panopticQuality}, which need not hold the maps of all images. @internal */
export function panopticCounts(classes: Classes): PanopticCounts {
  const kinds = classes.stuff.length + classes.things.length;
  const [iou, found, wrong, missed] = [0, 1, 2, 3].map(() => new Float64Array(kinds));
  let n = 0;

  function add(prediction: PanopticMap, truth: PanopticMap): void {
    const caller = `panopticQuality: image ${n}`;
    const wanted = readMap(`${caller}: truth`, truth, classes);
    const own = readMap(`${caller}: prediction`, prediction, classes);
    checkArray(caller, 'the predicted panoptic', prediction.panoptic, `[${truth.panoptic.shape.join(', ')}]`);
    const shared = sharedPixels(prediction.panoptic, truth.panoptic);
    const matched = new Set<number>();
    for (const [number, segment] of own) {
      const row = shared.get(number)!;
      const onVoid = row.get(voidSegment) ?? 0;
      let [isPair, onCrowd] = [false, 0];
      for (const [other, both] of row) {
        const target = wanted.get(other);
        if (!target || target.label !== segment.label) continue;
        if (target.crowd) {
          onCrowd += both;
          continue;
        }
        const overlap = both / (segment.area + target.area - both - onVoid);
        if (overlap <= 0.5) continue;
        isPair = true;
        matched.add(other);
        iou[segment.label] += overlap;
        found[segment.label]++;
      }
      if (!isPair && (onVoid + onCrowd) / segment.area <= 0.5) wrong[segment.label]++;
    }
    for (const [number, { label, crowd }] of wanted) if (!crowd && !matched.has(number)) missed[label]++;
    n++;
  }

  function result(): PanopticResult {
    const perClass: PanopticClassScore[] = [];
    for (let label = 0; label < kinds; label++) {
      if (found[label] + wrong[label] + missed[label] === 0) continue;
      perClass.push({
        label,
        ...scoreOf(iou[label], found[label], wrong[label], missed[label]),
        truePositives: found[label],
        falsePositives: wrong[label],
        falseNegatives: missed[label],
      });
    }
    const isStuff = ({ label }: PanopticClassScore) => label < classes.stuff.length;
    return {
      ...(meanOf(perClass) ?? { PQ: 0, SQ: 0, RQ: 0 }),
      things: meanOf(perClass.filter((score) => !isStuff(score))),
      stuff: meanOf(perClass.filter(isStuff)),
      perClass,
    };
  }

  return { add, result };
}

/**
 * Panoptic quality: one number for how well segments of stuff and things are found and outlined. A predicted and a true segment of the
 * same class match if their IoU is above ½; there can be only one such pair for each. For each class,
 *
 *     PQ = Σ IoU of the pairs / (TP + ½ FP + ½ FN) = SQ · RQ,    SQ = Σ IoU / TP,    RQ = TP / (TP + ½ FP + ½ FN)
 *
 * and the result is the mean over the classes of which a segment is there or predicted.
 *
 * Void pixels of the ground truth count for nothing: they are left out of the union, and a predicted segment of which more than half lies
 * on void, or on a crowd of its class, is no false positive. A crowd is neither to be found nor a pair.
 *
 * @param predictions one map an image. @param truths one map an image, of the same size. @param classes names of stuff and things.
 * @returns PQ, SQ and RQ from 0 to 1; all 0 where no class has a segment.
 * @throws where predictions and truths do not fit, and on segments and labels that do not exist.
 * @see Kirillov et al. 2019, Panoptic segmentation, section 4; equal to panopticapi's numbers.
 */
export function panopticQuality(
  predictions: readonly PanopticMap[],
  truths: readonly PanopticMap[],
  classes: Classes,
): PanopticResult {
  checkClasses('panopticQuality', classes);
  checkList('panopticQuality', 'predictions', predictions, '{ panoptic, labels }');
  checkList('panopticQuality', 'truths', truths, '{ panoptic, labels }');
  if (predictions.length !== truths.length) {
    const [found, wanted] = [predictions.length, truths.length];
    throw new Error(`panopticQuality: expected predictions of ${wanted} images, one a truth, got ${found}`);
  }
  const counts = panopticCounts(classes);
  for (const [n, truth] of truths.entries()) counts.add(predictions[n], truth);
  return counts.result();
}
