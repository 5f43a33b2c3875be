import type { NdArray } from 'ndarray';
import { readBoxes } from '../../boxes/boxList';
import { checkArray } from '../../checks/arrays';

/**
 * Boxes of an image `[H, W, 3]` that may hold a thing, `[P, 4]`, the likeliest first where the method knows: from one that is not
 * trained, such as selective search.
 */
export type ProposalMethod = (image: NdArray<Float32Array>) => NdArray<Float32Array> | Promise<NdArray<Float32Array>>;

/**
 * The boxes that a method proposes for an image.
 * @throws `<model>: …` unless they are an ndarray `[P, 4]` of finite boxes, none of them inside out.
 */
export async function proposalsOf(
  model: string,
  propose: ProposalMethod,
  image: NdArray<Float32Array>,
): Promise<NdArray<Float32Array>> {
  const boxes = await propose(image);
  checkArray(model, 'proposals', boxes, '[P, 4]');
  readBoxes(model, boxes, 'proposals');
  return boxes;
}
