import { basename } from 'node:path';
import ndarray, { type NdArray } from 'ndarray';
import type { DetectionSample, InstanceSample } from '../data/dataset';
import { type OnProblem, problemLog, type ReadDataset } from '../data/problems';
import type { ImageLimits } from '../images/imageFile';
import { containedFolder } from '../platform/containedFolder';
import { readJson } from '../platform/readJson';
import type { TextLimits } from '../platform/textFile';
import { annotatedDataset, type BoxLimits, thingArrays } from './annotated';
import { type CocoImage, type CocoThing, parseCoco } from './cocoJson';
import { decodeRle, polygonMask } from './rle';

/** Settings of {@link readCoco}. */
export interface CocoOptions extends ImageLimits, BoxLimits, TextLimits {
  /** Folder that the file names of the images begin in; nothing is read outside of it. */
  images: string;
  /** Whether masks are made of polygons and runs (false: boxes alone). */
  masks?: boolean;
  /** Whether the first thing that is wrong is an error, or all of them are left out and counted (`'throw'`). */
  onProblem?: OnProblem;
}

/** What {@link readCoco} gives: also the file's own numbers, which its results are written with ({@link writeCocoResults}). */
export interface CocoDataset<S extends DetectionSample> extends ReadDataset<S> {
  /** The file's id of each image. */
  readonly imageIds: readonly number[];
  /** The file's id of each label. */
  readonly categoryIds: readonly number[];
}

/** Masks of one image at most, bytes: 100 things of 10 megapixels each. */
const mostMaskBytes = 2 ** 30;

function readMasks(things: readonly CocoThing[], { size, source }: CocoImage): NdArray<Uint8Array> {
  const { height, width } = size;
  const pixels = height * width;
  if (things.length * pixels > mostMaskBytes) {
    throw new Error(`expected masks of at most ${mostMaskBytes} bytes in an image, got ${things.length} of ${pixels}`);
  }
  const data = new Uint8Array(things.length * pixels);
  for (const [g, { segmentation, corners, place: annotation }] of things.entries()) {
    try {
      const mask =
        segmentation === null
          ? boxMask(corners, size)
          : 'counts' in segmentation
            ? decodeRle(segmentation)
            : polygonMask(segmentation, size);
      data.set(mask.data, g * pixels);
    } catch (error) {
      const reason = (error as Error).message.replace(/^\w+: /, '');
      throw new Error(`readCoco: ${source}: ${annotation}: ${reason}`, { cause: error });
    }
  }
  return ndarray(data, [things.length, height, width]);
}

/** The pixels whose centers lie in a box: the mask of a thing of which nothing more is known. */
function boxMask(corners: readonly number[], { height, width }: CocoImage['size']): NdArray<Uint8Array> {
  const mask = ndarray(new Uint8Array(height * width), [height, width]);
  const [x1, y1, x2, y2] = corners.map((value) => Math.ceil(value - 0.5));
  for (let y = y1; y < Math.min(height, y2); y++) {
    mask.data.fill(1, y * width + x1, y * width + Math.min(width, x2));
  }
  return mask;
}

/**
 * Reads images labeled in the format of COCO: boxes, areas, crowds, and with `masks` also polygons and run-length masks, equal to
 * pycocotools' pixel by pixel. Label k is the category with the k-th smallest id.
 *
 * A box x, y, w, h becomes x, y, x + w, y + h. Where an annotation has no polygons and no runs, its mask is its box.
 *
 * Opening reads the whole file, `sample` one image. Nothing outside of the folder of images is read, through links neither.
 *
 * @param file e.g. `annotations/instances_val2017.json`.
 * @example
 * const val = readCoco('annotations/instances_val2017.json', { images: 'val2017', onProblem: 'skip' });
 *
 * @throws `readCoco: <file>: <place>: <reason>`, the place an annotation's or an image's id.
 */
export function readCoco(file: string, options: CocoOptions & { masks: true }): CocoDataset<InstanceSample>;
export function readCoco(file: string, options: CocoOptions): CocoDataset<DetectionSample>;
export function readCoco(file: string, options: CocoOptions): CocoDataset<DetectionSample> {
  if (typeof options?.images !== 'string') {
    throw new Error(`readCoco: expected options.images to be a folder's path, got ${typeof options?.images}`);
  }
  const { images, masks = false, onProblem, maxBytes = 2 ** 30, maxPixels, leastSide } = options;
  const log = problemLog('readCoco', onProblem);
  const ids: number[] = [];
  const opened = (() => {
    try {
      return containedFolder(images);
    } catch (error) {
      throw log.told(error);
    }
  })();
  const place = basename(String(file));
  const content = (() => {
    try {
      return parseCoco(readJson(file, maxBytes), place, log);
    } catch (error) {
      throw log.told(error, `${file}: `);
    }
  })();
  const dataset = annotatedDataset<CocoThing, DetectionSample>({
    folder: opened,
    classes: { stuff: [], things: content.things },
    images: content.pictures,
    log,
    limits: { maxPixels, leastSide },
    finish(image, things, picture, path) {
      const sample = { image, ...thingArrays(things), path };
      return masks ? { ...sample, masks: readMasks(things, picture as CocoImage) } : sample;
    },
    keep: (picture) => ids.push((picture as CocoImage).id),
  });
  return { ...dataset, imageIds: ids, categoryIds: content.categoryIds };
}
