import ndarray, { type NdArray } from 'ndarray';
import type { Detections } from '../boxes/detections';
import { checkArray } from '../checks/arrays';
import { type Placement, placeImage, restoreBoxes, restoreMap } from '../data/placement';
import { resizeSample } from '../data/resizeDataset';
import { type Tensor, tensor } from '../tensor/tensor';
import { checkDescribed, type DescribedModel } from './architectures';
import type { Instances, PanopticPrediction } from './contract';

/** An image as the model wants it, and where it lies there. */
function placed(
  caller: string,
  { description }: DescribedModel,
  image: NdArray<Float32Array | Uint8Array>,
): { images: Tensor; placement: Placement } {
  checkArray(caller, 'an image', image, '[H, W, 3]');
  const [height, width] = image.shape;
  const options = { ...description.size, letterbox: description.letterbox ?? true };
  const { data } = resizeSample({ image: image as NdArray<Float32Array> }, options).image;
  const images = tensor(data, [1, description.size.height, description.size.width, 3]);
  return { images, placement: placeImage({ height, width }, options) };
}

/**
 * Finds the things in an image of any size: it is brought to the size that the model was made for, and the boxes back.
 *
 * @example
 * const { boxes, labels, scores } = await detectImage(loadModel('runs/cells'), readImage('cells.jpg'));
 *
 * @param described a detector. @param image `[H, W, 3]`, 0–1, or bytes ({@link readImageBytes}), which take less memory.
 * @returns boxes in the image's own px, the highest-scoring first.
 * @throws on a model that finds no boxes, and on other shapes.
 */
export async function detectImage(
  described: DescribedModel,
  image: NdArray<Float32Array | Uint8Array>,
): Promise<Detections> {
  checkDescribed('detectImage', described);
  if (described.task !== 'detection') {
    throw new Error(`detectImage: expected a detector, got ${described.description.architecture}`);
  }
  const { images, placement } = placed('detectImage', described, image);
  const [{ boxes, ...rest }] = await described.model.detect(images);
  return { ...rest, boxes: restoreBoxes(boxes, placement) };
}

/**
 * The class of each pixel of an image of any size.
 * @param described a segmenter. @param image `[H, W, 3]`, 0–1, or bytes ({@link readImageBytes}), which take less memory.
 * @returns `[H, W]`, entry of `[...stuff, ...things]`.
 * @throws on a model that finds no pixels' classes, and on other shapes.
 */
export async function segmentImage(
  described: DescribedModel,
  image: NdArray<Float32Array | Uint8Array>,
): Promise<NdArray<Uint8Array>> {
  checkDescribed('segmentImage', described);
  if (described.task !== 'segmentation') {
    throw new Error(`segmentImage: expected a model of pixels, got ${described.description.architecture}`);
  }
  const { images, placement } = placed('segmentImage', described, image);
  const map = await described.model.predict(images);
  const { height, width } = placement.to;
  return restoreMap(ndarray(Uint8Array.from(map.data), [height, width]), placement);
}

/** What a model of masks says of one image, the masks still at the model's size. @internal */
export interface FoundInstances extends Detections {
  /** The mask of object d at the size of the image, `[H, W]`: one alone, since those of many objects of a photograph take much memory. */
  maskOf(d: number): NdArray<Uint8Array>;
}

/** {@link segmentInstances}, with the masks one by one. @internal */
export async function findInstances(
  caller: string,
  described: DescribedModel,
  image: NdArray<Float32Array | Uint8Array>,
): Promise<FoundInstances> {
  checkDescribed(caller, described);
  if (described.task !== 'instances' && described.task !== 'panoptic') {
    throw new Error(`${caller}: expected a model of masks, got ${described.description.architecture}`);
  }
  const { images, placement } = placed(caller, described, image);
  const [{ boxes, labels, scores, masks }] = await described.model.segment(images);
  return {
    boxes: restoreBoxes(boxes, placement),
    labels,
    scores,
    maskOf: (d) => restoreMap(masks.pick(d) as NdArray<Uint8Array>, placement),
  };
}

/** Pixels of all masks of an image together at most: a gigabyte. */
const mostMaskPixels = 2 ** 30;

/**
 * Finds the objects in an image of any size, with a mask of each: the image is brought to the size that the model was made for, boxes and
 * masks back.
 * @param described a model of masks, or a panoptic one. @param image `[H, W, 3]`, 0–1, or bytes ({@link readImageBytes}), which take less
 * memory.
 * @returns boxes `[D, 4]` and masks `[D, H, W]` in the image's own px, the highest-scoring first.
 * @throws on a model without masks, on other shapes, and where the masks of an image would take more than a gigabyte.
 */
export async function segmentInstances(
  described: DescribedModel,
  image: NdArray<Float32Array | Uint8Array>,
): Promise<Instances> {
  const { maskOf, ...found } = await findInstances('segmentInstances', described, image);
  const [height, width] = image.shape;
  const count = found.labels.size;
  if (count * height * width > mostMaskPixels) {
    throw new Error(
      `segmentInstances: expected masks of at most ${mostMaskPixels} px in all, got ${count} of ${height}×${width} px; resize the image first`,
    );
  }
  const masks = ndarray(new Uint8Array(count * height * width), [count, height, width]);
  for (let d = 0; d < count; d++) masks.data.set(maskOf(d).data, d * height * width);
  return { ...found, masks };
}

/**
 * The panoptic map of an image of any size.
 * @param described a panoptic model. @param image `[H, W, 3]`, 0–1, or bytes ({@link readImageBytes}), which take less memory.
 * @returns the segment of each pixel `[H, W]`, −1 for void, with labels and scores `[G]` of its objects.
 * @throws on a model that gives no panoptic maps, and on other shapes.
 */
export async function panopticImage(
  described: DescribedModel,
  image: NdArray<Float32Array | Uint8Array>,
): Promise<PanopticPrediction> {
  checkDescribed('panopticImage', described);
  if (described.task !== 'panoptic') {
    throw new Error(`panopticImage: expected a panoptic model, got ${described.description.architecture}`);
  }
  const { images, placement } = placed('panopticImage', described, image);
  const [{ panoptic, ...rest }] = await described.model.panoptic(images);
  return { ...rest, panoptic: restoreMap(panoptic, placement) };
}
