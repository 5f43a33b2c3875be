import type { NdArray } from 'ndarray';
import { firstNonFinite } from '../checks/finite';
import { scale } from '../ops/elementwise';
import { sum } from '../ops/reduce';
import { show } from '../shape/shape';
import { realize, type Tensor } from '../tensor/tensor';

/** Throws unless all numbers are finite, naming the first that is not: no order has a place for it, and it would be dropped unseen. */
export function checkFinite(caller: string, name: string, { data, shape }: NdArray<Float32Array>): void {
  const wrong = firstNonFinite(data);
  if (wrong < 0) return;
  let rest = wrong;
  const place = [...shape].reverse().map((size) => {
    const index = rest % size;
    rest = (rest - index) / size;
    return index;
  });
  throw new Error(`${caller}: expected finite ${name}, got ${data[wrong]} at ${show(place.reverse())}`);
}

/**
 * Computes what was decided from scores, such as the largest of each row, in one launch with a look at all of them: a decision does not
 * tell whether it was one between numbers.
 * @throws where a score is not finite.
 */
export async function decided(caller: string, decision: Tensor, scores: Tensor): Promise<NdArray<Float32Array>> {
  // Only of numbers that are finite, 0 times them is 0.
  const total = sum(scale(scores, 0));
  await realize(decision, total);
  if ((await total.item()) !== 0) checkFinite(caller, 'scores', await scores.toNdarray());
  return decision.toNdarray();
}
