import ndarray, { type NdArray } from 'ndarray';
import type { Detections } from '../boxes/detections';
import { checkArray } from '../checks/arrays';
import { type Placement, placeImage, restoreBoxes, restoreMap } from '../data/placement';
import { resizeSample } from '../data/resizeDataset';
import { type Tensor, tensor } from '../tensor/tensor';
import { checkDescribed, type DescribedModel } from './architectures';

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
