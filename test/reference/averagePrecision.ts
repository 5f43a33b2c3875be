export type Box = readonly [number, number, number, number];
export interface ReferenceDetection {
  image: number;
  box: Box;
  score: number;
}
export interface ReferenceTruth {
  image: number;
  box: Box;
  difficult: boolean;
}

function iou(a: Box, b: Box): number {
  const width = Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0]));
  const height = Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
  const area = (box: Box) => (box[2] - box[0]) * (box[3] - box[1]);
  const union = area(a) + area(b) - width * height;
  return union > 0 ? (width * height) / union : 0;
}

/** True and false positives of one class by the rule of the VOC devkit, the surest first; null where the truth is difficult. */
export function vocOutcomes(
  detections: readonly ReferenceDetection[],
  truths: readonly ReferenceTruth[],
  threshold: number,
): (boolean | null)[] {
  const found = new Set<ReferenceTruth>();
  const byScore = [...detections].sort((a, b) => b.score - a.score);
  return byScore.map(({ image, box }) => {
    let nearest: ReferenceTruth | undefined;
    for (const truth of truths) {
      if (truth.image !== image) continue;
      if (nearest === undefined || iou(box, truth.box) > iou(box, nearest.box)) nearest = truth;
    }
    if (nearest === undefined || iou(box, nearest.box) < threshold) return false;
    if (nearest.difficult) return null;
    if (found.has(nearest)) return false;
    found.add(nearest);
    return true;
  });
}

/** Precision and recall of the first 1, 2, … detections. */
export function curve(correct: readonly boolean[], truths: number): { precision: number[]; recall: number[] } {
  const hits = correct.map((_, n) => correct.slice(0, n + 1).filter(Boolean).length);
  return { precision: hits.map((count, n) => count / (n + 1)), recall: hits.map((count) => count / truths) };
}

/** The highest precision at a recall of `level` or more; 0 where there is none. */
function highest(precision: readonly number[], recall: readonly number[], level: number): number {
  return Math.max(0, ...precision.filter((_, n) => recall[n] >= level));
}

/** The mean of the interpolated precision at the recalls 0, 1/steps, …, 1. */
export function sampledPrecision(precision: readonly number[], recall: readonly number[], steps: number): number {
  let total = 0;
  for (let i = 0; i <= steps; i++) total += highest(precision, recall, i / steps);
  return total / (steps + 1);
}

/** The area under the interpolated precision. Recall rises in steps of one truth: each adds the highest precision from there on. */
export function areaUnderCurve(precision: readonly number[], recall: readonly number[], truths: number): number {
  let total = 0;
  for (let k = 1; k <= truths; k++) total += highest(precision, recall, k / truths) / truths;
  return total;
}
