import type { KernelThread } from './thread';

// Moving elements about. Ranks up to 6, padded in front with axes of size 1: x is the last axis, y the one before, and z counts
// through the other four, d0 × d1 × d2 × d3. The added half keeps floor(a / b) exact where division is not correctly rounded.

export function stridedCopy(this: KernelThread, x: number[]): number {
  const z = this.thread.z;
  const q = Math.floor((z + 0.5) / this.constants.d3);
  const i3 = z - q * this.constants.d3;
  const p = Math.floor((q + 0.5) / this.constants.d2);
  const i2 = q - p * this.constants.d2;
  const i0 = Math.floor((p + 0.5) / this.constants.d1);
  const i1 = p - i0 * this.constants.d1;
  return x[
    this.constants.offset +
      i0 * this.constants.s0 +
      i1 * this.constants.s1 +
      i2 * this.constants.s2 +
      i3 * this.constants.s3 +
      this.thread.y * this.constants.s4 +
      this.thread.x * this.constants.s5
  ];
}

// Places the input, `step` cells apart, `before` cells from the start of a larger array, and fills the rest with a constant.
// The input has sizes n0 … n5 and strides s0 … s5.
export function pad(this: KernelThread, x: number[]): number {
  const z = this.thread.z;
  const q = Math.floor((z + 0.5) / this.constants.d3);
  const p = Math.floor((q + 0.5) / this.constants.d2);
  const o0 = Math.floor((p + 0.5) / this.constants.d1);
  const t0 = o0 - this.constants.before0;
  const t1 = p - o0 * this.constants.d1 - this.constants.before1;
  const t2 = q - p * this.constants.d2 - this.constants.before2;
  const t3 = z - q * this.constants.d3 - this.constants.before3;
  const t4 = this.thread.y - this.constants.before4;
  const t5 = this.thread.x - this.constants.before5;
  const i0 = Math.floor((t0 + 0.5) / this.constants.step0);
  const i1 = Math.floor((t1 + 0.5) / this.constants.step1);
  const i2 = Math.floor((t2 + 0.5) / this.constants.step2);
  const i3 = Math.floor((t3 + 0.5) / this.constants.step3);
  const i4 = Math.floor((t4 + 0.5) / this.constants.step4);
  const i5 = Math.floor((t5 + 0.5) / this.constants.step5);
  let value = this.constants.fill;
  if (
    i0 >= 0 &&
    i0 < this.constants.n0 &&
    i0 * this.constants.step0 === t0 &&
    i1 >= 0 &&
    i1 < this.constants.n1 &&
    i1 * this.constants.step1 === t1 &&
    i2 >= 0 &&
    i2 < this.constants.n2 &&
    i2 * this.constants.step2 === t2 &&
    i3 >= 0 &&
    i3 < this.constants.n3 &&
    i3 * this.constants.step3 === t3 &&
    i4 >= 0 &&
    i4 < this.constants.n4 &&
    i4 * this.constants.step4 === t4 &&
    i5 >= 0 &&
    i5 < this.constants.n5 &&
    i5 * this.constants.step5 === t5
  ) {
    value =
      x[
        i0 * this.constants.s0 +
          i1 * this.constants.s1 +
          i2 * this.constants.s2 +
          i3 * this.constants.s3 +
          i4 * this.constants.s4 +
          i5
      ];
  }
  return value;
}

// Joins [outer, left] and [outer, right] to [outer, left + right].
export function concat(this: KernelThread, a: number[], b: number[]): number {
  const x = this.thread.x;
  let value = 0.0;
  if (x < this.constants.left) {
    value = a[this.thread.y * this.constants.left + x];
  } else {
    value = b[this.thread.y * this.constants.right + x - this.constants.left];
  }
  return value;
}

// Takes slices of the middle axis of [outer, length, inner] at the listed positions.
export function gather(this: KernelThread, x: number[], indices: number[]): number {
  const position = Math.floor(indices[this.thread.y] + 0.5);
  return x[(this.thread.z * this.constants.length + position) * this.constants.inner + this.thread.x];
}

// Takes elements from anywhere in the input: each thread the one at its own place, or 0 where that is negative.
export function take(this: KernelThread, x: number[], places: number[]): number {
  const place = Math.floor(places[this.thread.x] + 0.5);
  let value = 0.0;
  if (place >= 0) {
    value = x[place];
  }
  return value;
}
