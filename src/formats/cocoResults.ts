import type { NdArray } from 'ndarray';
import type { Detections } from '../boxes/detections';
import { replaceFile } from '../platform/replaceFile';
import { encodeRle } from './rle';

/** One thing found, as COCO's server and pycocotools' `loadRes` read it. */
export interface CocoResult {
  /** The image's id in COCO's file. */
  image_id: number | string;
  /** The category's id in COCO's file. */
  category_id: number | string;
  /** x, y, width, height in px. */
  bbox: [number, number, number, number];
  /** How sure the detector is. */
  score: number;
  /** The mask: height and width in px, and its runs, packed; see {@link encodeRle}. */
  segmentation?: { size: [number, number]; counts: string };
}

/** What a detector says of one image, with a mask of each thing where there are masks: `[D, H, W]`. */
export type InstanceDetections = Detections & { masks?: NdArray<Uint8Array> };

/** The numbers that COCO's files know images and classes by, as {@link readCoco} gives them. */
export interface CocoIds {
  /** The id of each image. */
  imageIds: readonly (number | string)[];
  /** The id of each label: that of label k is entry k. */
  categoryIds: readonly (number | string | null)[];
}

/**
 * Detections in COCO's format for results.
 * @param detections one entry an image, in the order of `imageIds`.
 * @throws where an image lacks its partner, where a label has no category, on masks of another number, and on numbers that are not finite.
 */
export function cocoResults(
  detections: readonly InstanceDetections[],
  { imageIds, categoryIds }: CocoIds,
): CocoResult[] {
  if (detections.length !== imageIds.length) {
    throw new Error(`cocoResults: expected detections of ${imageIds.length} images, got ${detections.length}`);
  }
  return detections.flatMap(({ boxes, labels, scores, masks }, n) => {
    const [count] = labels.shape;
    if (masks && masks.shape[0] !== count) {
      throw new Error(`cocoResults: expected ${count} masks of image ${n}, got ${masks.shape[0]}`);
    }
    return Array.from({ length: count }, (_, d): CocoResult => {
      const category = categoryIds[labels.get(d)];
      if (category === undefined || category === null) {
        throw new Error(
          `cocoResults: expected labels below ${categoryIds.length}, got ${labels.get(d)} at ${d} of image ${n}`,
        );
      }
      const [x1, y1, x2, y2] = [0, 1, 2, 3].map((k) => boxes.get(d, k));
      const score = scores.get(d);
      if (![x1, y1, x2, y2, score].every(Number.isFinite)) {
        throw new Error(`cocoResults: expected finite boxes and scores, got others at ${d} of image ${n}`);
      }
      return {
        image_id: imageIds[n],
        category_id: category,
        bbox: [x1, y1, x2 - x1, y2 - y1],
        score,
        ...(masks && { segmentation: encodeRle(masks.pick(d)) }),
      };
    });
  });
}

/**
 * Writes detections as COCO's JSON of results, whole or not at all; see {@link cocoResults}.
 * @throws as {@link cocoResults} does, and where the system refuses.
 */
export function writeCocoResults(path: string, detections: readonly InstanceDetections[], ids: CocoIds): void {
  replaceFile(
    'writeCocoResults',
    path,
    `[${cocoResults(detections, ids)
      .map((one) => JSON.stringify(one))
      .join(',\n')}]\n`,
  );
}
