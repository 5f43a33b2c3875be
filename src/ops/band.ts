/** A matrix whose rows have their non-zeros side by side: row i holds `weights[i · taps …]` from column `first[i]` on. */
export interface Band {
  readonly input: number;
  readonly output: number;
  /** Columns that a row may use, at most `input`. */
  readonly taps: number;
  readonly first: Float32Array;
  readonly weights: Float32Array;
}

/** One entry of a row. */
interface Entry {
  position: number;
  weight: number;
}

/** Widths for which there are kernels of their own. */
function roundTaps(span: number, input: number): number {
  return span === 3 && input >= 4 ? 4 : span;
}

/** Builds a band row by row; entries at the same position add up. */
export function weightedBand(input: number, output: number, row: (i: number) => readonly Entry[]): Band {
  const rows = Array.from({ length: output }, (_, i) => {
    const sums = new Map<number, number>();
    for (const { position, weight } of row(i)) sums.set(position, (sums.get(position) ?? 0) + weight);
    const used = [...sums].filter(([, weight]) => weight !== 0);
    const positions = used.map(([position]) => position);
    return { used, first: Math.min(...positions, input), last: Math.max(...positions, -1) };
  });
  const widest = rows.reduce(
    (most, { used, first, last }) => Math.max(most, used.length > 0 ? last - first + 1 : 1),
    1,
  );
  const taps = roundTaps(widest, input);
  const firsts = new Float32Array(output);
  const weights = new Float32Array(output * taps);
  for (const [i, { used, first }] of rows.entries()) {
    // All the taps stay inside the axis.
    firsts[i] = Math.min(first, input - taps);
    for (const [position, weight] of used) weights[i * taps + position - firsts[i]] = weight;
  }
  return { input, output, taps, first: firsts, weights };
}

/** The transposed matrix. */
export function transpose({ input, output, taps, first, weights }: Band): Band {
  const columns: Entry[][] = Array.from({ length: input }, () => []);
  for (let i = 0; i < output; i++) {
    for (let tap = 0; tap < taps; tap++) {
      const weight = weights[i * taps + tap];
      if (weight !== 0) columns[first[i] + tap].push({ position: i, weight });
    }
  }
  return weightedBand(output, input, (j) => columns[j]);
}

/** Whether every row is one entry of weight 1, so that the matrix only picks. */
export function isSelection({ taps, weights }: Band): boolean {
  return taps === 1 && weights.every((weight) => weight === 1);
}

/** Whether the matrix changes nothing. */
export function isIdentity(band: Band): boolean {
  return band.input === band.output && isSelection(band) && band.first.every((position, i) => position === i);
}
