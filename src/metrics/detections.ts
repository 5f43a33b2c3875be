import type { Data, NdArray } from 'ndarray';
import { isNdArray } from '../data/pixels';
import { show } from '../tensor/shape';

/** What a detector says of one image; D may be 0. */
export interface Detections {
  /** `[D, 4]`, x1, y1, x2, y2 in px, right and lower edge exclusive. */
  boxes: NdArray<Float32Array>;
  /** `[D]`, classes from 0. */
  labels: NdArray<Int32Array>;
  /** `[D]`, the higher the surer. */
  scores: NdArray<Float32Array>;
  /** `[D]` in px²: those of the masks, where masks are compared (the boxes'). */
  areas?: NdArray<Float32Array>;
}

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

/** One image's boxes, read once; box i is `boxes[4 · i]` … `boxes[4 · i + 3]`. */
export interface BoxList {
  count: number;
  boxes: Float64Array;
  labels: number[];
  areas: Float64Array;
}

/** @throws `<caller>: expected <what> [count] …` unless it is an ndarray of that many finite numbers. */
function readList(caller: string, what: string, list: NdArray<Data<number>>, count: number): number[] {
  if (!isNdArray(list)) throw new Error(`${caller}: expected ${what} to be an ndarray, got ${typeof list}`);
  if (list.shape.length !== 1 || list.shape[0] !== count) {
    throw new Error(`${caller}: expected ${what} [${count}], got ${show(list.shape)}`);
  }
  return Array.from({ length: count }, (_, i) => {
    const value = Number(list.get(i));
    if (!Number.isFinite(value)) throw new Error(`${caller}: expected finite ${what}, got ${value} at ${i}`);
    return value;
  });
}

function readBoxes(caller: string, source: Detections | GroundTruth): BoxList {
  const { boxes, labels, areas } = source;
  if (!isNdArray(boxes)) throw new Error(`${caller}: expected boxes to be an ndarray [N, 4], got ${typeof boxes}`);
  const [count, width] = boxes.shape;
  if (boxes.shape.length !== 2 || width !== 4) {
    throw new Error(`${caller}: expected boxes [N, 4], got ${show(boxes.shape)}`);
  }
  const corners = new Float64Array(4 * count);
  const extents = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < 4; k++) corners[4 * i + k] = Number(boxes.get(i, k));
    const [x1, y1, x2, y2] = corners.subarray(4 * i, 4 * i + 4);
    extents[i] = (x2 - x1) * (y2 - y1);
    if (!(x1 <= x2 && y1 <= y2 && Number.isFinite(extents[i]))) {
      throw new Error(
        `${caller}: expected finite boxes with x1 ≤ x2 and y1 ≤ y2, got [${x1}, ${y1}, ${x2}, ${y2}] at ${i}`,
      );
    }
  }
  const classes = readList(caller, 'labels', labels, count);
  const bad = classes.findIndex((label) => !(Number.isInteger(label) && label >= 0));
  if (bad >= 0) throw new Error(`${caller}: expected whole labels from 0, got ${classes[bad]} at ${bad}`);
  return {
    count,
    boxes: corners,
    labels: classes,
    areas: areas === undefined ? extents : Float64Array.from(readList(caller, 'areas', areas, count)),
  };
}

/** Checks and copies one image's detections; `caller` begins the errors. @throws on other shapes, numbers that are not finite, and boxes inside out. */
export function readDetections(caller: string, detections: Detections): BoxList & { scores: number[] } {
  const list = readBoxes(caller, detections);
  return { ...list, scores: readList(caller, 'scores', detections.scores, list.count) };
}

/** Checks and copies one image's truth; `caller` begins the errors. @throws as {@link readDetections}. */
export function readGroundTruth(
  caller: string,
  truth: GroundTruth,
): BoxList & { crowd: boolean[]; difficult: boolean[] } {
  const list = readBoxes(caller, truth);
  const flags = (what: 'crowd' | 'difficult') => {
    const marks = truth[what];
    if (marks === undefined) return Array<boolean>(list.count).fill(false);
    return readList(caller, what, marks, list.count).map((mark) => mark !== 0);
  };
  return { ...list, crowd: flags('crowd'), difficult: flags('difficult') };
}
