import ndarray, { type NdArray } from 'ndarray';
import { turnBoxes, turnImage } from '../images/orientation';
import type { ImageSample, Sample } from './dataset';

/**
 * A sample with all its labels, turned as an Exif orientation says.
 * @param orientation 1–8; see {@link turnImage}.
 * @throws on another orientation.
 */
export function turnSample<S extends ImageSample>(sample: S, orientation: number): S {
  const { image, boxes, masks, semantic, panoptic } = sample as S & Partial<Sample>;
  const [height, width] = image.shape;
  const turned: Partial<Sample> = { image: turnImage(image, orientation) };
  if (boxes) turned.boxes = turnBoxes(boxes, { height, width }, orientation);
  if (semantic) turned.semantic = turnImage(semantic, orientation);
  if (panoptic) turned.panoptic = turnImage(panoptic, orientation);
  if (masks) {
    const [count] = masks.shape;
    const sides = turned.image!.shape.slice(0, 2);
    turned.masks = ndarray(new Uint8Array(masks.size), [count, ...sides]);
    for (let g = 0; g < count; g++) {
      turned.masks.data.set(turnImage(masks.pick(g) as NdArray<Uint8Array>, orientation).data, g * height * width);
    }
  }
  return { ...sample, ...turned };
}
