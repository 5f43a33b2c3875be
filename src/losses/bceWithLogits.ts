import * as kernels from '../../kernels/losses';
import { checkTensors } from '../checks/arguments';
import { checkOptions } from '../checks/options';
import { shown } from '../checks/shown';
import { multiply, type Operand } from '../ops/elementwise';
import { broadcastShapes, checkSameShape, equalShapes, show } from '../shape/shape';
import { withGradient } from '../tensor/autograd';
import { applyKernel, type Tensor, tensor, tensorFor } from '../tensor/tensor';
import { type Reduction, reduceLoss } from './reduction';

/** Settings of {@link bceWithLogits}. */
export interface BceWithLogitsOptions {
  /** w ≥ 0, how much more a positive counts (1): one number, or one for each class of the last axis, `[C]`. */
  positiveWeight?: number | readonly number[];
  /** How much each element counts, `[…]`, broadcast to the logits' shape (1). `'mean'` still divides by the number of elements. */
  weights?: Operand;
  /** What is made of the elements (`'mean'`). */
  reduction?: Reduction;
}

/** One positive weight for all, or one a class; the launch's rows are as long as the list. */
function positiveWeights(logits: Tensor, weight: number | readonly number[]): { list: Tensor; rows: number } {
  const numbers: unknown = typeof weight === 'number' ? [weight] : weight;
  const classes = logits.shape[logits.rank - 1];
  const fits = typeof weight === 'number' || (Array.isArray(weight) && weight.length === classes);
  if (!fits || !(numbers as number[]).every((number) => Number.isFinite(number) && number >= 0)) {
    const expected = typeof weight === 'number' ? 'a positive weight' : `${classes ?? 'no'} positive weights`;
    throw new Error(`bceWithLogits: expected ${expected} ≥ 0, got ${shown(weight)}`);
  }
  return { list: tensor(numbers as number[]), rows: typeof weight === 'number' ? 1 : logits.size / classes };
}

/**
 * Binary cross-entropy of logits: −(w · t · log σ(x) + (1 − t) · log(1 − σ(x))), without overflow for any x.
 * @param logits x, `[…]`. @param targets t, the same shape, from 0 to 1; no gradient.
 * @returns one number, `[]`, or with reduction `none` the logits' shape.
 * @throws where the shapes differ, on positive weights that are not one number ≥ 0 or one a class, on weights that do not broadcast to the
 * logits' shape, and on another reduction.
 */
export function bceWithLogits(logits: Tensor, targets: Tensor, settings: BceWithLogitsOptions = {}): Tensor {
  checkTensors('bceWithLogits', { logits, targets });
  const kinds = { reduction: 'any', positiveWeight: 'any', weights: 'any' } as const;
  const { positiveWeight = 1, weights, reduction = 'mean' } = checkOptions('bceWithLogits', settings, kinds);
  checkSameShape('bceWithLogits', 'targets', targets.shape, logits.shape);
  const { list, rows } = positiveWeights(logits, positiveWeight);
  const columns = logits.size === 0 ? 0 : logits.size / rows;
  const options = {
    shape: logits.shape,
    grid: rows === 1 ? [logits.size] : [columns, rows],
    constants: { columns, step: typeof positiveWeight === 'number' ? 0 : 1 },
  };
  const losses = withGradient(
    applyKernel(kernels.bceWithLogits, { ...options, inputs: [logits, targets, list] }),
    'bceWithLogits',
    [logits],
    [(g) => applyKernel(kernels.bceWithLogitsGradient, { ...options, inputs: [logits, targets, list, g] })],
  );
  return reduceLoss(
    'bceWithLogits',
    weights === undefined ? losses : weighted(losses, tensorFor('bceWithLogits', weights)),
    reduction,
  );
}

function weighted(losses: Tensor, weights: Tensor): Tensor {
  if (!equalShapes(broadcastShapes('bceWithLogits', losses.shape, weights.shape), losses.shape)) {
    throw new Error(
      `bceWithLogits: expected weights that broadcast to ${show(losses.shape)}, got ${show(weights.shape)}`,
    );
  }
  return multiply(losses, weights);
}
