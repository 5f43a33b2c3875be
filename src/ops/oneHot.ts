import { checkCount } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { type Tensor, type TensorLike, tensor, tensorFor } from '../tensor/tensor';
import { equal } from './elementwise';
import { checkIndexed, checkWholeNumbers } from './indices';
import { reshape } from './reshape';

/**
 * Class numbers as vectors: 1 at the class's own place, 0 elsewhere; no gradient.
 * @param labels whole numbers from 0 to classes − 1, `[…]`. One that is still to be computed and is none of them gets zeros.
 * @param options classes: the length of the vectors.
 * @returns `[…, classes]`.
 * @throws on other labels, and where classes is not a whole number from 1 to 2²⁴.
 */
export function oneHot(labels: TensorLike, options: { classes: number }): Tensor {
  const { classes } = checkOptions('oneHot', options, { classes: 'any' });
  checkCount('oneHot', 'classes', classes, 1);
  checkIndexed('oneHot', classes);
  const numbers = tensorFor('oneHot', labels);
  if (numbers.value.data) checkWholeNumbers('oneHot', 'labels', numbers.value.data, classes);
  const places = Float32Array.from({ length: classes }, (_, place) => place);
  return equal(reshape(numbers, [...numbers.shape, 1]), tensor(places));
}
