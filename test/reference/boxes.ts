import { type Array64, at, build } from './array64';

export type Box = readonly number[];

export function boxOf(boxes: Array64, i: number): Box {
  return [at(boxes, i, 0), at(boxes, i, 1), at(boxes, i, 2), at(boxes, i, 3)];
}

export function area([x1, y1, x2, y2]: Box): number {
  return (x2 - x1) * (y2 - y1);
}

export function intersection(a: Box, b: Box): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  return width > 0 && height > 0 ? width * height : 0;
}

export function iou(a: Box, b: Box): number {
  const shared = intersection(a, b);
  return shared === 0 ? 0 : shared / (area(a) + area(b) - shared);
}

export function giou(a: Box, b: Box): number {
  const hull = [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
  if (area(hull) === 0) return iou(a, b);
  return iou(a, b) - (area(hull) - area(a) - area(b) + intersection(a, b)) / area(hull);
}

/** IoU − (distance of the centers)² / (diagonal of the hull)². */
export function diou(a: Box, b: Box): number {
  const x = (a[0] + a[2]) / 2 - (b[0] + b[2]) / 2;
  const y = (a[1] + a[3]) / 2 - (b[1] + b[3]) / 2;
  const width = Math.max(a[2], b[2]) - Math.min(a[0], b[0]);
  const height = Math.max(a[3], b[3]) - Math.min(a[1], b[1]);
  const diagonal = width ** 2 + height ** 2;
  return diagonal === 0 ? iou(a, b) : iou(a, b) - (x ** 2 + y ** 2) / diagonal;
}

/** How much the ratios of the sides differ, from 0 to 1. */
export function aspectDifference(a: Box, b: Box): number {
  const [angle, other] = [a, b].map(([x1, y1, x2, y2]) => Math.atan2(x2 - x1, y2 - y1));
  return (4 / Math.PI ** 2) * (angle - other) ** 2;
}

/** How much that counts in CIoU. */
export function aspectWeight(a: Box, b: Box): number {
  const v = aspectDifference(a, b);
  return v === 0 ? 0 : v / (1 - iou(a, b) + v);
}

export function ciou(a: Box, b: Box): number {
  return diou(a, b) - aspectWeight(a, b) * aspectDifference(a, b);
}

export function everyPair(measure: (a: Box, b: Box) => number, a: Array64, b: Array64): Array64 {
  return build([a.shape[0], b.shape[0]], (i, j) => measure(boxOf(a, i), boxOf(b, j)));
}

/** A measure of each row of `a` with the same row of `b`. */
export function eachPair(measure: (a: Box, b: Box, row: number) => number, a: Array64, b: Array64): Array64 {
  return build([a.shape[0]], (i) => measure(boxOf(a, i), boxOf(b, i), i));
}

/** The slides' loop: take the best that is left, drop what overlaps it, repeat; one class after the other, then all by score. */
export function nms(
  boxes: readonly Box[],
  scores: readonly number[],
  labels: readonly number[],
  threshold: number,
): number[] {
  const kept: number[] = [];
  for (const label of new Set(labels)) {
    let left = labels.flatMap((own, i) => (own === label ? [i] : []));
    while (left.length > 0) {
      let best = left[0];
      for (const i of left) if (scores[i] > scores[best]) best = i;
      kept.push(best);
      left = left.filter((i) => i !== best && iou(boxes[best], boxes[i]) <= threshold);
    }
  }
  return kept.sort((i, j) => scores[j] - scores[i] || i - j);
}

/** Bodla's algorithm on one class, with the whole table of overlaps. */
export function softNms(
  boxes: readonly Box[],
  scores: readonly number[],
  factor: (overlap: number) => number,
  minimumScore: number,
): { rows: number[]; scores: number[] } {
  const overlaps = boxes.map((a) => boxes.map((b) => iou(a, b)));
  const current = [...scores];
  const taken = boxes.map(() => false);
  const rows: number[] = [];
  for (;;) {
    let best: number | null = null;
    for (let i = 0; i < boxes.length; i++) {
      if (taken[i] || current[i] < minimumScore) continue;
      if (best === null || current[i] > current[best]) best = i;
    }
    if (best === null) return { rows, scores: rows.map((row) => current[row]) };
    taken[best] = true;
    rows.push(best);
    for (let i = 0; i < boxes.length; i++) if (!taken[i]) current[i] *= factor(overlaps[best][i]);
  }
}

/** (t_x, t_y, t_w, t_h) of one box and one prior. */
export function encode([x1, y1, x2, y2]: Box, [p1, q1, p2, q2]: Box): number[] {
  const [width, height, priorWidth, priorHeight] = [x2 - x1, y2 - y1, p2 - p1, q2 - q1];
  return [
    (x1 + width / 2 - (p1 + priorWidth / 2)) / priorWidth,
    (y1 + height / 2 - (q1 + priorHeight / 2)) / priorHeight,
    Math.log(width / priorWidth),
    Math.log(height / priorHeight),
  ];
}

/** The slides' b = p + p t, back to corners; sizes without a limit. */
export function decode([tx, ty, tw, th]: readonly number[], [p1, q1, p2, q2]: Box): number[] {
  const [priorWidth, priorHeight] = [p2 - p1, q2 - q1];
  const x = p1 + priorWidth / 2 + priorWidth * tx;
  const y = q1 + priorHeight / 2 + priorHeight * ty;
  const [width, height] = [priorWidth * Math.exp(tw), priorHeight * Math.exp(th)];
  return [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
}

/** Numbers of two corners in any order, as boxes. */
export function randomBoxes(next: () => number, count: number, side = 100, least = 0): Box[] {
  return Array.from({ length: count }, () => {
    const span = (): [number, number] => {
      const [a, b] = [next() * side, next() * side].sort((one, other) => one - other);
      return [Math.fround(a), Math.fround(b + least)];
    };
    const [[x1, x2], [y1, y2]] = [span(), span()];
    return [x1, y1, x2, y2];
  });
}
