import type { KernelThread } from './thread';

// kept = 1 / (1 − p) with probability 1 − p, else 0. The random number is a hash of the cell and the seed, so it needs no state and is the
// same on every back end: all intermediate whole numbers stay below 2^24, which float32 holds exactly; the cell's own number is cut in two
// by its bits.
export function dropoutMask(this: KernelThread, seed: number[]): number {
  const high = this.thread.x >> 12;
  const low = this.thread.x & 4095;
  // Three short generators with prime moduli, stirred by squaring, added up as Wichmann and Hill (1982) do.
  let a = low + high * 17 + seed[0] + 1;
  let b = low * 3 + high * 5 + seed[1] + 2;
  let c = low * 7 + high + seed[2] + 3;
  for (let round = 0; round < 5; round++) {
    // Remainders. A quotient that is rounded up leaves one modulus too little, one rounded down one too much.
    a = a - Math.floor(a / 4093) * 4093;
    b = b - Math.floor(b / 4091) * 4091;
    c = c - Math.floor(c / 4079) * 4079;
    a = a < 0 ? a + 4093 : a;
    b = b < 0 ? b + 4091 : b;
    c = c < 0 ? c + 4079 : c;
    a = a >= 4093 ? a - 4093 : a;
    b = b >= 4091 ? b - 4091 : b;
    c = c >= 4079 ? c - 4079 : c;
    if (round < 4) {
      const next = a * a + b + 11;
      b = b * b + c + 23;
      c = c * c + a + 37;
      a = next;
    }
  }
  const total = a / 4093 + b / 4091 + c / 4079;
  const uniform = total - Math.floor(total);
  return uniform < this.constants.probability ? 0 : this.constants.kept;
}
