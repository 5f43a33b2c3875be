import ndarray, { type NdArray } from 'ndarray';
import { checkList } from '../checks/arguments';
import { checkPositive } from '../checks/numbers';
import { checkOption, checkOptions } from '../checks/options';
import type { Random } from '../tensor/random';
import { featureRows } from './featureRows';

/** Settings of {@link linearSvm}. */
export interface LinearSvmOptions {
  /** How much an error costs against a wide margin (1). */
  cost?: number;
  /** Order in which the examples are visited. */
  random: Random;
  /** Most passes over the examples (1000). */
  passes?: number;
  /** It ends where no example violates its condition by more (1e-3). */
  tolerance?: number;
}

/** A separating plane: a point x lies on the side of sign(w · x + b). */
export interface LinearSvmResult {
  /** w, `[F]`. */
  weights: NdArray<Float64Array>;
  /** b. */
  bias: number;
  /** Passes taken. */
  passes: number;
}

/** Throws unless the settings are numbers above 0. */
export function checkSvm(
  caller: string,
  { cost = 1, passes = 1, tolerance = 1 }: Pick<LinearSvmOptions, 'cost' | 'passes' | 'tolerance'>,
): void {
  for (const [name, value] of Object.entries({ cost, passes, tolerance })) checkPositive(caller, name, value);
}

/**
 * Linear support vector machine: minimizes ½ (‖w‖² + b²) + C Σ max(0, 1 − yᵢ (w · xᵢ + b)).
 *
 * The dual problem has a number αᵢ in [0, C] for each example; w = Σ αᵢ yᵢ xᵢ. One α at a time is moved to its best value with all
 * others fixed (Hsieh et al. 2008, algorithm 1). Examples beyond the margin keep α = 0: only the others, the support vectors, count.
 * @param features `[N, F]`. @param positive `[N]`: whether yᵢ is 1, else −1.
 * @throws where there are not both kinds of examples, or numbers are not finite.
 */
export function linearSvm(
  features: NdArray<Float32Array | Float64Array>,
  positive: readonly boolean[],
  options: LinearSvmOptions,
): LinearSvmResult {
  const {
    cost = 1,
    random,
    passes = 1000,
    tolerance = 1e-3,
  } = checkOptions('linearSvm', options, { cost: 'any', random: 'random', passes: 'any', tolerance: 'any' });
  const rows = featureRows('linearSvm', features);
  checkList('linearSvm', 'positive', positive, 'true and false');
  for (const [i, one] of positive.entries()) checkOption('linearSvm', `positive[${i}]`, one, 'flag');
  if (positive.length !== rows.length) {
    throw new Error(`linearSvm: expected ${rows.length} labels, one a row, got ${positive.length}`);
  }
  if (positive.every(Boolean) || !positive.some(Boolean)) {
    throw new Error(
      `linearSvm: expected positive and negative examples, got ${positive[0] ? 'positive' : 'negative'} ones alone`,
    );
  }
  checkSvm('linearSvm', { cost, passes, tolerance });
  const [, size] = features.shape;
  const weights = new Float64Array(size);
  let bias = 0;
  const alphas = new Float64Array(rows.length);
  // The bias is the weight of a feature that is always 1.
  const lengths = rows.map((row) => row.reduce((sum, value) => sum + value * value, 1));
  const order = Array.from(rows.keys());
  let pass = 0;
  for (let worst = Infinity; worst > tolerance && pass < passes; pass++) {
    let [highest, lowest] = [-Infinity, Infinity];
    for (const i of random.shuffle(order)) {
      const row = rows[i];
      const sign = positive[i] ? 1 : -1;
      let score = bias;
      for (let f = 0; f < size; f++) score += weights[f] * row[f];
      const slope = sign * score - 1;
      // At an end of its interval α cannot go further; a slope that pushes it there violates nothing.
      const projected = alphas[i] === 0 ? Math.min(slope, 0) : alphas[i] === cost ? Math.max(slope, 0) : slope;
      highest = Math.max(highest, projected);
      lowest = Math.min(lowest, projected);
      if (projected === 0) continue;
      const next = Math.min(Math.max(alphas[i] - slope / lengths[i], 0), cost);
      const change = (next - alphas[i]) * sign;
      alphas[i] = next;
      for (let f = 0; f < size; f++) weights[f] += change * row[f];
      bias += change;
    }
    worst = highest - lowest;
  }
  return { weights: ndarray(weights, [size]), bias, passes: pass };
}
