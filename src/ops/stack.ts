import { checkTensorList } from '../checks/arguments';
import { checkOptions } from '../checks/options';
import { resolveAxis, show } from '../shape/shape';
import type { Shape } from '../shape/types';
import type { Tensor } from '../tensor/tensor';
import { concat } from './concat';
import { reshape } from './reshape';

/** Checks the operands of {@link stack}: the result's shape, and the new axis counted from the front. */
export function stackShape(shapes: readonly Shape[], axis = 0): { shape: number[]; along: number } {
  if (shapes.length === 0) throw new Error('stack: expected at least one tensor, got none');
  const [first] = shapes;
  const along = resolveAxis('stack', axis, first.length + 1);
  for (const shape of shapes) {
    if (shape.length !== first.length || shape.some((size, i) => size !== first[i])) {
      throw new Error(`stack: expected tensors of one shape, got ${show(first)} and ${show(shape)}`);
    }
  }
  return { shape: [...first.slice(0, along), shapes.length, ...first.slice(along)], along };
}

/**
 * Joins K tensors of one shape along a new axis: images `[H, W, C]` make a batch `[K, H, W, C]`.
 * @param tensors `[…]` each. @param options axis: of the result, negative from the end; 0 by default. @returns `[…, K, …]`.
 * @throws where there is none, their shapes differ, or there is no such axis.
 */
export function stack(tensors: readonly Tensor[], options: { axis?: number } = {}): Tensor {
  checkTensorList('stack', 'tensors', tensors);
  const { axis = 0 } = checkOptions('stack', options, { axis: 'any' });
  const { along } = stackShape(
    tensors.map(({ shape }) => shape),
    axis,
  );
  const lifted = tensors.map((x) => reshape(x, [...x.shape.slice(0, along), 1, ...x.shape.slice(along)]));
  return concat(lifted, { axis: along });
}
