import { type Array64, at } from './array64';
import { map2 } from './elementwise';
import { logSoftmax } from './softmax';

export type Reduction = 'mean' | 'sum' | 'none';

/** Applies a reduction; a single number has shape []. */
export function reduceLoss(losses: Array64, reduction: Reduction, weight = losses.data.length): Array64 {
  if (reduction === 'none') return losses;
  const total = losses.data.reduce((partial, value) => partial + value, 0);
  return { shape: [], data: Float64Array.of(reduction === 'sum' ? total : weight === 0 ? 0 : total / weight) };
}

/** −weight[label] · log softmax[label] per row; `mean` divides by the rows' weights. */
export function crossEntropy(
  logits: Array64,
  labels: Array64,
  {
    ignoreIndex,
    classWeights,
    reduction,
  }: { ignoreIndex?: number; classWeights?: readonly number[]; reduction: Reduction },
): Array64 {
  const classes = logits.shape.at(-1)!;
  const rows = { shape: [labels.data.length, classes], data: logits.data };
  const logProbabilities = logSoftmax(rows, 1);
  const weights = Array.from(labels.data, (label) => (label === ignoreIndex ? 0 : (classWeights?.[label] ?? 1)));
  const data = labels.data.map((label, row) =>
    label === ignoreIndex ? 0 : -weights[row] * at(logProbabilities, row, label),
  );
  return reduceLoss(
    { shape: labels.shape, data },
    reduction,
    weights.reduce((total, weight) => total + weight, 0),
  );
}

export function bceWithLogits(
  logits: Array64,
  targets: Array64,
  positiveWeight: number,
  reduction: Reduction,
): Array64 {
  const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  return reduceLoss(
    map2(logits, targets, (x, t) => positiveWeight * t * softplus(-x) + (1 - t) * softplus(x)),
    reduction,
  );
}

export function smoothL1(predicted: Array64, target: Array64, beta: number, reduction: Reduction): Array64 {
  return reduceLoss(
    map2(predicted, target, (p, t) =>
      Math.abs(p - t) < beta ? (p - t) ** 2 / (2 * beta) : Math.abs(p - t) - beta / 2,
    ),
    reduction,
  );
}

export function mse(predicted: Array64, target: Array64, reduction: Reduction): Array64 {
  return reduceLoss(
    map2(predicted, target, (p, t) => (p - t) ** 2),
    reduction,
  );
}
