import * as kernels from '../../kernels/crossEntropy';
import { checkTensors } from '../checks/arguments';
import { checkOptions } from '../checks/options';
import { shown } from '../checks/shown';
import { add, divide, log1p, maximum, scale, subtract } from '../ops/elementwise';
import { sum } from '../ops/reduce';
import { shiftedExponentials } from '../ops/softmax';
import type { KernelFunction } from '../plan/planDescription';
import { checkSameShape, show } from '../shape/shape';
import { withGradient, withoutGradients } from '../tensor/autograd';
import { applyKernel, full, type Tensor, tensor } from '../tensor/tensor';
import { type Reduction, reduceLoss } from './reduction';

/** Settings of {@link crossEntropy}. */
export interface CrossEntropyOptions {
  /** A label whose rows do not count. */
  ignoreIndex?: number;
  /** One weight per class, `[K]`; 1 by default. */
  classWeights?: readonly number[];
  /**
   * ε from 0 to 1: how much of the target is spread over all classes (0), so that no score has to grow without end (Szegedy et al. 2016,
   * section 7). A row's loss is −(1 − ε) w[label] log p[label] − ε / K · Σₖ w[k] log p[k].
   */
  labelSmoothing?: number;
  /** `'mean'` divides by the sum of the rows' weights; where every row is ignored, the loss is 0. */
  reduction?: Reduction;
}

function checkLabels(labels: Tensor, classes: number, ignoreIndex: number | undefined): void {
  const { data } = labels.value;
  if (!data) return;
  // A loop: every training step looks at every pixel's label.
  for (let i = 0; i < data.length; i++) {
    const label = data[i];
    if (label === ignoreIndex || (label >= 0 && label < classes && Number.isInteger(label))) continue;
    throw new Error(`crossEntropy: expected labels from 0 to ${classes - 1}, got ${label} at position ${i}`);
  }
}

const crossEntropyKinds = { ignoreIndex: 'any', classWeights: 'any', labelSmoothing: 'any', reduction: 'any' } as const;

interface Rows {
  logits: Tensor;
  labels: Tensor;
  weights: Tensor;
  constants: { classes: number; ignore: number };
  logProbabilities: Tensor;
  exponentials: Tensor;
  others: Tensor;
}

/** A loss for each row, from a kernel and the one of its gradient. */
function rowLosses(
  { logits, labels, weights, constants, logProbabilities, exponentials, others }: Rows,
  [kernel, gradient]: readonly [KernelFunction, KernelFunction],
  scalars: Record<string, number> = {},
): Tensor {
  const { shape, size } = labels;
  const slope = (g: Tensor) =>
    applyKernel(gradient, {
      inputs: [exponentials, others, labels, weights, g],
      shape: logits.shape,
      grid: [constants.classes, size],
      constants,
      scalars,
    });
  const losses = applyKernel(kernel, { inputs: [logProbabilities, labels, weights], shape, grid: [size], constants });
  return withGradient(losses, 'crossEntropy', [logits], [slope]);
}

/** −weight[label] · log p[label] of each row. */
function ofLabels(rows: Rows): Tensor {
  return rowLosses(rows, [kernels.negativeLogLikelihood, kernels.crossEntropyGradient]);
}

/** −Σ weight[k] · log p[k] of each row; totalWeight is Σ weight[k]. */
function ofAllClasses(rows: Rows, totalWeight: number): Tensor {
  return rowLosses(rows, [kernels.uniformLogLikelihood, kernels.uniformLogLikelihoodGradient], { totalWeight });
}

/** Throws unless there is one finite weight ≥ 0 a class. */
export function checkClassWeights(caller: string, weights: readonly number[], classes: number): void {
  const fits = Array.isArray(weights) && weights.length === classes;
  if (!fits || !weights.every((weight) => Number.isFinite(weight) && weight >= 0)) {
    throw new Error(`${caller}: expected ${classes} class weights ≥ 0, got ${shown(weights)}`);
  }
}

/**
 * Cross-entropy of class scores: −weight[label] · log softmax(logits)[label], for one label per row or per pixel.
 * @param logits `[…, K]`: unnormalized scores, e.g. `[N, K]` or `[N, H, W, K]`.
 * @param labels `[…]`: class numbers 0 … K − 1, or `ignoreIndex`. Ones that are still to be computed are not checked.
 * @returns one number, `[]`, or with reduction `none` a loss per row.
 * @throws where the shapes do not fit, on another label, on class weights that are not K numbers ≥ 0, on a labelSmoothing
 * outside 0 to 1, and on another reduction.
 */
export function crossEntropy(logits: Tensor, labels: Tensor, options: CrossEntropyOptions = {}): Tensor {
  checkTensors('crossEntropy', { logits, labels });
  const {
    ignoreIndex,
    classWeights,
    labelSmoothing = 0,
    reduction = 'mean',
  } = checkOptions('crossEntropy', options, crossEntropyKinds);
  if (ignoreIndex !== undefined && !Number.isInteger(ignoreIndex)) {
    throw new Error(`crossEntropy: expected ignoreIndex to be a whole number, got ${shown(ignoreIndex)}`);
  }
  if (logits.rank < 1) throw new Error(`crossEntropy: expected logits […, K], got ${show(logits.shape)}`);
  const classes = logits.shape[logits.rank - 1];
  if (classes === 0) throw new Error(`crossEntropy: expected at least one class, got logits ${show(logits.shape)}`);
  checkSameShape('crossEntropy', 'labels', labels.shape, logits.shape.slice(0, -1));
  checkLabels(labels, classes, ignoreIndex);
  if (classWeights !== undefined) checkClassWeights('crossEntropy', classWeights, classes);
  if (!(typeof labelSmoothing === 'number' && labelSmoothing >= 0 && labelSmoothing <= 1)) {
    throw new Error(`crossEntropy: expected labelSmoothing from 0 to 1, got ${shown(labelSmoothing)}`);
  }
  const weights = classWeights ? tensor(classWeights) : full([classes], 1);
  const constants = { classes, ignore: ignoreIndex ?? -1 };
  const { centered, exponentials, others } = withoutGradients(() => shiftedExponentials(logits, logits.rank - 1));
  const logProbabilities = withoutGradients(() => subtract(centered, log1p(others)));
  const rows: Rows = { logits, labels, weights, constants, logProbabilities, exponentials, others };
  const losses = labelSmoothing === 0 ? ofLabels(rows) : smoothed(rows, labelSmoothing, classWeights);
  if (reduction !== 'mean') return reduceLoss('crossEntropy', losses, reduction);
  const { shape, size } = labels;
  const counted = applyKernel(kernels.labelWeight, { inputs: [labels, weights], shape, grid: [size], constants });
  return divide(sum(losses), maximum(sum(counted), 1e-12));
}

function smoothed(rows: Rows, smoothing: number, classWeights: readonly number[] | undefined): Tensor {
  const { classes } = rows.constants;
  const totalWeight = classWeights?.reduce((sum, weight) => sum + weight, 0) ?? classes;
  const spread = scale(ofAllClasses(rows, totalWeight), smoothing / classes);
  return add(scale(ofLabels(rows), 1 - smoothing), spread);
}
