import { matmul } from '../../kernels/matmul';
import type { PlanStep } from '../plan/planDescription';
import { type Ending, emitSums, endingSource } from './ending';
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
  const make = (ending: Ending): PlanStep => {
    const { parameters, inputs, constants, scalars, start, finish } = endingSource(ending, tile);
    const own = (row: number) => `(this.thread.z * ${rows} + this.thread.y + ${row}) * ${columns} + this.thread.x`;
    const body = `
const first = this.thread.z * ${aBatch} + this.thread.y * ${aRow};
const second = this.thread.z * ${batchStride};
${declareTile(tile, start)}
for (let k = 0; k < ${length}; k++) {
${sums}
}
${finish(own)}
${returnTile(tile)}`;
    return {
      kernel: kernelFromSource('matmulTiled', ['a', 'b', ...parameters], body),
      grid: [columns, rows, batch],
      constants: { ...constants, ...tileConstants(tile) },
      scalars,
      inputs: [a, b, ...inputs],
    };
  };
  return emitSums(lowering, { channels: columns, cells: rows * batch, make });
};

export const rules = new Map([[matmul, product]]);
