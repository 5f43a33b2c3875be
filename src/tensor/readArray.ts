import type { NdArray } from 'ndarray';
import { isNdarray } from '../checks/isNdarray';
import { shown } from '../checks/shown';
import { type NestedNumbers, type Tensor, tensor } from './tensor';

/**
 * The numbers of an ndarray or of nested rows, float32; what is wrong with them is told in the name of the caller.
 * @param layout as the error spells it: `[N, 4]`. The shape is for the caller to check.
 * @throws on anything else, a tensor included, as its numbers may not be known yet.
 */
export function readArray(caller: string, name: string, value: unknown, layout: string): Tensor {
  if (!isNdarray(value) && !Array.isArray(value)) {
    throw new Error(`${caller}: expected ${name} ${layout}, an ndarray or rows of numbers, got ${shown(value)}`);
  }
  try {
    return tensor(value as NdArray | NestedNumbers);
  } catch (error) {
    throw new Error(`${caller}: ${name}: ${(error as Error).message.replace(/^tensor: /, '')}`, { cause: error });
  }
}
