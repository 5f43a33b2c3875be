import type { NdArray } from 'ndarray';
import { checkArray } from '../checks/arrays';
import { checkFrom0 } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { shown } from '../checks/shown';
import { bestRows } from './bestRows';
import { type MatchState, matchStates } from './match';

/**
 * Hard negative mining: of an image's negative priors, those whose loss is largest, `ratio` for each positive one. The others are so many
 * and so easy that they would outweigh the objects; an image without objects has none.
 *
 * @param losses `[P]`: how wrong it is to call each prior background; those of priors that are not negative do not count.
 * @param states `[P]`, as `match` gives them. @param options ratio: negatives for each positive (3).
 * @returns rows of the chosen priors, that with the largest loss first, of equal ones the first.
 * @throws where losses and states differ in number, on NaN, on another state and on a ratio below 0.
 * @see Liu et al. 2016, SSD: single shot multibox detector, section 2.2.
 */
export function hardNegatives(
  losses: NdArray<Float32Array>,
  states: readonly MatchState[],
  options: { ratio?: number } = {},
): number[] {
  const { ratio = 3 } = checkOptions('hardNegatives', options, { ratio: 'any' });
  checkFrom0('hardNegatives', 'ratio', ratio);
  checkArray('hardNegatives', 'losses', losses, '[P]');
  if (!Array.isArray(states) || states.length !== losses.shape[0]) {
    throw new Error(
      `hardNegatives: expected ${losses.shape[0]} states, one a loss, got ${shown(Array.isArray(states) ? states.length : states)}`,
    );
  }
  const wrong = states.find((state) => !matchStates.includes(state));
  if (wrong !== undefined) throw new Error(`hardNegatives: expected states of match, got ${shown(wrong)}`);
  const rows = [...states.keys()].filter((p) => states[p] === 'negative');
  const own = Float32Array.from(rows, (p) => losses.get(p));
  const invalid = own.findIndex(Number.isNaN);
  if (invalid >= 0) throw new Error(`hardNegatives: expected losses that are numbers, got NaN at ${rows[invalid]}`);
  const positives = states.filter((state) => state === 'positive').length;
  return bestRows(own, Math.min(own.length, Math.floor(ratio * positives))).map((i) => rows[i]);
}
