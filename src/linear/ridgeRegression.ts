import ndarray, { type NdArray } from 'ndarray';
import { checkPositive } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { featureRows } from './featureRows';

/** The lower triangle L of a symmetric positive definite matrix A = L Lᵀ, row by row (Cholesky). */
function cholesky(matrix: Float64Array, size: number): Float64Array {
  const lower = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let value = matrix[i * size + j];
      for (let k = 0; k < j; k++) value -= lower[i * size + k] * lower[j * size + k];
      lower[i * size + j] = i === j ? Math.sqrt(value) : value / lower[j * size + j];
    }
  }
  return lower;
}

/**
 * Linear regression with a penalty on large weights: W = argmin Σ ‖yᵢ − Wᵀ xᵢ‖² + λ ‖W‖², solved exactly:
 * (XᵀX + λ I) W = XᵀY.
 *
 * Without a bias: append a feature that is always 1 to have one.
 * @param features X, `[N, F]`. @param targets Y, `[N, T]`.
 * @param options penalty: λ > 0 (1).
 * @returns W, float64 `[F, T]`.
 * @throws on other shapes, numbers that are not finite, and a penalty that is not above 0.
 */
export function ridgeRegression(
  features: NdArray<Float32Array | Float64Array>,
  targets: NdArray<Float32Array | Float64Array>,
  options: { penalty?: number } = {},
): NdArray<Float64Array> {
  const { penalty = 1 } = checkOptions('ridgeRegression', options, { penalty: 'any' });
  const rows = featureRows('ridgeRegression', features);
  const wanted = featureRows('ridgeRegression', targets, 'targets');
  if (wanted.length !== rows.length) {
    throw new Error(`ridgeRegression: expected ${rows.length} targets, one a row, got ${wanted.length}`);
  }
  checkPositive('ridgeRegression', 'penalty', penalty);
  const [size, outputs] = [features.shape[1], targets.shape[1]];
  const gram = new Float64Array(size * size);
  const weights = new Float64Array(size * outputs);
  for (const [i, row] of rows.entries()) {
    for (let f = 0; f < size; f++) {
      for (let g = 0; g <= f; g++) gram[f * size + g] += row[f] * row[g];
      for (let t = 0; t < outputs; t++) weights[f * outputs + t] += row[f] * wanted[i][t];
    }
  }
  for (let f = 0; f < size; f++) gram[f * size + f] += penalty;
  // Only the lower triangle is read. L z = XᵀY from the top, then Lᵀ W = z from the bottom, in place.
  const lower = cholesky(gram, size);
  for (let t = 0; t < outputs; t++) {
    for (let i = 0; i < size; i++) {
      for (let k = 0; k < i; k++) weights[i * outputs + t] -= lower[i * size + k] * weights[k * outputs + t];
      weights[i * outputs + t] /= lower[i * size + i];
    }
    for (let i = size - 1; i >= 0; i--) {
      for (let k = i + 1; k < size; k++) weights[i * outputs + t] -= lower[k * size + i] * weights[k * outputs + t];
      weights[i * outputs + t] /= lower[i * size + i];
    }
  }
  return ndarray(weights, [size, outputs]);
}
