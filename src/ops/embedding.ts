import { checkRank } from '../shape/shape';
import { type Tensor, type TensorLike, tensor } from '../tensor/tensor';
import { gather } from './gather';
import { reshape } from './reshape';

/**
 * Looks up a vector for each number: a table of word vectors, for instance. The product of the table with one-hot numbers, without the
 * zeros.
 * @param table `[V, D]`. @param indices whole numbers from 0 to V − 1, `[…]`; no gradient. @returns `[…, D]`.
 * @throws on other shapes and indices.
 */
export function embedding(table: Tensor, indices: TensorLike): Tensor {
  checkRank('embedding', 'table', table.shape, 2, '[V, D]');
  const numbers = tensor(indices);
  const vectors = gather(table, reshape(numbers, [numbers.size]));
  return reshape(vectors, [...numbers.shape, table.shape[1]]);
}
