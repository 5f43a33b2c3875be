// Ranges: what values an expression can take, as an interval known when the kernel is compiled.
//
// Safety. Every operation returns an interval that contains all results. A whole number of magnitude up to 2²⁴ is exact in float32;
// the result of an operation that may be fractional or larger is widened by twice float32's relative rounding error, so that the
// interval also holds for what the WebAssembly code computes. NaN is outside every interval: an operation that could make one from
// finite operands (division by an interval with zero) answers `unknown`, and `unknown` operands give `unknown` results, except
// where noted.

/** All x with low ≤ x ≤ high. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

export const unknown: Range = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };

/** Whole numbers up to here are float32 values, and so are their sums and products as long as those stay below, too. */
export const exactLimit = 2 ** 24;

export const exactly = (value: number): Range => ({ low: value, high: value });
export const isKnown = ({ low, high }: Range): boolean => Number.isFinite(low) && Number.isFinite(high);
export const contains = (outer: Range, { low, high }: Range): boolean => low >= outer.low && high <= outer.high;
/** Whether float32 and 32-bit integer arithmetic agree on all whole numbers of the range. */
export const isExact = (range: Range): boolean => contains({ low: -exactLimit, high: exactLimit }, range);
/** Whether 32-bit integers hold all whole numbers of the range, and what rounding to float32 makes of them. */
export const fitsInteger = (range: Range): boolean => contains({ low: -(2 ** 30), high: 2 ** 30 }, range);

export const add = (a: Range, b: Range): Range => guard({ low: a.low + b.low, high: a.high + b.high });
export const subtract = (a: Range, b: Range): Range => guard({ low: a.low - b.high, high: a.high - b.low });
export const negate = ({ low, high }: Range): Range => ({ low: -high, high: -low });

export function multiply(a: Range, b: Range): Range {
  if (!isKnown(a) || !isKnown(b)) return unknown;
  const products = [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high];
  return { low: Math.min(...products), high: Math.max(...products) };
}

export function divide(a: Range, b: Range): Range {
  if (!isKnown(a) || !isKnown(b) || (b.low <= 0 && b.high >= 0)) return unknown;
  const quotients = [a.low / b.low, a.low / b.high, a.high / b.low, a.high / b.high];
  return { low: Math.min(...quotients), high: Math.max(...quotients) };
}

/** `a % b` of whole numbers: the sign of a, less than |b|. */
export function remainder(a: Range, b: Range): Range {
  if (!isKnown(a) || !isKnown(b) || (b.low <= 0 && b.high >= 0)) return unknown;
  const most = Math.max(Math.abs(b.low), Math.abs(b.high)) - 1;
  return { low: a.low >= 0 ? 0 : Math.max(-most, a.low), high: a.high <= 0 ? 0 : Math.min(most, a.high) };
}

export const smaller = (a: Range, b: Range): Range => ({ low: Math.min(a.low, b.low), high: Math.min(a.high, b.high) });
export const larger = (a: Range, b: Range): Range => ({ low: Math.max(a.low, b.low), high: Math.max(a.high, b.high) });
export const union = (a: Range, b: Range): Range => ({ low: Math.min(a.low, b.low), high: Math.max(a.high, b.high) });
/** What is in both; an empty intersection (code that never runs) is answered with the first. */
export function intersect(a: Range, b: Range): Range {
  const low = Math.max(a.low, b.low);
  const high = Math.min(a.high, b.high);
  return low <= high ? { low, high } : a;
}

export const map = ({ low, high }: Range, increasing: (value: number) => number): Range => ({
  low: increasing(low),
  high: increasing(high),
});

export function absolute(range: Range): Range {
  if (range.low >= 0) return range;
  if (range.high <= 0) return negate(range);
  return { low: 0, high: Math.max(-range.low, range.high) };
}

/** Room for the rounding of one float32 operation. */
export function widen(range: Range): Range {
  if (!isKnown(range)) return range;
  const slack = Math.max(Math.abs(range.low), Math.abs(range.high)) * 2 ** -23;
  return { low: range.low - slack, high: range.high + slack };
}

function guard(range: Range): Range {
  return Number.isNaN(range.low) || Number.isNaN(range.high) ? unknown : range;
}
