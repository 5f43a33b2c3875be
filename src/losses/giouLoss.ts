import { add, divide, maximum, minimum, multiply, relu, scale, subtract } from '../ops/elementwise';
import { reshape } from '../ops/reshape';
import { slice } from '../ops/slice';
import { checkSameShape, show } from '../tensor/shape';
import type { Tensor } from '../tensor/tensor';
import { type Reduction, reduceLoss } from './reduction';

/**
 * 1 − GIoU of boxes side by side: falls as each predicted box approaches its target, also while they do not touch yet.
 *
 *     GIoU(a, b) = |a ∩ b| / |a ∪ b| − (|H| − |a ∪ b|) / |H|,    H the smallest box around both
 *
 * @param predicted `[N, 4]` x1, y1, x2, y2 with x1 ≤ x2 and y1 ≤ y2, as `decodeTensor` gives them. @param target `[N, 4]`.
 * @returns one number from 0 to 2, or with reduction `none` `[N]`. Areas below 10⁻⁷ count as 10⁻⁷ where they divide.
 * @throws where the shapes do not fit, and on another reduction.
 * @see Rezatofighi et al. 2019, Generalized intersection over union.
 */
export function giouLoss(
  predicted: Tensor,
  target: Tensor,
  { reduction = 'mean' }: { reduction?: Reduction } = {},
): Tensor {
  if (predicted.rank !== 2 || predicted.shape[1] !== 4) {
    throw new Error(`giouLoss: expected predicted [N, 4], got ${show(predicted.shape)}`);
  }
  checkSameShape('giouLoss', 'target', target.shape, predicted.shape);
  const count = predicted.shape[0];
  const corners = (boxes: Tensor) => [slice(boxes, { end: [count, 2] }), slice(boxes, { start: [0, 2] })];
  const area = (sides: Tensor) => multiply(slice(sides, { end: [count, 1] }), slice(sides, { start: [0, 1] }));
  const [low, high] = corners(predicted);
  const [targetLow, targetHigh] = corners(target);
  const shared = area(relu(subtract(minimum(high, targetHigh), maximum(low, targetLow))));
  const union = subtract(add(area(subtract(high, low)), area(subtract(targetHigh, targetLow))), shared);
  const hull = area(subtract(maximum(high, targetHigh), minimum(low, targetLow)));
  const divisor = (whole: Tensor) => maximum(whole, 1e-7);
  const giou = subtract(divide(shared, divisor(union)), divide(subtract(hull, union), divisor(hull)));
  return reduceLoss('giouLoss', reshape(scale(giou, -1, 1), [count]), reduction);
}
