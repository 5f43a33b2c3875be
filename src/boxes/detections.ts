import type { NdArray } from 'ndarray';

/** What a detector predicts for one image; D may be 0. */
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
