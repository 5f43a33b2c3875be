import ndarray, { type NdArray } from 'ndarray';
import { checkShare } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { type BoxArray, type BoxFormatOptions, formatOption, readBoxes } from './boxList';
import { overlapOf } from './overlap';

/** What a prior is trained as: an object, background, or nothing at all (the slides' neutral). */
export const matchStates = ['positive', 'negative', 'ignored'] as const;

/** See `matchStates`. */
export type MatchState = (typeof matchStates)[number];

/** Settings of {@link match}. */
export interface PriorMatchOptions extends BoxFormatOptions {
  /** Overlap from which on a prior is positive. */
  positive?: number;
  /** Overlap below which a prior is negative; between the two it is ignored. At most `positive`. */
  negative?: number;
  /**
   * What becomes of the priors that overlap a truth most, so that a truth which none overlaps well is not forgotten:
   *
   * - `positive`: they are positive, for the truth that they themselves overlap most (Faster R-CNN);
   * - `claimed`: the first of them is positive for that truth, even where it overlaps another more (SSD): each truth has a prior of
   *   its own, unless two truths claim the same one, which goes to the one it overlaps more;
   * - `none`: nothing.
   */
  bestForEachTruth?: 'positive' | 'claimed' | 'none';
}

/** Result of {@link match}, one entry a prior. */
export interface PriorMatches {
  /** `[P]` */
  states: MatchState[];
  /** `[P]`: the truth that a positive prior is to find, a row of `truths`; null for all others. */
  truths: (number | null)[];
  /** `[P]`: the largest overlap with any truth; 0 where there are no truths. */
  overlaps: NdArray<Float32Array>;
}

/** Throws unless 0 ≤ negative ≤ positive ≤ 1. */
export function checkThresholds(caller: string, { positive, negative }: { positive: number; negative: number }): void {
  checkShare(caller, 'positive', positive);
  checkShare(caller, 'negative', negative);
  if (negative > positive) throw new Error(`${caller}: expected negative ≤ positive, got ${negative} > ${positive}`);
}

/**
 * Decides for every prior (an anchor, or a proposal) whether it is trained as an object or as background: positive from an IoU of
 * `positive` on, negative below `negative`, ignored in between; `bestForEachTruth` adds positives.
 *
 * A prior goes to the truth that it overlaps most, and of equal ones to the first. Overlaps are compared in double precision. Without
 * truths every prior is negative. Time grows with P · G, memory with P + G.
 *
 * @param priors `[P, 4]` x1, y1, x2, y2 in px. @param truths `[G, 4]`.
 * @param options by default those of Faster R-CNN's proposals: positive 0.7, negative 0.3, bestForEachTruth positive. Its second stage
 * has 0.5, 0.5 and none.
 * @throws on other shapes, boxes inside out, and thresholds out of order.
 * @see Ren et al. 2015, Faster R-CNN, section 3.1.2.
 */
export function match(priors: BoxArray, truths: BoxArray, options: PriorMatchOptions = {}): PriorMatches {
  checkOptions('match', options, {
    positive: 'any',
    negative: 'any',
    bestForEachTruth: ['positive', 'claimed', 'none'],
    ...formatOption,
  });
  const { positive = 0.7, negative = 0.3, bestForEachTruth = 'positive' } = options;
  checkThresholds('match', { positive, negative });
  const { count, corners: from } = readBoxes('match', priors, 'priors', options.format);
  const { count: truthCount, corners: to } = readBoxes('match', truths, 'truths', options.format);

  const mostOfPrior = new Float64Array(count);
  const mostOfTruth = new Float64Array(truthCount);
  const best = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    for (let g = 0; g < truthCount; g++) {
      const overlap = overlapOf(from, i, to, g);
      if (overlap > mostOfPrior[i]) {
        mostOfPrior[i] = overlap;
        best[i] = g;
      }
      if (overlap > mostOfTruth[g]) mostOfTruth[g] = overlap;
    }
  }
  const states = new Array<MatchState>(count);
  const found = new Array<number | null>(count);
  for (let i = 0; i < count; i++) {
    const most = mostOfPrior[i];
    // With a threshold of 0, a prior that touches nothing would still have no truth to find.
    const isPositive = most >= positive && most > 0;
    states[i] = isPositive ? 'positive' : most < negative || truthCount === 0 ? 'negative' : 'ignored';
    found[i] = isPositive ? best[i] : null;
  }

  if (bestForEachTruth !== 'none') {
    const claims = new Map<number, number>();
    for (let g = 0; g < truthCount; g++) {
      if (mostOfTruth[g] === 0) continue;
      for (let i = 0; i < count; i++) {
        if (mostOfPrior[i] < mostOfTruth[g] || overlapOf(from, i, to, g) !== mostOfTruth[g]) continue;
        states[i] = 'positive';
        if (bestForEachTruth === 'positive') {
          found[i] = best[i];
          continue;
        }
        const rival = claims.get(i);
        if (rival === undefined || mostOfTruth[g] > mostOfTruth[rival]) {
          claims.set(i, g);
          found[i] = g;
        }
        break;
      }
    }
  }
  return { states, truths: found, overlaps: ndarray(Float32Array.from(mostOfPrior), [count]) };
}
