import { checkTensor } from '../checks/arguments';
import { shown } from '../checks/shown';
import { show, sizeOf } from '../shape/shape';
import type { Shape } from '../shape/types';
import { withGradient } from '../tensor/autograd';
import { Tensor } from '../tensor/tensor';

/**
 * The same elements in row-major order under another shape; nothing is moved. One size may be −1: what remains.
 *
 * `[2, 6]` becomes `[3, 4]` by the shape `[3, -1]`.
 * @throws where the number of elements differs.
 */
export function reshape(x: Tensor, shape: Shape): Tensor {
  checkTensor('reshape', 'x', x);
  if (!Array.isArray(shape)) throw new Error(`reshape: expected a shape of ${x.size} elements, got ${shown(shape)}`);
  if (!shape.every(Number.isInteger))
    throw new Error(`reshape: expected a shape of whole numbers, got ${shown(shape)}`);
  const known = sizeOf(shape.filter((size) => size !== -1));
  const resolved = shape.map((size) => (size === -1 ? x.size / known : size));
  if (
    shape.filter((size) => size === -1).length > 1 ||
    sizeOf(resolved) !== x.size ||
    resolved.some((size) => !Number.isInteger(size) || size < 0)
  ) {
    throw new Error(`reshape: expected a shape of ${x.size} elements, got ${show(shape)}`);
  }
  return withGradient(new Tensor(x.value, resolved), 'reshape', [x], [(g) => reshape(g, x.shape)]);
}
