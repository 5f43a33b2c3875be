import { checkList } from '../checks/arguments';
import { checkCount } from '../checks/numbers';
import { checkOption, checkOptions } from '../checks/options';
import type { Random } from '../tensor/random';

import { type MatchState, matchStates } from './match';

/** Settings of {@link sample}. */
export interface SampleOptions {
  /** Most priors drawn. */
  size: number;
  /** Most positive ones among them; half of `size`, rounded down, by default. */
  positives?: number;
  /** Where the draws come from; `createRandom(seed)`. */
  random: Random;
}

/** Result of {@link sample}: rows of the priors, ascending. */
export interface PriorSample {
  /** Those that are trained as objects. */
  positive: number[];
  /** Those that are trained as background. */
  negative: number[];
}

/** `count` of the items, each equally likely, in the order in which they stood: the first steps of a Fisher–Yates shuffle. */
function draw(items: readonly number[], count: number, random: Random): number[] {
  if (items.length <= count) return [...items];
  const places = [...items];
  for (let i = 0; i < count; i++) {
    const other = i + random.integer(places.length - i);
    [places[i], places[other]] = [places[other], places[i]];
  }
  return places.slice(0, count).sort((a, b) => a - b);
}

/**
 * Draws the priors that a step is trained on: background is nearly everywhere, and without a limit it would drown the few objects.
 * First at most `positives` positive ones, then negative ones until there are `size`; ignored ones never. Where there are too few of a
 * kind all of them are taken, so the sample may be smaller than `size`.
 *
 * The same matches and the same state of `random` give the same sample; a kind of which all are taken draws no number.
 *
 * @param states `[P]`, of {@link match}.
 * @returns rows of the priors, from 0 to P − 1, ascending.
 * @throws unless size ≥ 1 and 0 ≤ positives ≤ size are whole numbers.
 */
export function sample(states: readonly MatchState[], options: SampleOptions): PriorSample {
  checkOptions('sample', options, { size: 'any', positives: 'any', random: 'random' });
  const { size, positives = Math.floor(size / 2), random } = options;
  checkList('sample', 'states', states, 'positive, negative and ignored');
  for (const [i, state] of states.entries()) checkOption('sample', `states[${i}]`, state, matchStates);
  checkCount('sample', 'size', size, 1);
  checkCount('sample', 'positives', positives, 0);
  if (positives > size) throw new Error(`sample: expected at most size = ${size} positives, got ${positives}`);
  const rowsOf = (wanted: MatchState) => {
    const rows: number[] = [];
    for (let row = 0; row < states.length; row++) if (states[row] === wanted) rows.push(row);
    return rows;
  };
  const positive = draw(rowsOf('positive'), positives, random);
  const negative = draw(rowsOf('negative'), size - positive.length, random);
  return { positive, negative };
}
