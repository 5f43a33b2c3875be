import ndarray from 'ndarray';
import { checkList } from '../checks/arguments';
import { isRecord } from '../checks/record';
import { shown } from '../checks/shown';
import type { Detections } from './detections';

/** One box of {@link toDetections}. */
export interface DetectionRow {
  /** `[4]`, x1, y1, x2, y2 in px. */
  box: ArrayLike<number>;
  /** Class, a whole number from 0. */
  label: number;
  /** The higher the surer (1). */
  score?: number;
}

/**
 * Boxes written one by one as the arrays that metrics and figures take; without scores they are a ground truth as well.
 * @example
 * toDetections([{ box: [0, 0, 20, 20], label: 1, score: 0.9 }]).boxes.shape; // [1, 4]
 *
 * @param rows D rows. @returns boxes `[D, 4]`, labels and scores `[D]`.
 * @throws where a box is not four finite numbers, a label not a whole number from 0, and a score not finite.
 */
export function toDetections(rows: readonly DetectionRow[]): Detections {
  checkList('toDetections', 'rows', rows, '{ box, label, score }');
  const count = rows.length;
  const boxes = new Float32Array(4 * count);
  const labels = new Int32Array(count);
  const scores = new Float32Array(count);
  for (const [i, row] of rows.entries()) {
    if (!isRecord(row)) throw new Error(`toDetections: expected { box, label, score }, got ${shown(row)} at ${i}`);
    const { box, label, score = 1 } = row;
    const isList = Array.isArray(box) || (ArrayBuffer.isView(box) && !(box instanceof DataView));
    const corners = isList ? Array.from(box as ArrayLike<number>) : [];
    if (corners.length !== 4 || !corners.every(Number.isFinite)) {
      throw new Error(`toDetections: expected a box of four finite numbers, got ${shown(box)} at ${i}`);
    }
    if (!(Number.isInteger(label) && label >= 0 && label < 2 ** 31)) {
      throw new Error(`toDetections: expected a label that is a whole number from 0, got ${shown(label)} at ${i}`);
    }
    if (!Number.isFinite(score)) {
      throw new Error(`toDetections: expected a finite score, got ${shown(score)} at ${i}`);
    }
    boxes.set(corners, 4 * i);
    labels[i] = label;
    scores[i] = score;
  }
  return {
    boxes: ndarray(boxes, [count, 4]),
    labels: ndarray(labels, [count]),
    scores: ndarray(scores, [count]),
  };
}
