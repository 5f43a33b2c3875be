import type { NdArray } from 'ndarray';
import { show } from '../shape/shape';

function checkSquare(operation: string, confusion: NdArray<Float64Array>): number {
  const [rows, columns] = confusion?.shape ?? [];
  if (confusion?.shape?.length !== 2 || rows !== columns) {
    throw new Error(`${operation}: expected a confusion matrix [K, K], got ${show(confusion?.shape)}`);
  }
  return rows;
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
