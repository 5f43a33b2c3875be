import type { NdArray } from 'ndarray';
import type { Detections } from '../boxes/detections';
import { checkList } from '../checks/arguments';
import { checkArray } from '../checks/arrays';
import { checkOptions } from '../checks/options';
import { checkPath } from '../checks/path';
import { isRecord } from '../checks/record';
import { shown } from '../checks/shown';
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

/** What a detector predicts for one image, with a mask of each object where there are masks: `[D, H, W]`. */
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
export function cocoResults(detections: readonly InstanceDetections[], ids: CocoIds): CocoResult[] {
  return resultsOf('cocoResults', detections, ids);
}

function resultsOf(caller: string, detections: readonly InstanceDetections[], ids: CocoIds): CocoResult[] {
  const { imageIds, categoryIds } = checkOptions(caller, ids, { imageIds: 'any', categoryIds: 'any' });
  checkList(caller, 'detections', detections, 'what was found in each image');
  checkList(caller, 'imageIds', imageIds, 'ids');
  checkList(caller, 'categoryIds', categoryIds, 'ids');
  const isId = (id: unknown) => typeof id === 'string' || Number.isFinite(id);
  for (const id of imageIds) if (!isId(id)) throw new Error(`${caller}: expected ids of images, got ${shown(id)}`);
  for (const id of categoryIds) {
    if (id !== null && !isId(id)) throw new Error(`${caller}: expected ids of categories, got ${shown(id)}`);
  }
  if (detections.length !== imageIds.length) {
    throw new Error(`${caller}: expected detections of ${imageIds.length} images, got ${detections.length}`);
  }
  return detections.flatMap((found, n) => {
    if (!isRecord(found))
      throw new Error(`${caller}: expected { boxes, labels, scores } of image ${n}, got ${shown(found)}`);
    const { boxes, labels, scores, masks } = found;
    checkArray(`${caller}: image ${n}`, 'labels', labels, '[D]');
    const [count] = labels.shape;
    checkArray(`${caller}: image ${n}`, 'boxes', boxes, `[${count}, 4]`);
    checkArray(`${caller}: image ${n}`, 'scores', scores, `[${count}]`);
    if (masks !== undefined) checkArray(`${caller}: image ${n}`, 'masks', masks, '[D, H, W]');
    if (masks && masks.shape[0] !== count) {
      throw new Error(`${caller}: expected ${count} masks of image ${n}, got ${masks.shape[0]}`);
    }
    return Array.from({ length: count }, (_, d): CocoResult => {
      const category = categoryIds[labels.get(d)];
      if (category === undefined || category === null) {
        throw new Error(
          `${caller}: expected labels below ${categoryIds.length}, got ${labels.get(d)} at ${d} of image ${n}`,
        );
      }
      const [x1, y1, x2, y2] = [0, 1, 2, 3].map((k) => boxes.get(d, k));
      const score = scores.get(d);
      if (![x1, y1, x2, y2, score].every(Number.isFinite)) {
        throw new Error(`${caller}: expected finite boxes and scores, got others at ${d} of image ${n}`);
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
  checkPath('writeCocoResults', path);
  replaceFile(
    'writeCocoResults',
    path,
    `[${resultsOf('writeCocoResults', detections, ids)
      .map((one) => JSON.stringify(one))
      .join(',\n')}]\n`,
  );
}
