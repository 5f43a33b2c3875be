import type { KernelThread } from './thread';

// One thread per row of log-probabilities [rows, classes]: −weight[label] · log p[label], or 0 where the label is ignored.
export function negativeLogLikelihood(
  this: KernelThread,
  logProbabilities: number[],
  labels: number[],
  weights: number[],
): number {
  const label = Math.floor(labels[this.thread.x] + 0.5);
  let loss = 0.0;
  if (label !== this.constants.ignore) {
    loss = -weights[label] * logProbabilities[this.thread.x * this.constants.classes + label];
  }
  return loss;
}

// The weight with which a row counts in the mean.
export function labelWeight(this: KernelThread, labels: number[], weights: number[]): number {
  const label = Math.floor(labels[this.thread.x] + 0.5);
  let weight = 0.0;
  if (label !== this.constants.ignore) {
    weight = weights[label];
  }
  return weight;
}

// ∂/∂logits of the above through log-softmax: weight · (softmax − one-hot) · upstream of the row; softmax = e / (1 + others), others the sum of
// all exponentials e of the row but the largest, which is 1. For the label, p − 1 without the difference of two numbers near 1.
export function crossEntropyGradient(
  this: KernelThread,
  exponentials: number[],
  others: number[],
  labels: number[],
  weights: number[],
  upstream: number[],
): number {
  const row = this.thread.y;
  const label = Math.floor(labels[row] + 0.5);
  let gradient = 0.0;
  if (label !== this.constants.ignore) {
    const share = exponentials[row * this.constants.classes + this.thread.x];
    gradient = share;
    if (label === this.thread.x) {
      gradient = share - 1 - others[row];
    }
    gradient = (gradient / (1 + others[row])) * weights[label] * upstream[row];
  }
  return gradient;
}

// What label smoothing adds: −Σ weight[k] · log p[k] over all classes, or 0 where the label is ignored.
export function uniformLogLikelihood(
  this: KernelThread,
  logProbabilities: number[],
  labels: number[],
  weights: number[],
): number {
  const label = Math.floor(labels[this.thread.x] + 0.5);
  let loss = 0.0;
  if (label !== this.constants.ignore) {
    for (let k = 0; k < this.constants.classes; k++) {
      loss = loss - weights[k] * logProbabilities[this.thread.x * this.constants.classes + k];
    }
  }
  return loss;
}

// Its ∂/∂logits: (softmax · Σ weights − weight) · upstream of the row.
export function uniformLogLikelihoodGradient(
  this: KernelThread,
  exponentials: number[],
  others: number[],
  labels: number[],
  weights: number[],
  upstream: number[],
): number {
  const row = this.thread.y;
  const label = Math.floor(labels[row] + 0.5);
  let gradient = 0.0;
  if (label !== this.constants.ignore) {
    const probability = exponentials[row * this.constants.classes + this.thread.x] / (1 + others[row]);
    gradient = (probability * this.constants.totalWeight - weights[this.thread.x]) * upstream[row];
  }
  return gradient;
}
