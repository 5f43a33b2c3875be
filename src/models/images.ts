import type { NdArray } from 'ndarray';
import { checkTensor } from '../checks/arguments';
import { shown } from '../checks/shown';
import { reshape } from '../ops/reshape';
import { show } from '../shape/shape';
import { Tensor, tensor } from '../tensor/tensor';

/** What models look at: one image `[H, W, 3]`, a list of images of one size, or a batch `[N, H, W, 3]`; values 0–1. */
export type Images = Tensor | NdArray | readonly NdArray[];

const wanted = 'an image [H, W, 3], a list of them, or a batch [N, H, W, 3]';

/** The shape of a tensor or an ndarray; undefined of anything else. */
function shapeOf(value: unknown): readonly number[] | undefined {
  const { shape } = (value ?? {}) as { shape?: unknown };
  return Array.isArray(shape) && shape.every(Number.isInteger) ? shape : undefined;
}

/**
 * Images as the batch `[N, H, W, 3]` that a network takes.
 * @throws `<caller>: …` on other shapes, on an empty list, and on images of several sizes.
 */
export function imageBatch(caller: string, images: Images): Tensor {
  if (Array.isArray(images)) {
    const shapes = images.map(shapeOf);
    const wrong = shapes.findIndex((shape) => shape?.length !== 3 || shape[2] !== 3);
    if (images.length === 0) throw new Error(`${caller}: expected at least one image, got none`);
    if (wrong >= 0) throw new Error(`${caller}: expected images [H, W, 3], got ${show(shapes[wrong])} at ${wrong}`);
    const [height, width] = shapes[0]!;
    const other = shapes.findIndex((shape) => shape![0] !== height || shape![1] !== width);
    if (other >= 0) {
      throw new Error(
        `${caller}: expected images of one size, got ${show(shapes[0])} and ${show(shapes[other])}; ` +
          'detectImage and segmentImage take any size, resizeImage changes it',
      );
    }
    const each = height * width * 3;
    const data = new Float32Array(images.length * each);
    for (const [n, image] of images.entries()) data.set(tensor(image).value.data!, n * each);
    return tensor(data, [images.length, height, width, 3]);
  }
  const shape = shapeOf(images);
  if (!shape || (shape.length !== 3 && shape.length !== 4) || shape[shape.length - 1] !== 3) {
    throw new Error(`${caller}: expected ${wanted}, got ${shape ? show(shape) : shown(images)}`);
  }
  if (images instanceof Tensor && shape.length === 4) return images;
  if (images instanceof Tensor && !images.value.data) {
    throw new Error(`${caller}: expected ${wanted}, got a tensor ${show(shape)} that is not computed yet`);
  }
  const given = tensor(images as NdArray);
  return shape.length === 4 ? given : reshape(given, [1, ...shape]);
}

/** Throws unless a tensor holds images whose height and width are multiples of a network's coarsest stride. */
export function checkImages(model: string, images: Tensor, stride: number): void {
  checkTensor(model, 'images', images);
  const [, height, width, channels] = images.shape;
  if (images.rank !== 4 || channels !== 3 || height % stride || width % stride || height === 0 || width === 0) {
    throw new Error(
      `${model}: expected images [N, H, W, 3] with H and W multiples of ${stride}, got ${show(images.shape)}`,
    );
  }
}
