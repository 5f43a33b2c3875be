import type { NdArray } from 'ndarray';
import { type BoxList, readBoxes, readNumbers } from '../boxes/boxList';
import type { Detections } from '../boxes/detections';
import { areaOf } from '../boxes/overlap';
import { isNdarray } from '../checks/isNdarray';
import { isRecord } from '../checks/record';
import { shown } from '../checks/shown';

export type { Detections };

/** What is really there, in one image; G may be 0. A `Sample` of a data set is one. */
export interface GroundTruth {
  /** `[G, 4]`, x1, y1, x2, y2 in px, right and lower edge exclusive. */
  boxes: NdArray<Float32Array>;
  /** `[G]`, classes from 0. */
  labels: NdArray<Int32Array>;
  /** `[G]`, 1 where the box holds a crowd that nobody counted, as in COCO: to be found by any number of detections, or none. */
  crowd?: NdArray<Uint8Array>;
  /** `[G]`, 1 where not even a good detector need find it, as in VOC. */
  difficult?: NdArray<Uint8Array>;
  /** `[G]` in px²: COCO's are those of the masks (the boxes'). */
  areas?: NdArray<Float32Array>;
}

/** One image's boxes of all classes, read once; box i is `corners[4 · i]` … `corners[4 · i + 3]`. */
export interface LabeledBoxes extends BoxList {
  labels: Float64Array;
  areas: Float64Array;
}

function readLabeled(caller: string, labeled: Detections | GroundTruth): LabeledBoxes {
  if (!isRecord(labeled) || isNdarray(labeled)) {
    throw new Error(`${caller}: expected { boxes, labels, … } of an image, got ${shown(labeled)}`);
  }
  const { boxes, labels, areas } = labeled;
  const { count, corners } = readBoxes(caller, boxes);
  const classes = readNumbers(caller, 'labels', labels, count);
  const wrong = classes.findIndex((label) => !(Number.isInteger(label) && label >= 0));
  if (wrong >= 0) throw new Error(`${caller}: expected whole labels from 0, got ${classes[wrong]} at ${wrong}`);
  return {
    count,
    corners,
    labels: classes,
    areas:
      areas !== undefined
        ? readNumbers(caller, 'areas', areas, count)
        : Float64Array.from({ length: count }, (_, i) => areaOf(corners, i)),
  };
}

/**
 * Checks and copies one image's detections; `caller` begins the errors.
 * @throws on other shapes, numbers that are not finite, labels that are not whole, and boxes inside out.
 */
export function readDetections(caller: string, detections: Detections): LabeledBoxes & { scores: Float64Array } {
  const list = readLabeled(caller, detections);
  return { ...list, scores: readNumbers(caller, 'scores', detections.scores, list.count) };
}

/** Checks and copies one image's truth; `caller` begins the errors. @throws as {@link readDetections}. */
export function readGroundTruth(
  caller: string,
  truth: GroundTruth,
): LabeledBoxes & { crowd: boolean[]; difficult: boolean[] } {
  const list = readLabeled(caller, truth);
  const flags = (what: 'crowd' | 'difficult') => {
    const marks = truth[what];
    if (marks === undefined) return Array<boolean>(list.count).fill(false);
    return Array.from(readNumbers(caller, what, marks, list.count), (mark) => mark !== 0);
  };
  return { ...list, crowd: flags('crowd'), difficult: flags('difficult') };
}

/** Numbers of the boxes of one class. */
export function ofClass({ labels }: { labels: Float64Array }, label: number): number[] {
  return Array.from(labels.keys()).filter((i) => labels[i] === label);
}
