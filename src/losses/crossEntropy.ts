import * as kernels from '../../kernels/crossEntropy';
import { divide, log, maximum, subtract } from '../ops/elementwise';
import { sum } from '../ops/reduce';
import { shiftedExponentials } from '../ops/softmax';
import { withGradient, withoutGradients } from '../tensor/autograd';
import { checkSameShape, show } from '../tensor/shape';
import { applyKernel, full, type Tensor, tensor } from '../tensor/tensor';
import { type Reduction, reduceLoss } from './reduction';

/** Settings of {@link crossEntropy}. */
export interface CrossEntropyOptions {
  /** A label whose rows do not count. */
  ignoreIndex?: number;
  /** One weight per class, `[K]`; 1 by default. */
  classWeights?: readonly number[];
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

/** Throws unless there is one finite weight ≥ 0 a class. */
export function checkClassWeights(caller: string, weights: readonly number[], classes: number): void {
  if (weights.length !== classes || !weights.every((weight) => weight >= 0 && weight < Number.POSITIVE_INFINITY)) {
    throw new Error(`${caller}: expected ${classes} class weights ≥ 0, got [${weights}]`);
  }
}

/**
 * Cross-entropy of class scores: −weight[label] · log softmax(logits)[label], for one label per row or per pixel.
 * @param logits `[…, K]`: unnormalised scores, e.g. `[N, K]` or `[N, H, W, K]`.
 * @param labels `[…]`: class numbers 0 … K − 1, or `ignoreIndex`. Ones that are still to be computed are not checked.
 * @returns one number, `[]`, or with reduction `none` a loss per row.
 * @throws where the shapes do not fit, on another label, on class weights that are not K numbers ≥ 0, and on another reduction.
 */
export function crossEntropy(logits: Tensor, labels: Tensor, options: CrossEntropyOptions = {}): Tensor {
  const { ignoreIndex, classWeights, reduction = 'mean' } = options;
  if (logits.rank < 1) throw new Error(`crossEntropy: expected logits […, K], got ${show(logits.shape)}`);
  const classes = logits.shape[logits.rank - 1];
  checkSameShape('crossEntropy', 'labels', labels.shape, logits.shape.slice(0, -1));
  checkLabels(labels, classes, ignoreIndex);
  if (classWeights) checkClassWeights('crossEntropy', classWeights, classes);
  const weights = classWeights ? tensor(classWeights) : full([classes], 1);
  const rows = labels.size;
  const constants = { classes, ignore: ignoreIndex ?? -1 };
  const { centred, exponentials, total } = withoutGradients(() => shiftedExponentials(logits, logits.rank - 1));
  const logProbabilities = withoutGradients(() => subtract(centred, log(total)));
  const losses = withGradient(
    applyKernel(kernels.negativeLogLikelihood, {
      inputs: [logProbabilities, labels, weights],
      shape: labels.shape,
      grid: [rows],
      constants,
    }),
    'crossEntropy',
    [logits],
    [
      (g) =>
        applyKernel(kernels.crossEntropyGradient, {
          inputs: [exponentials, total, labels, weights, g],
          shape: logits.shape,
          grid: [classes, rows],
          constants,
        }),
    ],
  );
  if (reduction !== 'mean') return reduceLoss('crossEntropy', losses, reduction);
  const counted = applyKernel(kernels.labelWeight, {
    inputs: [labels, weights],
    shape: labels.shape,
    grid: [rows],
    constants,
  });
  return divide(sum(losses), maximum(sum(counted), 1e-12));
}
