import { type Array64, at } from './array64';
import { map2 } from './elementwise';
import { drop, sum } from './reduce';
import { logSoftmax } from './softmax';

export type Reduction = 'mean' | 'sum' | 'none';

/** Applies a reduction; a single number has shape []. */
export function reduceLoss(losses: Array64, reduction: Reduction, weight = losses.data.length): Array64 {
  if (reduction === 'none') return losses;
  const total = losses.data.reduce((partial, value) => partial + value, 0);
  return { shape: [], data: Float64Array.of(reduction === 'sum' ? total : weight === 0 ? 0 : total / weight) };
}

/**
 * −Σ target[k] · weight[k] · log softmax[k] per row, the target 1 − ε at the label and ε / K at every class; `mean` divides by the
 * weights of the rows' labels.
 */
export function crossEntropy(
  logits: Array64,
  labels: Array64,
  {
    ignoreIndex,
    classWeights,
    labelSmoothing = 0,
    reduction,
  }: { ignoreIndex?: number; classWeights?: readonly number[]; labelSmoothing?: number; reduction: Reduction },
): Array64 {
  const classes = logits.shape.at(-1)!;
  const rows = { shape: [labels.data.length, classes], data: logits.data };
  const logProbabilities = logSoftmax(rows, 1);
  const weights = Array.from(labels.data, (label) => (label === ignoreIndex ? 0 : (classWeights?.[label] ?? 1)));
  const data = labels.data.map((label, row) => {
    if (label === ignoreIndex) return 0;
    let loss = 0;
    for (let k = 0; k < classes; k++) {
      const target = (k === label ? 1 - labelSmoothing : 0) + labelSmoothing / classes;
      loss -= target * (classWeights?.[k] ?? 1) * at(logProbabilities, row, k);
    }
    return loss;
  });
  return reduceLoss(
    { shape: labels.shape, data },
    reduction,
    weights.reduce((total, weight) => total + weight, 0),
  );
}

const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** Positives' weights: one for all, or one for each class of the last axis. */
export function bceWithLogits(
  logits: Array64,
  targets: Array64,
  {
    positiveWeight,
    weights,
    reduction,
  }: { positiveWeight: number | number[]; weights?: Array64; reduction: Reduction },
): Array64 {
  const list = typeof positiveWeight === 'number' ? [positiveWeight] : positiveWeight;
  const data = logits.data.map((x, i) => {
    const t = targets.data[i];
    return list[i % list.length] * t * softplus(-x) + (1 - t) * softplus(x);
  });
  const losses = { shape: logits.shape, data };
  return reduceLoss(weights ? map2(losses, weights, (loss, weight) => loss * weight) : losses, reduction);
}

/** The equation of the paper, with log p_t from softplus and no other care. */
export function focalLoss(
  logits: Array64,
  targets: Array64,
  { alpha, gamma, reduction }: { alpha: number | null; gamma: number; reduction: Reduction },
): Array64 {
  const loss = (x: number, t: number) => {
    const p = 1 / (1 + Math.exp(-x));
    const weight = alpha === null ? 1 : alpha * t + (1 - alpha) * (1 - t);
    return weight * (p * (1 - t) + (1 - p) * t) ** gamma * (t * softplus(-x) + (1 - t) * softplus(x));
  };
  return reduceLoss(map2(logits, targets, loss), reduction);
}

/** 1 − (2 Σ p t + s) / (Σ p + Σ t + s) over the listed axes. */
export function diceLoss(
  probabilities: Array64,
  targets: Array64,
  { axes, smooth, squared, reduction }: { axes: number[]; smooth: number; squared: boolean; reduction: Reduction },
): Array64 {
  const shared = sum(
    map2(probabilities, targets, (p, t) => p * t),
    axes,
  );
  const whole = sum(
    map2(probabilities, targets, (p, t) => (squared ? p * p + t * t : p + t)),
    axes,
  );
  const losses = map2(shared, whole, (part, all) => 1 - (2 * part + smooth) / (all + smooth));
  return reduceLoss(drop(losses, axes), reduction);
}

export function huber(predicted: Array64, target: Array64, delta: number, reduction: Reduction): Array64 {
  return reduceLoss(
    map2(predicted, target, (p, t) =>
      Math.abs(p - t) < delta ? (p - t) ** 2 / 2 : delta * (Math.abs(p - t) - delta / 2),
    ),
    reduction,
  );
}

export function l1(predicted: Array64, target: Array64, reduction: Reduction): Array64 {
  return reduceLoss(
    map2(predicted, target, (p, t) => Math.abs(p - t)),
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
