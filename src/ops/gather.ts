import { checkTensor } from '../checks/arguments';
import { checkOptions } from '../checks/options';
import { resolveAxis } from '../shape/shape';
import { withGradient } from '../tensor/autograd';
import { type Tensor, tensorFor } from '../tensor/tensor';
import { launchGather, launchScatterAdd } from './gatherLaunches';
import { checkIndices } from './indices';

/**
 * Takes slices of one axis at the listed positions, in that order and as often as listed: result[…, i, …] = x[…, indices[i], …].
 * @param x `[…, A, …]`. @param indices whole numbers from 0 to A − 1, `[I]`; no gradient. Ones that are still to be computed are not
 * checked, unless a gradient goes through them.
 * @returns `[…, I, …]`.
 * @throws on other indices, where there is no such axis, and where it has more than 2²⁴ positions.
 */
export function gather(x: Tensor, indices: Tensor | readonly number[], options: { axis?: number } = {}): Tensor {
  checkTensor('gather', 'x', x);
  const { axis = 0 } = checkOptions('gather', options, { axis: 'any' });
  const along = resolveAxis('gather', axis, x.rank);
  const list = tensorFor('gather', indices);
  checkIndices('gather', list, x.shape[along]);
  // A position gets the sum over all places that it was taken to.
  return withGradient(
    launchGather(x, list, along),
    'gather',
    [x, list],
    [(g) => launchScatterAdd(g, list, along, x.shape[along]), null],
  );
}
