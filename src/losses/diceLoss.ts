import { checkTensors } from '../checks/arguments';
import { checkOptions } from '../checks/options';
import { shown } from '../checks/shown';
import { add, divide, multiply, scale } from '../ops/elementwise';
import { sum } from '../ops/reduce';
import { checkSameShape, resolveAxes, show } from '../shape/shape';
import type { Tensor } from '../tensor/tensor';
import { type Reduction, reduceLoss } from './reduction';

/** Settings of {@link diceLoss}. */
export interface DiceLossOptions {
  /** Axes that one mask spreads over, negative from the end; all but the first by default. */
  axes?: number | readonly number[];
  /** s > 0, which gives the empty prediction of an empty mask a loss of 0 (1). */
  smooth?: number;
  /** Whether the denominator sums squares, as Milletari et al. have it (false). */
  squared?: boolean;
  /** What is made of the masks' losses (`'mean'`). */
  reduction?: Reduction;
}

/**
 * Dice loss: one minus the overlap of a predicted mask with its target, which weighs a small object as much as a large one.
 *
 *     L = 1 − (2 Σ p t + s) / (Σ p + Σ t + s),    squared: Σ p² + Σ t² in the denominator
 *
 * @param probabilities p, `[N, …]`, from 0 to 1: `sigmoid` or `softmax` of the scores. @param targets t, the same shape, from 0 to 1.
 * @param settings axes: `[1, 2]` of `[N, H, W, C]` gives each class of each image a loss of its own, `[N, C]`.
 * @returns one number, `[]`, or with reduction `none` a loss for each mask: `[N]`, or the shape without `axes`.
 * @throws where the shapes differ or have fewer than two axes and none are named, on a smooth that is not above 0, and on another
 * reduction.
 * @see Milletari et al. 2016, V-Net, section 3; Sudre et al. 2017, Generalized Dice overlap.
 */
export function diceLoss(probabilities: Tensor, targets: Tensor, settings: DiceLossOptions = {}): Tensor {
  checkTensors('diceLoss', { probabilities, targets });
  const kinds = { axes: 'any', smooth: 'any', squared: 'flag', reduction: 'any' } as const;
  const { axes, smooth = 1, squared = false, reduction = 'mean' } = checkOptions('diceLoss', settings, kinds);
  checkSameShape('diceLoss', 'targets', targets.shape, probabilities.shape);
  if (!(Number.isFinite(smooth) && smooth > 0)) {
    throw new Error(`diceLoss: expected smooth > 0, got ${shown(smooth)}`);
  }
  if (axes === undefined && probabilities.rank < 2) {
    throw new Error(
      `diceLoss: expected probabilities [N, …], got ${show(probabilities.shape)}; axes names a mask's axes`,
    );
  }
  const mask = axes ?? probabilities.shape.slice(1).map((_, i) => i + 1);
  const options = { axes: resolveAxes('diceLoss', mask, probabilities.rank) };
  const amount = (x: Tensor) => sum(squared ? multiply(x, x) : x, options);
  const shared = sum(multiply(probabilities, targets), options);
  const whole = add(amount(probabilities), amount(targets));
  const dice = divide(scale(shared, 2, smooth), scale(whole, 1, smooth));
  return reduceLoss('diceLoss', scale(dice, -1, 1), reduction);
}
