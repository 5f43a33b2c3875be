/** How far apart numbers may be: |actual − expected| ≤ absolute + relative · |expected|. */
export interface Tolerance {
  absolute?: number;
  relative?: number;
  /** What the numbers are, for the error. */
  name?: string;
}

/**
 * Asserts that two lists of numbers are close: |actual − expected| ≤ absolute + relative · |expected| for each pair.
 * Infinities must be the same; a NaN on either side fails.
 * @throws with the worst pair, its index, and how many pairs are too far apart; or where the lengths differ.
 */
export function assertAllClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { absolute = 1e-5, relative = 1e-5, name = 'assertAllClose' }: Tolerance = {},
): void {
  if (!(absolute >= 0 && relative >= 0)) {
    throw new Error(`${name}: expected tolerances ≥ 0, got absolute ${absolute} and relative ${relative}`);
  }
  if (actual.length !== expected.length) {
    throw new Error(`${name}: expected ${expected.length} values, got ${actual.length}`);
  }
  let mismatches = 0;
  let worst = 0;
  let worstExcess = -1;
  for (let i = 0; i < expected.length; i++) {
    if (actual[i] === expected[i]) continue;
    const difference = Math.abs(actual[i] - expected[i]);
    const allowed = absolute + relative * Math.abs(expected[i]);
    if (Number.isFinite(difference) && difference <= allowed) continue;
    mismatches++;
    // How many times too far; a NaN or an infinity is worse than any number.
    const excess = Number.isFinite(difference) ? difference / allowed : Number.POSITIVE_INFINITY;
    if (excess > worstExcess) {
      worst = i;
      worstExcess = excess;
    }
  }
  if (mismatches === 0) return;
  throw new Error(
    `${name}: expected ${expected[worst]} at ${worst}, got ${actual[worst]}; ` +
      `${mismatches} of ${expected.length} values differ by more than ${absolute} + ${relative} · |expected|`,
  );
}
