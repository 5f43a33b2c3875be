import type { Coefficients } from './scan';

// The inverse discrete cosine transform of 8 × 8 blocks in whole numbers, columns first, then rows.
// Loeffler, Ligtenberg and Moschytz, Practical fast 1-D DCT algorithms with 11 multiplications, ICASSP 1989; constants and rounding are those
// of libjpeg's jidctint.c, so that every sample is the one that libjpeg, Pillow and OpenCV find.

/** Bits behind the point in the constants, and those kept between the two passes. */
const constantBits = 13;
const passBits = 2;

const [f0298, f0390, f0541, f0765, f0899, f1175] = [2446, 3196, 4433, 6270, 7373, 9633];
const [f1501, f1847, f1961, f2053, f2562, f3072] = [12299, 15137, 16069, 16819, 20995, 25172];

/** What {@link transform} finds. */
const results = new Int32Array(8);
const between = new Int32Array(64);

/** Eight values of eight coefficients, times √8 · 2^{@link constantBits}, and an offset; left in {@link results}. */
function transform(
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  c4: number,
  c5: number,
  c6: number,
  c7: number,
  offset: number,
): void {
  const half = Math.imul(c2 + c6, f0541);
  const t2 = half - Math.imul(c6, f1847);
  const t3 = half + Math.imul(c2, f0765);
  const t0 = ((c0 + c4) << constantBits) + offset;
  const t1 = ((c0 - c4) << constantBits) + offset;

  const all = Math.imul(c7 + c3 + c5 + c1, f1175);
  const s1 = Math.imul(c7 + c1, f0899);
  const s2 = Math.imul(c5 + c3, f2562);
  const s3 = all - Math.imul(c7 + c3, f1961);
  const s4 = all - Math.imul(c5 + c1, f0390);
  const r0 = Math.imul(c7, f0298) - s1 + s3;
  const r1 = Math.imul(c5, f2053) - s2 + s4;
  const r2 = Math.imul(c3, f3072) - s2 + s3;
  const r3 = Math.imul(c1, f1501) - s1 + s4;

  results[0] = t0 + t3 + r3;
  results[7] = t0 + t3 - r3;
  results[1] = t1 + t2 + r2;
  results[6] = t1 + t2 - r2;
  results[2] = t1 - t2 + r1;
  results[5] = t1 - t2 - r1;
  results[3] = t0 - t3 + r0;
  results[4] = t0 - t3 - r0;
}

/**
 * Turns the coefficients of a block, `values[at]` … `values[at + 63]`, into samples 0–255.
 * @param steps `[64]`: what coefficients are multiplied by. @param target gets eight rows of eight, `stride` apart, from `place` on.
 */
export function inverseDct(
  values: Coefficients,
  at: number,
  steps: Uint16Array,
  target: Uint8ClampedArray,
  place: number,
  stride: number,
): void {
  let isFlat = true;
  for (let x = 0; x < 8; x++) {
    const c0 = Math.imul(values[at + x], steps[x]);
    const [a1, a2, a3] = [values[at + x + 8], values[at + x + 16], values[at + x + 24]];
    const [a4, a5, a6, a7] = [values[at + x + 32], values[at + x + 40], values[at + x + 48], values[at + x + 56]];
    if ((a1 | a2 | a3 | a4 | a5 | a6 | a7) === 0) {
      const value = c0 << passBits;
      if (x > 0 && value !== 0) isFlat = false;
      for (let y = x; y < 64; y += 8) between[y] = value;
      continue;
    }
    isFlat = false;
    transform(
      c0,
      Math.imul(a1, steps[x + 8]),
      Math.imul(a2, steps[x + 16]),
      Math.imul(a3, steps[x + 24]),
      Math.imul(a4, steps[x + 32]),
      Math.imul(a5, steps[x + 40]),
      Math.imul(a6, steps[x + 48]),
      Math.imul(a7, steps[x + 56]),
      1 << (constantBits - passBits - 1),
    );
    for (let y = 0; y < 8; y++) between[8 * y + x] = results[y] >> (constantBits - passBits);
  }

  const shift = constantBits + passBits + 3;
  // Half a step for rounding, and the 128 that samples lie above 0.
  const offset = (1 << (shift - 1)) + (128 << shift);
  if (isFlat) {
    const value = ((between[0] << constantBits) + offset) >> shift;
    for (let y = 0; y < 8; y++) target.fill(value, place + y * stride, place + y * stride + 8);
    return;
  }
  for (let y = 0; y < 64; y += 8) {
    transform(
      between[y],
      between[y + 1],
      between[y + 2],
      between[y + 3],
      between[y + 4],
      between[y + 5],
      between[y + 6],
      between[y + 7],
      offset,
    );
    const row = place + (y >> 3) * stride;
    for (let x = 0; x < 8; x++) target[row + x] = results[x] >> shift;
  }
}
