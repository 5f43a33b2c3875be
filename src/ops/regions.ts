import type { NdArray } from 'ndarray';
import { isNdarray } from '../checks/isNdarray';
import { isRecord } from '../checks/record';
import { shown } from '../checks/shown';
import { checkRank, checkShape, resolvePair, show } from '../shape/shape';
import type { Pair, Shape } from '../shape/types';
import { Tensor, tensor } from '../tensor/tensor';

/** What both ways to cut regions out of feature maps need. */
export interface RegionOptions {
  /** Rows and columns of the result, such as 7. */
  size: Pair;
  /** Pixels of the image per cell of the feature map. */
  stride: number;
}

/** Regions on the feature maps of a batch. Proposals are plain numbers: no gradient goes through them. */
export interface Regions<Boxes = NdArray<Float32Array>> {
  /** `[R, 4]`, x1, y1, x2, y2 in px of the image. */
  boxes: Boxes;
  /** `[R]`: number of the image that each box belongs to. */
  images: ArrayLike<number>;
}

/** Regions whose boxes may still have to be decided; whoever decides on them checks them. */
export type LazyRegions = Regions<NdArray<Float32Array> | Tensor>;

/**
 * Throws unless boxes are `[R, 4]` (and, where they are known, finite and none inside out), and `images` names one of `batch` images
 * for each.
 */
export function checkRegions(operation: string, { boxes, images }: LazyRegions, batch: number): void {
  if (!(boxes instanceof Tensor || isNdarray(boxes))) {
    throw new Error(`${operation}: expected boxes to be an ndarray or a tensor [R, 4], got ${shown(boxes)}`);
  }
  if (!(Array.isArray(images) || ArrayBuffer.isView(images))) {
    throw new Error(`${operation}: expected images to be a list of whole numbers, got ${shown(images)}`);
  }
  if (boxes.shape.length !== 2 || boxes.shape[1] !== 4) {
    throw new Error(`${operation}: expected boxes [R, 4], got ${show(boxes.shape)}`);
  }
  const [regions] = boxes.shape;
  if (images.length !== regions) {
    throw new Error(`${operation}: expected ${regions} images, one a box, got ${images.length}`);
  }
  for (let r = 0; r < regions; r++) {
    if (!(boxes instanceof Tensor)) {
      const corners = [0, 1, 2, 3].map((k) => boxes.get(r, k));
      if (!corners.every(Number.isFinite) || corners[0] > corners[2] || corners[1] > corners[3]) {
        throw new Error(
          `${operation}: expected finite boxes with x1 ≤ x2 and y1 ≤ y2, got [${corners.map(shown)}] at ${r}`,
        );
      }
    }
    if (!(Number.isInteger(images[r]) && images[r] >= 0 && images[r] < batch)) {
      throw new Error(`${operation}: expected images from 0 to ${batch - 1}, got ${shown(images[r])} at ${r}`);
    }
  }
}

/** Checks features and regions; the result holds what the kernels need. R may be 0. */
export function regionShape(operation: string, features: Shape, regions: LazyRegions, options: RegionOptions) {
  if (!isRecord(regions)) throw new Error(`${operation}: expected regions { boxes, images }, got ${shown(regions)}`);
  const { boxes, images } = regions;
  checkRank(operation, 'features', features, 4, '[N, H, W, C]');
  const [outHeight, outWidth] = resolvePair(operation, 'size', options.size, 1);
  const { stride } = options;
  if (!(Number.isFinite(stride) && stride > 0))
    throw new Error(`${operation}: expected a stride above 0, got ${shown(stride)}`);
  checkRegions(operation, { boxes, images }, features[0]);
  const [count] = boxes.shape;
  const [batch, height, width, channels] = features;
  checkShape(operation, [count, outHeight, outWidth, channels]);
  return {
    shape: [count, outHeight, outWidth, channels],
    outGrid: [channels, outWidth, count * outHeight],
    inGrid: [channels, width, batch * height],
    constants: { height, width, channels, outHeight, outWidth, regions: count },
    scale: 1 / stride,
  };
}

/** Corners and image numbers as the kernels read them. */
export function regionTensors({ boxes, images }: LazyRegions): { corners: Tensor; owners: Tensor } {
  return { corners: tensor(boxes), owners: tensor(Float32Array.from(images), [images.length]) };
}

/** Whether regions lie image after image, equally many of each. */
export function areInTurn(images: ArrayLike<number>, batch: number): boolean {
  const each = images.length / batch;
  return Number.isInteger(each) && Array.from(images).every((image, r) => image === Math.floor(r / each));
}
