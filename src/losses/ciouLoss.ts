import * as kernels from '../../kernels/ciouLoss';
import { checkTensors } from '../checks/arguments';
import { checkOptions } from '../checks/options';
import { add, divide, multiply, negate, scale, subtract } from '../ops/elementwise';
import { reshape } from '../ops/reshape';
import { withGradient, withoutGradients } from '../tensor/autograd';
import { applyKernel, type Tensor } from '../tensor/tensor';
import { boxPairs, widthAndHeight } from './boxPairs';
import { distanceLosses } from './diouLoss';
import { type Reduction, reduceLoss } from './reduction';

/** The angle of a box's diagonal, atan(width / height), `[N, 1]`; 0 of a point. */
function aspectAngle(sides: Tensor): Tensor {
  const [width, height] = widthAndHeight(sides);
  const options = { shape: width.shape, grid: [width.size] };
  // ∂angle/∂width = height / (width² + height²), and the same with both exchanged and the sign turned; 0 at a point.
  const slope = (along: Tensor, across: Tensor) =>
    applyKernel(kernels.aspectAngleGradient, { ...options, inputs: [along, across] });
  return withGradient(
    applyKernel(kernels.aspectAngle, { ...options, inputs: [width, height] }),
    'aspectAngle',
    [width, height],
    [(g) => multiply(g, slope(width, height)), (g) => negate(multiply(g, slope(height, width)))],
  );
}

/**
 * 1 − CIoU of boxes side by side: {@link diouLoss}, and how much the ratios of the sides differ.
 *
 *     CIoU(a, b) = DIoU(a, b) − α v,    v = 4 / π² · (atan(w_b / h_b) − atan(w_a / h_a))²,    α = v / (1 − IoU + v)
 *
 * α is a constant for the gradient. The slope of the angle grows as 1 / (w² + h²): give boxes in pixels, not in shares of the image.
 *
 * @param predicted `[N, 4]` x1, y1, x2, y2 with x1 ≤ x2 and y1 ≤ y2, as `decodeTensor` gives them. @param target `[N, 4]`.
 * @returns one number from 0 to 2.5, or with reduction `none` `[N]`. Areas and squared diagonals below 10⁻⁷ count as 10⁻⁷; the angle of a box
 * without width and height is 0.
 * @throws where the shapes do not fit, and on another reduction.
 * @see Zheng et al. 2020, Distance-IoU loss, equations 8 to 11.
 */
export function ciouLoss(predicted: Tensor, target: Tensor, options: { reduction?: Reduction } = {}): Tensor {
  checkTensors('ciouLoss', { predicted, target });
  const { reduction = 'mean' } = checkOptions('ciouLoss', options, { reduction: 'any' });
  const pairs = boxPairs('ciouLoss', predicted, target);
  const { losses, iou } = distanceLosses(pairs);
  const turn = subtract(aspectAngle(pairs.target.sides), aspectAngle(pairs.predicted.sides));
  const shape = scale(multiply(turn, turn), 4 / Math.PI ** 2);
  const weight = withoutGradients(() => divide(shape, scale(add(subtract(1, iou), shape), 1, 1e-7)));
  return reduceLoss('ciouLoss', reshape(add(losses, multiply(weight, shape)), [predicted.shape[0]]), reduction);
}
