import type { NdArray } from 'ndarray';

/** Names of the classes of a data set. Semantic class k is entry k of `[...stuff, ...things]`. */
export interface Classes {
  /** What has no parts that could be counted: sky, grass, water. */
  stuff: readonly string[];
  /** What can be counted: each one has its own box and mask. */
  things: readonly string[];
}

/** One picture with everything that is known about it; G is the number of its things. */
export interface Sample {
  /** `[H, W, 3]`, 0–1. */
  image: NdArray<Float32Array>;
  /** `[G, 4]`, x1, y1, x2, y2 in px: the extent of the visible part, right and lower edge exclusive. */
  boxes: NdArray<Float32Array>;
  /** `[G]`, entry of {@link Classes.things}. */
  labels: NdArray<Int32Array>;
  /** `[G, H, W]`, 1 where the thing is seen, else 0. */
  masks: NdArray<Uint8Array>;
  /** `[H, W]`, entry of `[...stuff, ...things]`. */
  semantic: NdArray<Uint8Array>;
  /** `[H, W]`, the segment of each pixel: stuff of class s is segment s, thing g is segment `stuff.length + g`. */
  panoptic: NdArray<Int32Array>;
}

/** Labelled pictures that can be asked for by number, the same every time. */
export interface Dataset {
  readonly length: number;
  readonly classes: Classes;
  /**
   * Picture `index`, a fresh copy.
   * @throws where the index is not a whole number from 0 to `length` − 1.
   */
  sample(index: number): Sample;
}
