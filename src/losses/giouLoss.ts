import * as kernels from '../../kernels/giouLoss';
import { checkTensors } from '../checks/arguments';
import { checkOptions } from '../checks/options';
import { withGradient } from '../tensor/autograd';
import { applyKernel, type Tensor } from '../tensor/tensor';
import { checkBoxPairs } from './boxPairs';
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
export function giouLoss(predicted: Tensor, target: Tensor, options: { reduction?: Reduction } = {}): Tensor {
  checkTensors('giouLoss', { predicted, target });
  const { reduction = 'mean' } = checkOptions('giouLoss', options, { reduction: 'any' });
  checkBoxPairs('giouLoss', predicted, target);
  const { shape, size } = predicted;
  const losses = { shape: [shape[0]], grid: [shape[0]] };
  // The loss is the same with the boxes exchanged.
  const slopes = (inputs: Tensor[]) => applyKernel(kernels.giouLossGradient, { inputs, shape, grid: [size] });
  const each = withGradient(
    applyKernel(kernels.giouLoss, { ...losses, inputs: [predicted, target] }),
    'giouLoss',
    [predicted, target],
    [(g) => slopes([predicted, target, g]), (g) => slopes([target, predicted, g])],
  );
  return reduceLoss('giouLoss', each, reduction);
}
