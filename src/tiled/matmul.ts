import { matmul } from '../../kernels/matmul';
import { emitPointwise } from './pointwise';
import type { Rule } from './rule';
import { kernelFromSource } from './source';
import { emitWindowSums } from './windowSums';

/** Matrix product: each thread sums a few rows × 4 or 8 columns. */
const product: Rule = (step, lowering) => {
  const { length, aRow, aColumn, aBatch, bRow, bColumn, bBatch } = step.constants;
  const [columns, rows, batch] = step.grid;
  if (columns % 4 || (bColumn === 1 && bRow !== columns)) return null;
  let [a, b] = step.inputs;
  let batchStride = bBatch;
  if (bColumn !== 1) {
    // A transposed right side is laid out first: its columns must be neighbors.
    const body = `return b[this.thread.z * ${bBatch} + this.thread.y * ${bRow} + this.thread.x * ${bColumn}];`;
    const kernel = kernelFromSource('transpose', ['b'], body);
    const copies = bBatch === 0 ? 1 : batch;
    b = emitPointwise(lowering, { kernel, grid: [columns, length, copies], constants: {}, scalars: {}, inputs: [b] });
    batchStride = bBatch === 0 ? 0 : length * columns;
  }
  return emitWindowSums(lowering, {
    name: 'matmulTiled',
    left: a,
    right: b,
    columns,
    rows: batch,
    rowCells: rows,
    declareOrigin: (name, row) => `const origin${name} = ${row} * ${aBatch};`,
    cellStep: aRow,
    runs: [{ offset: 0, count: length }],
    numberStep: aColumn,
    rightStep: batch === 1 ? 0 : batchStride,
  });
};

export const rules = new Map([[matmul, product]]);
