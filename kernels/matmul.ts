import type { KernelThread } from './thread';

// C[batch, row, column] = Σ_k A[batch, row, k] · B[batch, k, column]. Strides say how each operand is stored, so that a
// transposed matrix is read in place and a shared one has batch stride 0.
export function matmul(this: KernelThread, a: number[], b: number[]): number {
  const i = this.thread.z * this.constants.aBatch + this.thread.y * this.constants.aRow;
  const j = this.thread.z * this.constants.bBatch + this.thread.x * this.constants.bColumn;
  let total = 0.0;
  for (let k = 0; k < this.constants.length; k++) {
    total += a[i + k * this.constants.aColumn] * b[j + k * this.constants.bRow];
  }
  return total;
}
