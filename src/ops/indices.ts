import { show } from '../shape/shape';
import type { Tensor } from '../tensor/tensor';

/** Up to here float32 holds every whole number, so that indices keep apart. */
export const wholeNumberLimit = 2 ** 24;

/** Throws unless an axis that is indexed has at most 2²⁴ positions. */
export function checkIndexed(operation: string, length: number): void {
  if (length > wholeNumberLimit) {
    throw new Error(
      `${operation}: expected at most ${wholeNumberLimit} positions, beyond which float32 does not tell whole numbers apart, got ${length}`,
    );
  }
}

/** Throws unless all numbers are whole, from 0 to `length` − 1; `name` is what the error calls them. */
export function checkWholeNumbers(
  operation: string,
  name: string,
  numbers: Float32Array | readonly number[],
  length: number,
): void {
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i];
    if (!(Number.isInteger(number) && number >= 0 && number < length)) {
      throw new Error(`${operation}: expected ${name} from 0 to ${length - 1}, got ${number} at ${i}`);
    }
  }
}

/** Checks indices `[I]` into an axis of `length` positions: their shape, and their numbers where these are known already. */
export function checkIndices(operation: string, indices: Tensor, length: number): void {
  if (indices.rank !== 1) throw new Error(`${operation}: expected indices [I], got ${show(indices.shape)}`);
  checkIndexed(operation, length);
  if (indices.value.data) checkWholeNumbers(operation, 'indices', indices.value.data, length);
}
