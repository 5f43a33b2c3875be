import type { NdArray } from 'ndarray';
import { checkArray } from '../checks/arrays';
import { checkFrom0 } from '../checks/numbers';

function checkSquare(operation: string, confusion: NdArray<Float64Array>): number {
  checkArray(operation, 'a confusion matrix', confusion, '[K, K]');
  const [classes] = confusion.shape;
  for (let t = 0; t < classes; t++) {
    for (let p = 0; p < classes; p++)
      checkFrom0(operation, `[${t}, ${p}] of the confusion matrix`, confusion.get(t, p));
  }
  return classes;
}

/**
 * Intersection over union of each class: IoU_k = n_kk / (Σ_p n_kp + Σ_t n_tk − n_kk).
 * @param confusion `[K, K]`, see {@link confusionMatrix}.
 * @returns one number a class; null where the class is neither there nor predicted.
 * @throws on other shapes.
 */
export function classIou(confusion: NdArray<Float64Array>): (number | null)[] {
  const classes = checkSquare('classIou', confusion);
  return Array.from({ length: classes }, (_, k) => {
    let union = -confusion.get(k, k);
    for (let other = 0; other < classes; other++) union += confusion.get(k, other) + confusion.get(other, k);
    return union === 0 ? null : confusion.get(k, k) / union;
  });
}

/**
 * Mean of {@link classIou} over the classes that are there or predicted (Long et al. 2015, section 5).
 * @param confusion `[K, K]`, see {@link confusionMatrix}.
 * @returns 0–1; 0 where nothing was counted.
 * @throws on other shapes.
 */
export function meanIou(confusion: NdArray<Float64Array>): number {
  checkSquare('meanIou', confusion);
  const known = classIou(confusion).filter((iou) => iou !== null);
  return known.reduce((sum, iou) => sum + iou, 0) / Math.max(1, known.length);
}

/**
 * Share of pixels whose class is right: Σ n_kk / Σ n; 0 where nothing was counted.
 * @param confusion `[K, K]`, see {@link confusionMatrix}.
 * @throws on other shapes.
 */
export function pixelAccuracy(confusion: NdArray<Float64Array>): number {
  const classes = checkSquare('pixelAccuracy', confusion);
  let [right, all] = [0, 0];
  for (let t = 0; t < classes; t++) {
    right += confusion.get(t, t);
    for (let p = 0; p < classes; p++) all += confusion.get(t, p);
  }
  return right / Math.max(1, all);
}
