import * as kernels from '../../kernels/boxIou';
import { show } from '../tensor/shape';
import { applyKernel, Tensor, tensor } from '../tensor/tensor';
import { type BoxArray, readNearBoxes } from './boxList';

function boxTensor(caller: string, name: string, boxes: BoxArray | Tensor): Tensor {
  if (boxes instanceof Tensor) {
    if (boxes.rank !== 2 || boxes.shape[1] !== 4) {
      throw new Error(`${caller}: expected ${name} [N, 4], got ${show(boxes.shape)}`);
    }
    return boxes;
  }
  const { count, corners } = readNearBoxes(caller, boxes, name);
  return tensor(corners, [count, 4]);
}

function everyPair(kernel: typeof kernels.boxIou, a: BoxArray | Tensor, b: BoxArray | Tensor): Tensor {
  const inputs = [boxTensor(kernel.name, 'a', a), boxTensor(kernel.name, 'b', b)];
  return applyKernel(kernel, { inputs, shape: [inputs[0].shape[0], inputs[1].shape[0]] });
}

/**
 * Intersection over union (Jaccard 1912) of every box of one list with every box of another:
 *
 *     IoU(a, b) = |a ∩ b| / |a ∪ b|
 *
 * It lies in [0, 1], is 1 for equal boxes, and 0 where a box has no area. It has no gradient: matching is a decision. A loss that
 * falls as boxes approach each other is `giouLoss`.
 *
 * @param a `[N, 4]` x1, y1, x2, y2 in px. @param b `[M, 4]`.
 * @returns `[N, M]`.
 * @throws on other shapes; of boxes on the host also where numbers are not finite or beyond ±2⁶² px, and boxes are inside out. In tensors, which may not
 * be computed yet, a box inside out counts as one without area.
 */
export function boxIou(a: BoxArray | Tensor, b: BoxArray | Tensor): Tensor {
  return everyPair(kernels.boxIou, a, b);
}

/**
 * Generalised IoU of every pair: IoU less the share of the smallest box H around both that neither covers,
 *
 *     GIoU(a, b) = IoU(a, b) − (|H| − |a ∪ b|) / |H|
 *
 * It lies in (−1, 1], and tells boxes that do not touch how far apart they are. No gradient, as {@link boxIou}.
 *
 * @param a `[N, 4]`. @param b `[M, 4]`.
 * @returns `[N, M]`; where H has no area, 0.
 * @throws as {@link boxIou}.
 * @see Rezatofighi et al. 2019, Generalized intersection over union.
 */
export function boxGiou(a: BoxArray | Tensor, b: BoxArray | Tensor): Tensor {
  return everyPair(kernels.boxGiou, a, b);
}
