import * as kernels from '../../kernels/matmul';
import { checkTensors } from '../checks/arguments';
import { checkOptions } from '../checks/options';
import { broadcastShapes, show, sizeOf } from '../shape/shape';
import type { Shape } from '../shape/types';
import { withGradient } from '../tensor/autograd';
import { applyKernel, type Tensor } from '../tensor/tensor';
import { expand } from './expand';

/** Which operands are read transposed (their last two axes swapped). */
export interface MatmulOptions {
  /** Whether a is `[…, K, M]` (false). */
  transposeA?: boolean;
  /** Whether b is `[…, N, K]` (false). */
  transposeB?: boolean;
}

const matmulKinds = { transposeA: 'flag', transposeB: 'flag' } as const;

interface MatmulShape {
  shape: number[];
  batch: number[];
  rows: number;
  columns: number;
  length: number;
}

/** Checks the operands of {@link matmul} and says what comes out. */
export function matmulShape(
  a: Shape,
  b: Shape,
  { transposeA = false, transposeB = false }: MatmulOptions = {},
): MatmulShape {
  if (a.length < 2 || b.length < 2) throw new Error(`matmul: expected two matrices, got ${show(a)} and ${show(b)}`);
  const [rows, inner] = transposeA ? [a.at(-1)!, a.at(-2)!] : [a.at(-2)!, a.at(-1)!];
  const [length, columns] = transposeB ? [b.at(-1)!, b.at(-2)!] : [b.at(-2)!, b.at(-1)!];
  if (inner !== length)
    throw new Error(`matmul: expected inner sizes to agree, got ${inner} and ${length} of ${show(a)} and ${show(b)}`);
  const batch = broadcastShapes('matmul', a.slice(0, -2), b.slice(0, -2));
  return { shape: [...batch, rows, columns], batch, rows, columns, length };
}

/** 0 for one matrix shared by the whole batch, its size for a batch of matrices. */
function batchStride(x: Tensor): number {
  return sizeOf(x.shape.slice(0, -2)) === 1 ? 0 : x.shape.at(-2)! * x.shape.at(-1)!;
}

function expandBatch(x: Tensor, batch: Shape): Tensor {
  const own = sizeOf(x.shape.slice(0, -2));
  return own === 1 || own === sizeOf(batch) ? x : expand(x, [...batch, ...x.shape.slice(-2)]);
}

/**
 * Matrix product over the last two axes, C = A · B; leading axes are batches and broadcast.
 * @param a `[…, M, K]`, or `[…, K, M]` with transposeA.
 * @param b `[…, K, N]`, or `[…, N, K]` with transposeB.
 * @returns `[…, M, N]`.
 * @throws where an operand is no matrix, their inner sizes differ, or the leading axes do not broadcast.
 */
export function matmul(a: Tensor, b: Tensor, options: MatmulOptions = {}): Tensor {
  checkTensors('matmul', { a, b });
  const { transposeA = false, transposeB = false } = checkOptions('matmul', options, matmulKinds);
  const { shape, batch, rows, columns, length } = matmulShape(a.shape, b.shape, { transposeA, transposeB });
  const [left, right] = [expandBatch(a, batch), expandBatch(b, batch)];
  const [aRow, aColumn] = transposeA ? [1, rows] : [length, 1];
  const [bRow, bColumn] = transposeB ? [1, length] : [columns, 1];
  const product = applyKernel(kernels.matmul, {
    inputs: [left, right],
    shape,
    grid: [columns, rows, sizeOf(batch)],
    constants: { length, aRow, aColumn, aBatch: batchStride(left), bRow, bColumn, bBatch: batchStride(right) },
  });
  // ∂A = ∂C · Bᵀ and ∂B = Aᵀ · ∂C; a transposed operand gets the transpose of that.
  return withGradient(
    product,
    'matmul',
    [a, b],
    [
      (g) =>
        transposeA
          ? matmul(b, g, { transposeA: transposeB, transposeB: true })
          : matmul(g, b, { transposeB: !transposeB }),
      (g) =>
        transposeB
          ? matmul(g, a, { transposeA: true, transposeB: transposeA })
          : matmul(a, g, { transposeA: !transposeA }),
    ],
  );
}
