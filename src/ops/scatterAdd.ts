import { checkTensor } from '../checks/arguments';
import { checkCount } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { resolveAxis, show } from '../shape/shape';
import type { Shape } from '../shape/types';
import { withGradient } from '../tensor/autograd';
import { type Tensor, tensorFor } from '../tensor/tensor';
import { launchGather, launchScatterAdd } from './gatherLaunches';
import { checkIndexed, checkIndices } from './indices';

/** Where the slices go. */
export interface ScatterAddOptions {
  /** Positions of the result along the axis. */
  size: number;
  /** The axis, negative from the end; 0 by default. */
  axis?: number;
}

/** Checks the settings of {@link scatterAdd}; the result's shape and the axis counted from the front. */
export function scatterAddShape(x: Shape, indices: Shape, { size, axis = 0 }: ScatterAddOptions) {
  const along = resolveAxis('scatterAdd', axis, x.length);
  checkCount('scatterAdd', 'size', size, 0);
  if (indices.length !== 1 || indices[0] !== x[along]) {
    throw new Error(`scatterAdd: expected indices [${x[along]}], one a slice of x ${show(x)}, got ${show(indices)}`);
  }
  checkIndexed('scatterAdd', Math.max(size, x[along]));
  return { shape: x.map((count, i) => (i === along ? size : count)), along };
}

/**
 * Adds slices of one axis to the positions that are listed for them: result[…, p, …] = Σ x[…, i, …] over all i with indices[i] = p, 0
 * where no slice goes. It is the adjoint of {@link gather}, and gather is its gradient.
 * @param x `[…, I, …]`. @param indices whole numbers from 0 to size − 1, `[I]`; no gradient. Ones that are still to be computed are
 * checked when they are.
 * @returns `[…, size, …]`.
 * @throws on other indices, where there is no such axis, and on more than 2²⁴ slices or positions.
 */
export function scatterAdd(x: Tensor, indices: Tensor | readonly number[], options: ScatterAddOptions): Tensor {
  checkTensor('scatterAdd', 'x', x);
  checkOptions('scatterAdd', options, { size: 'any', axis: 'any' });
  const list = tensorFor('scatterAdd', indices);
  const { along } = scatterAddShape(x.shape, list.shape, options);
  checkIndices('scatterAdd', list, options.size);
  // Every slice moves its position by what it moves itself.
  return withGradient(
    launchScatterAdd(x, list, along, options.size),
    'scatterAdd',
    [x, list],
    [(g) => launchGather(g, list, along), null],
  );
}
