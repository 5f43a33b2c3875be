import { matmul } from '../../kernels/matmul';
import { emitPointwise } from './pointwise';
import type { Rule } from './rule';
import { chooseSumTile, declareTile, kernelFromSource, multiplyAdd, returnTile, tileConstants } from './source';

/** Matrix product: each thread sums a few rows × 4 or 8 columns. */
const product: Rule = (step, lowering) => {
  const { length, aRow, aColumn, aBatch, bRow, bColumn, bBatch } = step.constants;
  const [columns, rows, batch] = step.grid;
  if (columns % 4) return null;
  let [a, b] = step.inputs;
  let [rowStride, batchStride] = [bRow, bBatch];
  if (bColumn !== 1) {
    // A transposed right side is laid out first: its columns must be neighbors.
    const body = `return b[this.thread.z * ${bBatch} + this.thread.y * ${bRow} + this.thread.x * ${bColumn}];`;
    const kernel = kernelFromSource('transpose', ['b'], body);
    const copies = bBatch === 0 ? 1 : batch;
    b = emitPointwise(lowering, { kernel, grid: [columns, length, copies], constants: {}, scalars: {}, inputs: [b] });
    [rowStride, batchStride] = [columns, bBatch === 0 ? 0 : length * columns];
  }
  const tile = chooseSumTile(columns, rows);
  const sums = multiplyAdd(
    tile,
    (quad) => `b[second + k * ${rowStride} + this.thread.x + ${4 * quad}]`,
    (row) => `a[first + ${row * aRow} + k * ${aColumn}]`,
  );
  const body = `
const first = this.thread.z * ${aBatch} + this.thread.y * ${aRow};
const second = this.thread.z * ${batchStride};
${declareTile(tile)}
for (let k = 0; k < ${length}; k++) {
${sums}
}
${returnTile(tile)}`;
  return lowering.emit({
    kernel: kernelFromSource('matmulTiled', ['a', 'b'], body),
    grid: [columns, rows, batch],
    constants: tileConstants(tile),
    scalars: {},
    inputs: [a, b],
  });
};

export const rules = new Map([[matmul, product]]);
