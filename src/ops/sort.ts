import * as kernels from '../../kernels/layout';
import { checkTensor } from '../checks/arguments';
import { checkCount } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { shown } from '../checks/shown';
import { resolveAxis, show, sizeOf } from '../shape/shape';
import type { Shape } from '../shape/types';
import { withGradient } from '../tensor/autograd';
import { decide } from '../tensor/decide';
import { applyKernel, type Tensor } from '../tensor/tensor';
import { wholeNumberLimit } from './indices';

/** Sorted elements and where they stood. */
export interface Sorted {
  /** The elements in their new order, with gradients. */
  values: Tensor;
  /** Their positions along the axis before, whole numbers; no gradient. */
  indices: Tensor;
}

/** How rows are ranked: the first `count` of each, the largest or the smallest first. */
interface Ranking {
  along: number;
  count: number;
  descending: boolean;
}

/** Checks the settings of {@link topK} and {@link sort}: the result's shape, and the axis counted from the front. */
export function topKShape(
  operation: string,
  x: Shape,
  { axis = -1, count }: { axis?: number; count?: number } = {},
): { shape: number[]; along: number } {
  const along = resolveAxis(operation, axis, x.length);
  const taken = count ?? x[along];
  if (!(Number.isInteger(taken) && taken >= 0 && taken <= x[along])) {
    throw new Error(`${operation}: expected k to be a whole number from 0 to ${x[along]}, got ${shown(taken)}`);
  }
  if (sizeOf(x) > wholeNumberLimit) {
    throw new Error(`${operation}: expected at most ${wholeNumberLimit} numbers, got ${show(x)}`);
  }
  return { shape: x.map((size, i) => (i === along ? taken : size)), along };
}

/** A number to sort by: NaN is more than any other, infinite ones are finite, so that their difference is a number. */
function keyOf(value: number): number {
  return Number.isNaN(value) ? Number.POSITIVE_INFINITY : Math.min(Math.max(value, -4e38), 4e38);
}

/** For each row the positions of its first elements, stable: equal ones in the order in which they stood. */
function rank(data: ArrayLike<number>, x: Shape, { along, count, descending }: Ranking) {
  const length = x[along];
  const [outer, inner] = [x.slice(0, along), x.slice(along + 1)].map(sizeOf);
  const indices = new Float32Array(outer * count * inner);
  /** For each element taken its place in x, and for each of x its place among those taken, −1 where it is not. */
  const sources = new Float32Array(outer * count * inner);
  const targets = new Float32Array(outer * length * inner).fill(-1);
  const keys = new Float64Array(length);
  const order = new Uint32Array(length);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const placeIn = (size: number, position: number) => (o * size + position) * inner + i;
      for (let position = 0; position < length; position++) {
        const key = keyOf(data[placeIn(length, position)]);
        keys[position] = descending ? -key : key;
        order[position] = position;
      }
      order.sort((a, b) => keys[a] - keys[b] || a - b);
      for (let k = 0; k < count; k++) {
        const [target, source] = [placeIn(count, k), placeIn(length, order[k])];
        indices[target] = order[k];
        sources[target] = source;
        targets[source] = target;
      }
    }
  }
  return [indices, sources, targets];
}

/** Picks elements by their places in the flat tensor, 0 where the place is −1. */
function take(x: Tensor, places: Tensor): Tensor {
  return applyKernel(kernels.take, { inputs: [x, places], shape: places.shape, grid: [places.size] });
}

function sorted(operation: string, x: Tensor, shape: Shape, ranking: Ranking): Sorted {
  const [indices, sources, targets] = decide([x], [shape, shape, x.shape], ([{ data }]) =>
    rank(data, x.shape, ranking),
  );
  // An element gets the gradient of the place that it was taken to.
  return { values: withGradient(take(x, sources), operation, [x], [(g) => take(g, targets)]), indices };
}

/** Settings of {@link sort}. */
export interface SortOptions {
  /** The axis, negative from the end (−1). */
  axis?: number;
  /** Whether the largest come first (false). */
  descending?: boolean;
}

/**
 * Sorts along one axis. NaN counts as more than any number; equal elements stay in their order. The host decides on the order, in the
 * middle of the launch.
 * @param x `[…, A, …]`. @returns `values` and `indices`, both of x's shape.
 * @throws where there is no such axis, and on more than 2²⁴ numbers.
 */
export function sort(x: Tensor, options: SortOptions = {}): Sorted {
  checkTensor('sort', 'x', x);
  const { axis, descending = false } = checkOptions('sort', options, { descending: 'flag', axis: 'any' });
  const { shape, along } = topKShape('sort', x.shape, { axis });
  return sorted('sort', x, shape, { along, count: x.shape[along], descending });
}

/** Settings of {@link topK}. */
export interface TopKOptions {
  /** The axis, negative from the end (−1). */
  axis?: number;
  /** Whether the largest are taken (true), or the smallest. */
  largest?: boolean;
}

/**
 * The k largest elements along one axis, the largest first. NaN counts as more than any number; of equal elements the first comes
 * first. The host decides which they are, in the middle of the launch.
 * @param x `[…, A, …]`. @param k how many, at most A. @returns `values` and `indices`, both `[…, k, …]`.
 * @throws where k is not a whole number from 0 to A, there is no such axis, and on more than 2²⁴ numbers.
 */
export function topK(x: Tensor, k: number, options: TopKOptions = {}): Sorted {
  checkTensor('topK', 'x', x);
  const { axis, largest = true } = checkOptions('topK', options, { largest: 'flag', axis: 'any' });
  if (k === undefined || k === null) checkCount('topK', 'k', k, 0);
  const { shape, along } = topKShape('topK', x.shape, { axis, count: k });
  return sorted('topK', x, shape, { along, count: k, descending: largest });
}
