/** Eigenvalues of a symmetric 3×3 matrix, and the unit eigenvectors that belong to them, as the columns of `vectors` (row-major). */
export interface Eigen3 {
  readonly values: Float64Array;
  readonly vectors: Float64Array;
}

/** Decomposes a symmetric 3×3 matrix, row-major, by Jacobi's rotations: A = V diag(λ) Vᵀ. */
export function eigen3(matrix: ArrayLike<number>): Eigen3 {
  const a = Float64Array.from(matrix);
  const v = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
  for (let sweep = 0; sweep < 30; sweep++) {
    const rest = Math.abs(a[1]) + Math.abs(a[2]) + Math.abs(a[5]);
    if (rest === 0) break;
    for (const [p, q] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ])
      rotate(a, v, p, q);
  }
  return { values: Float64Array.of(a[0], a[4], a[8]), vectors: v };
}

/** One rotation, which makes entry (p, q) zero. */
function rotate(a: Float64Array, v: Float64Array, p: number, q: number): void {
  const off = a[3 * p + q];
  if (off === 0) return;
  const theta = (a[4 * q] - a[4 * p]) / (2 * off);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(1, theta));
  const c = 1 / Math.hypot(1, t);
  const s = t * c;
  const r = 3 - p - q;
  const [rp, rq] = [a[3 * r + p], a[3 * r + q]];
  a[4 * p] -= t * off;
  a[4 * q] += t * off;
  a[3 * p + q] = 0;
  a[3 * q + p] = 0;
  a[3 * r + p] = c * rp - s * rq;
  a[3 * p + r] = a[3 * r + p];
  a[3 * r + q] = s * rp + c * rq;
  a[3 * q + r] = a[3 * r + q];
  for (let i = 0; i < 3; i++) {
    const [ip, iq] = [v[3 * i + p], v[3 * i + q]];
    v[3 * i + p] = c * ip - s * iq;
    v[3 * i + q] = s * ip + c * iq;
  }
}
