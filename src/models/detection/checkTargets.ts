import type { DetectionSample } from '../../data/dataset';

/**
 * What every detector asks of the boxes and labels that it is trained on: finite corners with x1 < x2 and y1 < y2, in px, and for each box a
 * class from 0 to `classes` − 1.
 * @throws naming the sample, by its place in the batch, and the box.
 */
export function checkTargets(model: string, samples: readonly DetectionSample[], classes: number): void {
  for (const [n, { boxes, labels }] of samples.entries()) {
    if (labels.shape[0] !== boxes.shape[0]) {
      throw new Error(
        `${model}: expected a label for each of ${boxes.shape[0]} boxes, got ${labels.shape[0]} in sample ${n}`,
      );
    }
    for (let g = 0; g < boxes.shape[0]; g++) {
      const [x1, y1, x2, y2] = [0, 1, 2, 3].map((k) => boxes.get(g, k));
      if (![x1, y1, x2, y2].every(Number.isFinite) || !(x1 < x2 && y1 < y2)) {
        throw new Error(
          `${model}: expected finite boxes with x1 < x2 and y1 < y2, got [${x1}, ${y1}, ${x2}, ${y2}] at ${g} in sample ${n}`,
        );
      }
      const label = labels.get(g);
      if (!(Number.isInteger(label) && label >= 0 && label < classes)) {
        throw new Error(`${model}: expected labels from 0 to ${classes - 1}, got ${label} at ${g} in sample ${n}`);
      }
    }
  }
}
