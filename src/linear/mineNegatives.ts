import ndarray, { type NdArray } from 'ndarray';
import { checkCount } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import type { Random } from '../tensor/random';
import { featureRows } from './featureRows';
import { checkSvm, type LinearSvmOptions, linearSvm } from './linearSvm';

/** Settings of {@link mineNegatives}. */
export interface MineNegativesOptions extends Pick<LinearSvmOptions, 'cost' | 'passes' | 'tolerance'> {
  /** Which negatives come first, and the order in which examples are visited. */
  random: Random;
  /** Negatives to begin with, drawn at random (three times as many as there are positives). */
  start?: number;
  /** Times that the hard negatives are collected (2). */
  rounds?: number;
}

/** A classifier on the way; the last one is the result. */
export interface MiningRound {
  /** w, `[F]`. */
  weights: NdArray<Float64Array>;
  /** b. */
  bias: number;
  /** Rows of the negatives that it was trained on, ascending. */
  chosen: number[];
  /** Rows of those that it was not trained on and takes for positives, or nearly: margin above −1. The next round adds them. */
  hard: number[];
  /** `[P]`: w · x + b of every positive. */
  positiveMargins: Float64Array;
  /** `[N]`: w · x + b of every negative, trained on or not. */
  negativeMargins: Float64Array;
}

/**
 * A linear support vector machine where there are far more negatives than can be learned from, most of them easy: it begins with a random
 * few, collects those of all that it takes for positives, or nearly, and learns again.
 *
 * What lies beyond the margin would have α = 0 in {@link linearSvm}: once no hard negative is left, the plane is that of all negatives.
 * @param positives `[P, F]`. @param negatives `[N, F]`.
 * @returns one entry a classifier, at most rounds + 1; it ends early where no hard negative is left.
 * @throws where one kind has no examples, lengths differ, numbers are not finite, and on settings out of range.
 * @see Girshick et al. 2014, R-CNN, section 2.3; Felzenszwalb et al. 2010, section 4.4.
 */
export function mineNegatives(
  positives: NdArray<Float32Array | Float64Array>,
  negatives: NdArray<Float32Array | Float64Array>,
  options: MineNegativesOptions,
): MiningRound[] {
  const {
    random,
    start,
    rounds = 2,
    ...settings
  } = checkOptions('mineNegatives', options, {
    random: 'random',
    start: 'any',
    rounds: 'any',
    cost: 'any',
    passes: 'any',
    tolerance: 'any',
  });
  const wanted = featureRows('mineNegatives', positives, 'positives');
  const pool = featureRows('mineNegatives', negatives, 'negatives');
  const [, size] = positives.shape;
  if (negatives.shape[1] !== size) {
    throw new Error(`mineNegatives: expected negatives [N, ${size}], got [${negatives.shape.join(', ')}]`);
  }
  const first = start ?? 3 * wanted.length;
  checkCount('mineNegatives', 'start', first, 1);
  checkCount('mineNegatives', 'rounds', rounds, 0);
  checkSvm('mineNegatives', settings);
  const result: MiningRound[] = [];
  const rows = Array.from(pool.keys());
  const chosen = new Set(random.shuffle([...rows]).slice(0, first));
  for (let round = 0; ; round++) {
    const examples = [...wanted, ...[...chosen].map((i) => pool[i])];
    const features = new Float64Array(examples.length * size);
    for (const [i, row] of examples.entries()) features.set(row, i * size);
    const isPositive = examples.map((_, i) => i < wanted.length);
    const plane = linearSvm(ndarray(features, [examples.length, size]), isPositive, { random, ...settings });
    const { weights, bias } = plane;
    const margin = (row: Float64Array) => row.reduce((sum, value, f) => sum + value * weights.data[f], bias);
    const negativeMargins = Float64Array.from(pool, margin);
    const hard = rows.filter((i) => !chosen.has(i) && negativeMargins[i] > -1);
    const trained = [...chosen].sort((a, b) => a - b);
    const positiveMargins = Float64Array.from(wanted, margin);
    result.push({ weights, bias, chosen: trained, hard, positiveMargins, negativeMargins });
    if (round === rounds || hard.length === 0) return result;
    for (const i of hard) chosen.add(i);
  }
}
