import { checkTensors } from '../checks/arguments';
import { checkOptions } from '../checks/options';
import { add, divide, multiply, scale, subtract } from '../ops/elementwise';
import { sum } from '../ops/reduce';
import { reshape } from '../ops/reshape';
import type { Tensor } from '../tensor/tensor';
import { type BoxPairs, boxPairs, divisor } from './boxPairs';
import { type Reduction, reduceLoss } from './reduction';

/** Squared length of vectors `[N, 2]`, `[N, 1]`. */
function squaredLength(x: Tensor): Tensor {
  return sum(multiply(x, x), { axes: 1, keepDims: true });
}

/** 1 − DIoU and IoU of each pair, `[N, 1]`. */
export function distanceLosses({ predicted, target, hull, shared, union }: BoxPairs): { losses: Tensor; iou: Tensor } {
  const iou = divide(shared, divisor(union));
  // Twice the way between the centers, in differences of corners, which lose no digits where both are far from 0.
  const way = add(subtract(predicted.low, target.low), subtract(predicted.high, target.high));
  const distance = divide(scale(squaredLength(way), 0.25), divisor(squaredLength(hull.sides)));
  return { losses: add(scale(iou, -1, 1), distance), iou };
}

/**
 * 1 − DIoU of boxes side by side: beside the overlap, the distance of the centers counts, so a box that lies apart from its target moves
 * there directly, where {@link giouLoss} first grows it.
 *
 *     DIoU(a, b) = |a ∩ b| / |a ∪ b| − ρ² / c²,    ρ the distance of the centers, c the diagonal of the smallest box around both
 *
 * @param predicted `[N, 4]` x1, y1, x2, y2 with x1 ≤ x2 and y1 ≤ y2, as `decodeTensor` gives them. @param target `[N, 4]`.
 * @returns one number from 0 to 2, or with reduction `none` `[N]`. Areas and squared diagonals below 10⁻⁷ count as 10⁻⁷.
 * @throws where the shapes do not fit, and on another reduction.
 * @see Zheng et al. 2020, Distance-IoU loss, equation 7.
 */
export function diouLoss(predicted: Tensor, target: Tensor, options: { reduction?: Reduction } = {}): Tensor {
  checkTensors('diouLoss', { predicted, target });
  const { reduction = 'mean' } = checkOptions('diouLoss', options, { reduction: 'any' });
  const { losses } = distanceLosses(boxPairs('diouLoss', predicted, target));
  return reduceLoss('diouLoss', reshape(losses, [predicted.shape[0]]), reduction);
}
