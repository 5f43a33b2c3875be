import { type Array64, build } from '../reference/array64';

/** Uniform numbers in [0, 1) from a 32-bit seed (mulberry32), apart from the library's own generator. */
export function createNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Uniform numbers between two bounds, rounded to float32 so that the library and a float64 reference start from the same. */
export function randomArray(next: () => number, shape: readonly number[], low = -1, high = 1): Array64 {
  return build(shape, () => Math.fround(low + (high - low) * next()));
}

/** Whole numbers from 0 to `limit` − 1. */
export function randomIntegers(next: () => number, shape: readonly number[], limit: number): Array64 {
  return build(shape, () => Math.floor(next() * limit));
}

/** Distinct numbers in random order, `distance` apart and centered on 0: no two are equal, so a maximum has one winner. */
export function shuffled(next: () => number, shape: readonly number[], distance = 0.125): Array64 {
  const result = build(shape, () => 0);
  const { data } = result;
  for (let i = 0; i < data.length; i++) data[i] = (i - (data.length >> 1)) * distance;
  for (let i = data.length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [data[i], data[j]] = [data[j], data[i]];
  }
  return result;
}
