// The discrete cosine transform of 8 × 8 blocks in whole numbers, rows first, then columns.
// Loeffler, Ligtenberg and Moschytz, Practical fast 1-D DCT algorithms with 11 multiplications, ICASSP 1989; constants and rounding are those
// of libjpeg's jfdctint.c.

/** Bits behind the point in the constants, and those kept between the two passes. */
const constantBits = 13;
const passBits = 2;

const [f0298, f0390, f0541, f0765, f0899, f1175] = [2446, 3196, 4433, 6270, 7373, 9633];
const [f1501, f1847, f1961, f2053, f2562, f3072] = [12299, 15137, 16069, 16819, 20995, 25172];

/** Transforms eight values in place, `step` apart; the results have `bits` bits behind the point less than the constants. */
function transform(block: Int32Array, at: number, step: number, bits: number): void {
  const [a0, a7] = [block[at], block[at + 7 * step]];
  const [a1, a6] = [block[at + step], block[at + 6 * step]];
  const [a2, a5] = [block[at + 2 * step], block[at + 5 * step]];
  const [a3, a4] = [block[at + 3 * step], block[at + 4 * step]];
  const [outer, inner] = [a0 + a7 + a3 + a4, a1 + a6 + a2 + a5];
  const [t13, t12] = [a0 + a7 - a3 - a4, a1 + a6 - a2 - a5];
  const rounding = 1 << (bits - 1);
  block[at] = (((outer + inner) << constantBits) + rounding) >> bits;
  block[at + 4 * step] = (((outer - inner) << constantBits) + rounding) >> bits;
  const half = Math.imul(t12 + t13, f0541) + rounding;
  block[at + 2 * step] = (half + Math.imul(t13, f0765)) >> bits;
  block[at + 6 * step] = (half - Math.imul(t12, f1847)) >> bits;

  const [t4, t5, t6, t7] = [a3 - a4, a2 - a5, a1 - a6, a0 - a7];
  const all = Math.imul(t4 + t6 + t5 + t7, f1175);
  const s1 = Math.imul(t4 + t7, f0899);
  const s2 = Math.imul(t5 + t6, f2562);
  const s3 = all - Math.imul(t4 + t6, f1961) + rounding;
  const s4 = all - Math.imul(t5 + t7, f0390) + rounding;
  block[at + 7 * step] = (Math.imul(t4, f0298) - s1 + s3) >> bits;
  block[at + 5 * step] = (Math.imul(t5, f2053) - s2 + s4) >> bits;
  block[at + 3 * step] = (Math.imul(t6, f3072) - s2 + s3) >> bits;
  block[at + step] = (Math.imul(t7, f1501) - s1 + s4) >> bits;
}

/** Turns the samples of a block, −128 … 127, into eight times its coefficients, in place. @param block `[64]`, row by row. */
export function forwardDct(block: Int32Array): void {
  for (let y = 0; y < 64; y += 8) transform(block, y, 1, constantBits - passBits);
  for (let x = 0; x < 8; x++) transform(block, x, 8, constantBits + passBits);
}
