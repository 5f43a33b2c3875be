import * as layout from '../../kernels/layout';
import { scatterAdd } from '../../kernels/scatterAdd';
import { sizeOf } from '../shape/shape';
import { decide } from '../tensor/decide';
import { applyKernel, type Tensor, tensor } from '../tensor/tensor';
import { checkIndexed, checkWholeNumbers } from './indices';

// Taking slices of an axis, and adding slices to it, by one list of positions: each is what one operation computes and what the other has
// as gradient. Both see tensors as [outer, axis, inner].

/** `x` `[…, A, …]` → `[…, I, …]`: the slices of axis `along` at the positions `indices`. */
export function launchGather(x: Tensor, indices: Tensor, along: number): Tensor {
  const [outer, inner] = [x.shape.slice(0, along), x.shape.slice(along + 1)].map(sizeOf);
  return applyKernel(layout.gather, {
    inputs: [x, indices],
    shape: x.shape.map((count, i) => (i === along ? indices.size : count)),
    grid: [inner, indices.size, outer],
    constants: { length: x.shape[along], inner },
  });
}

/** `x` `[…, I, …]` → `[…, size, …]`: the slices of axis `along` added to the positions `indices`, 0 where no slice goes. */
export function launchScatterAdd(x: Tensor, indices: Tensor, along: number, size: number): Tensor {
  const [outer, inner] = [x.shape.slice(0, along), x.shape.slice(along + 1)].map(sizeOf);
  return applyKernel(scatterAdd, {
    inputs: [x, ...listSlices(indices, size)],
    shape: x.shape.map((count, i) => (i === along ? size : count)),
    grid: [inner, size, outer],
    constants: { count: x.shape[along], inner },
  });
}

/** For each position the slices that go there: `order` lists them position by position, those of position p from `starts[p]` on. */
export function slicesByPosition(
  indices: ArrayLike<number>,
  size: number,
): [starts: Float32Array, order: Float32Array] {
  const starts = new Float32Array(size + 1);
  for (let i = 0; i < indices.length; i++) starts[indices[i] + 1]++;
  for (let position = 0; position < size; position++) starts[position + 1] += starts[position];
  const next = starts.slice();
  const order = new Float32Array(indices.length);
  for (let i = 0; i < indices.length; i++) order[next[indices[i]]++] = i;
  return [starts, order];
}

/** The lists of {@link slicesByPosition} as tensors; where the indices are still to be computed, the host makes them then. */
function listSlices(indices: Tensor, size: number): Tensor[] {
  checkIndexed('scatterAdd', Math.max(size, indices.size));
  const known = indices.value.data;
  if (known) return slicesByPosition(known, size).map((list) => tensor(list));
  return decide([indices], [[size + 1], [indices.size]], ([{ data }]) => {
    checkWholeNumbers('scatterAdd', 'indices', data, size);
    return slicesByPosition(data, size);
  });
}
