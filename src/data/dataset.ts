import type { NdArray } from 'ndarray';

/**
 * Names of the classes of a data set. Semantic class k is entry k of `[...stuff, ...things]`; where there are only boxes, `stuff` is
 * empty. A detector's own "none of them" is in neither list.
 */
export interface Classes {
  /** What has no parts that could be counted: sky, grass, water, or simply the background. */
  stuff: readonly string[];
  /** What can be counted: each one has its own box and mask. */
  things: readonly string[];
}

/** The number of a semantic map's pixels of which nobody says what they show: they count neither in a loss nor in a metric. */
export const voidLabel = 255;

/** One image. */
export interface ImageSample {
  /** `[H, W, 3]`, 0–1. */
  image: NdArray<Float32Array>;
  /** Where it was read from. */
  path?: string;
}

/** One image and the boxes of its things; G is their number. */
export interface DetectionSample extends ImageSample {
  /** `[G, 4]`, x1, y1, x2, y2 in px: the extent of the visible part, right and lower edge exclusive. */
  boxes: NdArray<Float32Array>;
  /** `[G]`, entry of {@link Classes.things}. */
  labels: NdArray<Int32Array>;
  /** `[G]`, 1 where not even a good detector need find it, as in VOC; none where it is absent. */
  difficult?: NdArray<Uint8Array>;
  /** `[G]`, 1 where the box holds a crowd that nobody counted, as in COCO; none where it is absent. */
  crowd?: NdArray<Uint8Array>;
  /** `[G]` in px², where the data says: COCO's are those of the masks. */
  areas?: NdArray<Float32Array>;
}

/** One image and the class of each pixel. */
export interface SegmentationSample extends ImageSample {
  /** `[H, W]`, entry of `[...stuff, ...things]`, or {@link voidLabel}. */
  semantic: NdArray<Uint8Array>;
}

/** One image, and a box and a mask of each thing. */
export interface InstanceSample extends DetectionSample {
  /** `[G, H, W]`, 1 where the thing is seen, else 0. */
  masks: NdArray<Uint8Array>;
}

/** One image with everything that is known about it. */
export interface Sample extends InstanceSample, SegmentationSample {
  /** `[H, W]`, the segment of each pixel: stuff of class s is segment s, thing g is segment `stuff.length + g`; −1 where nobody says. */
  panoptic: NdArray<Int32Array>;
}

/** Labeled images that can be asked for by number, the same every time; S says what is known about each. */
export interface Dataset<S extends ImageSample = Sample> {
  /** Number of images. */
  readonly length: number;
  /** What its labels mean. */
  readonly classes: Classes;
  /**
   * Image `index`, a fresh copy.
   * @throws where the index is not a whole number from 0 to `length` − 1.
   */
  sample(index: number): S;
}
