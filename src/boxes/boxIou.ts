import * as kernels from '../../kernels/boxIou';
import { checkOptions } from '../checks/options';
import { concat } from '../ops/concat';
import { add, scale, subtract } from '../ops/elementwise';
import { slice } from '../ops/slice';
import { show } from '../shape/shape';
import { applyKernel, Tensor, tensor } from '../tensor/tensor';
import {
  type BoxArray,
  type BoxFormat,
  type BoxFormatOptions,
  checkFormat,
  formatOption,
  readNearBoxes,
} from './boxList';

/** Corners of boxes that may not be computed yet. */
function toCorners(boxes: Tensor, format: BoxFormat): Tensor {
  if (format === 'xyxy') return boxes;
  const [place, size] = [0, 2].map((first) => slice(boxes, { start: [0, first], end: [boxes.shape[0], first + 2] }));
  const low = format === 'xywh' ? place : subtract(place, scale(size, 0.5));
  return concat([low, add(low, size)], { axis: 1 });
}

function boxTensor(caller: string, name: string, boxes: BoxArray | Tensor, format: BoxFormat = 'xyxy'): Tensor {
  checkFormat(caller, 'format', format);
  if (boxes instanceof Tensor) {
    if (boxes.rank !== 2 || boxes.shape[1] !== 4) {
      throw new Error(`${caller}: expected ${name} [N, 4], got ${show(boxes.shape)}`);
    }
    return toCorners(boxes, format);
  }
  const { count, corners } = readNearBoxes(caller, boxes, name, format);
  return tensor(corners, [count, 4]);
}

function everyPair(
  kernel: typeof kernels.boxIou,
  a: BoxArray | Tensor,
  b: BoxArray | Tensor,
  options: BoxFormatOptions,
): Tensor {
  const { format } = checkOptions(kernel.name, options, formatOption);
  const inputs = [boxTensor(kernel.name, 'a', a, format), boxTensor(kernel.name, 'b', b, format)];
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
 * @param a `[N, 4]` in px: x1, y1, x2, y2, or as `format` says. @param b `[M, 4]`.
 * @returns `[N, M]`.
 * @throws on other shapes; of boxes on the host also where numbers are not finite or beyond ±2⁶² px, and boxes are inside out. In tensors, which may not
 * be computed yet, a box inside out counts as one without area.
 */
export function boxIou(a: BoxArray | Tensor, b: BoxArray | Tensor, options: BoxFormatOptions = {}): Tensor {
  return everyPair(kernels.boxIou, a, b, options);
}

/**
 * Generalized IoU of every pair: IoU less the share of the smallest box H around both that neither covers,
 *
 *     GIoU(a, b) = IoU(a, b) − (|H| − |a ∪ b|) / |H|
 *
 * It lies in (−1, 1], and falls as boxes that do not touch move further apart. No gradient, as {@link boxIou}.
 *
 * @param a `[N, 4]`. @param b `[M, 4]`.
 * @returns `[N, M]`; where H has no area, 0.
 * @throws as {@link boxIou}.
 * @see Rezatofighi et al. 2019, Generalized intersection over union.
 */
export function boxGiou(a: BoxArray | Tensor, b: BoxArray | Tensor, options: BoxFormatOptions = {}): Tensor {
  return everyPair(kernels.boxGiou, a, b, options);
}

/**
 * Distance IoU of every pair: IoU less how far the centers lie apart,
 *
 *     DIoU(a, b) = IoU(a, b) − ρ² / c²,    ρ the distance of the centers, c the diagonal of the smallest box around both
 *
 * It lies in (−1, 1]. No gradient, as {@link boxIou}; the loss is `diouLoss`.
 *
 * @param a `[N, 4]`. @param b `[M, 4]`.
 * @returns `[N, M]`; 0 for two equal points.
 * @throws as {@link boxIou}.
 * @see Zheng et al. 2020, Distance-IoU loss.
 */
export function boxDiou(a: BoxArray | Tensor, b: BoxArray | Tensor, options: BoxFormatOptions = {}): Tensor {
  return everyPair(kernels.boxDiou, a, b, options);
}

/**
 * Complete IoU of every pair: distance IoU less how much the ratios of the sides differ,
 *
 *     CIoU(a, b) = DIoU(a, b) − α v,    v = 4 / π² · (atan(w_a / h_a) − atan(w_b / h_b))²,    α = v / (1 − IoU + v)
 *
 * It lies in (−1.5, 1]. No gradient, as {@link boxIou}; the loss is `ciouLoss`.
 *
 * @param a `[N, 4]`. @param b `[M, 4]`.
 * @returns `[N, M]`. The angle of a box without width and height is 0.
 * @throws as {@link boxIou}.
 * @see Zheng et al. 2020, Distance-IoU loss.
 */
export function boxCiou(a: BoxArray | Tensor, b: BoxArray | Tensor, options: BoxFormatOptions = {}): Tensor {
  return everyPair(kernels.boxCiou, a, b, options);
}
