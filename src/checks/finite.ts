/** Where the first number stands that is infinite or NaN; −1 where all are finite. A callback per number would box each of them. */
export function firstNonFinite(numbers: Float32Array | Float64Array): number {
  for (let i = 0; i < numbers.length; i++) if (!Number.isFinite(numbers[i])) return i;
  return -1;
}
