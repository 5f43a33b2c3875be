import * as kernels from '../../kernels/layout';
import { resolveAxis, show, sizeOf } from '../shape/shape';
import { withGradient } from '../tensor/autograd';
import { applyKernel, Tensor, tensor } from '../tensor/tensor';

function checkIndices(indices: Tensor, length: number): void {
  const { data } = indices.value;
  const wrong = data?.findIndex((index) => !Number.isInteger(index) || index < 0 || index >= length) ?? -1;
  if (data && wrong >= 0)
    throw new Error(`gather: expected indices from 0 to ${length - 1}, got ${data[wrong]} at ${wrong}`);
}

/**
 * Takes slices of one axis at the listed positions, in that order and as often as listed: result[…, i, …] = x[…, indices[i], …].
 * @param x `[…, A, …]`. @param indices whole numbers from 0 to A − 1, `[I]`. Ones that are still to be computed are not checked.
 * @returns `[…, I, …]`.
 * @throws on other indices, and where there is no such axis.
 */
export function gather(x: Tensor, indices: Tensor | readonly number[], { axis = 0 }: { axis?: number } = {}): Tensor {
  const along = resolveAxis('gather', axis, x.rank);
  const list = indices instanceof Tensor ? indices : tensor(indices);
  if (list.rank !== 1) throw new Error(`gather: expected indices [I], got ${show(list.shape)}`);
  checkIndices(list, x.shape[along]);
  const [outer, inner] = [x.shape.slice(0, along), x.shape.slice(along + 1)].map(sizeOf);
  const [length, count] = [x.shape[along], list.size];
  const shape = x.shape.map((size, i) => (i === along ? count : size));
  const taken = applyKernel(kernels.gather, {
    inputs: [x, list],
    shape,
    grid: [inner, count, outer],
    constants: { length, inner },
  });
  return withGradient(
    taken,
    'gather',
    [x, list],
    [
      (g) =>
        applyKernel(kernels.gatherGradient, {
          inputs: [g, list],
          shape: x.shape,
          grid: [inner, length, outer],
          constants: { count, inner },
        }),
      null,
    ],
  );
}
