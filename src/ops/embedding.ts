import { checkTensor } from '../checks/arguments';
import { checkRank } from '../shape/shape';
import { type Tensor, type TensorLike, tensorFor } from '../tensor/tensor';
import { gather } from './gather';
import { checkIndices } from './indices';
import { reshape } from './reshape';

/**
 * Looks up a vector for each number: a table of word vectors, for instance. The product of the table with one-hot numbers, without the
 * zeros.
 * @param table `[V, D]`. @param indices whole numbers from 0 to V − 1, `[…]`; no gradient. @returns `[…, D]`.
 * @throws on other shapes and indices.
 */
export function embedding(table: Tensor, indices: TensorLike): Tensor {
  checkTensor('embedding', 'table', table);
  checkRank('embedding', 'table', table.shape, 2, '[V, D]');
  const numbers = tensorFor('embedding', indices);
  const list = reshape(numbers, [numbers.size]);
  checkIndices('embedding', list, table.shape[0]);
  const vectors = gather(table, list);
  return reshape(vectors, [...numbers.shape, table.shape[1]]);
}
