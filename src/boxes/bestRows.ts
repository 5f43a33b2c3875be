/**
 * The rows of the `count` largest scores, largest first, and of equal ones the lower row first: what every suppression goes by.
 * @param count all of them by default.
 */
export function bestRows(scores: Float32Array | Float64Array, count = scores.length): number[] {
  // Numbers alone sort many times faster than rows do: they tell which few rows are worth sorting.
  const least = scores.length > count ? scores.slice().sort()[scores.length - count] : Number.NEGATIVE_INFINITY;
  const rows: number[] = [];
  for (let row = 0; row < scores.length; row++) if (scores[row] >= least) rows.push(row);
  return rows.sort((i, j) => scores[j] - scores[i] || i - j).slice(0, count);
}
