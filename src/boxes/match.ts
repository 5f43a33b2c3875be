import ndarray, { type NdArray } from 'ndarray';
import { checkShare } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { type BoxArray, type BoxFormatOptions, formatOption, readBoxes } from './boxList';
import { BoxTree, firstOfEqual } from './boxTree';
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

/** Priors times truths up to which all pairs are looked at: a tree takes longer for few. */
const mostPairs = 2 ** 22;

/** What pairs of priors and truths have the largest overlaps. */
export interface BestPairs {
  /** `[P]` */
  mostOfPrior: Float64Array;
  /** `[P]`: the first truth that a prior overlaps most; 0 where it overlaps none. */
  best: Uint32Array;
  /**
   * Told every prior that overlaps some truth more than any other prior does, or as much; but for truths that some prior overlaps by
   * `enough`.
   */
  eachBestOfTruth(enough: number, told: (prior: number) => void): void;
  /** Told, truth by truth, the first prior that overlaps it most, if there is one. */
  firstBestOfTruth(told: (prior: number, truth: number, overlap: number) => void): void;
}

/** All pairs are looked at. @param from corners of the priors. @param to corners of the truths. */
export function allPairs(from: Float32Array, to: Float32Array): BestPairs {
  const [count, truthCount] = [from.length / 4, to.length / 4];
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
  /** The priors that overlap a truth most. */
  function* bestOf(g: number): Generator<number> {
    if (mostOfTruth[g] === 0) return;
    for (let i = 0; i < count; i++) {
      if (mostOfPrior[i] >= mostOfTruth[g] && overlapOf(from, i, to, g) === mostOfTruth[g]) yield i;
    }
  }
  return {
    mostOfPrior,
    best,
    eachBestOfTruth(enough, told) {
      for (let g = 0; g < truthCount; g++) if (mostOfTruth[g] < enough) for (const i of bestOf(g)) told(i);
    },
    firstBestOfTruth(told) {
      for (let g = 0; g < truthCount; g++) {
        const [first] = bestOf(g);
        if (first !== undefined) told(first, g, mostOfTruth[g]);
      }
    },
  };
}

/** The same for many: a tree of the truths is asked for each prior, and one of the priors for each truth; equal boxes are asked for once. */
export function nearPairs(from: Float32Array, to: Float32Array): BestPairs {
  const [count, truthCount] = [from.length / 4, to.length / 4];
  // Truths first: a prior that equals one, as a proposal may, is found without a search.
  const all = new Float32Array(from.length + to.length);
  all.set(to);
  all.set(from, to.length);
  const { rows, firsts } = firstOfEqual(all);
  const truths = rows.filter((row) => row < truthCount);
  const truthTree = new BoxTree(to, truths);
  const mostOfPrior = new Float64Array(count);
  const best = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    const first = firsts[truthCount + i];
    if (first >= truthCount && first < truthCount + i) {
      best[i] = best[first - truthCount];
      mostOfPrior[i] = mostOfPrior[first - truthCount];
      continue;
    }
    const found = first < truthCount ? first : truthTree.best(from, i);
    if (found < 0) continue;
    mostOfPrior[i] = overlapOf(from, i, to, found);
    if (mostOfPrior[i] > 0) best[i] = found;
  }
  /** The first of all equal priors. */
  const owner = new Uint32Array(count);
  const known = new Map<number, number>();
  for (let i = 0; i < count; i++) {
    const first = firsts[truthCount + i];
    if (!known.has(first)) known.set(first, i);
    owner[i] = known.get(first)!;
  }
  const priorTree = () => new BoxTree(from, [...known.values()]);
  return {
    mostOfPrior,
    best,
    eachBestOfTruth(enough, told) {
      const tree = priorTree();
      const isBest = new Uint8Array(count);
      for (const g of truths) {
        const found = tree.best(to, g, enough);
        const overlap = found < 0 ? 0 : overlapOf(from, found, to, g);
        if (found < 0 || overlap >= enough) continue;
        tree.take(to, g, overlap, (i) => {
          isBest[i] = 1;
        });
      }
      for (let i = 0; i < count; i++) if (isBest[owner[i]]) told(i);
    },
    firstBestOfTruth(told) {
      const tree = priorTree();
      const found = new Map(truths.map((g) => [g, tree.best(to, g)]));
      for (let g = 0; g < truthCount; g++) {
        const prior = found.get(firsts[g])!;
        if (prior >= 0) told(prior, g, overlapOf(from, prior, to, g));
      }
    },
  };
}

/**
 * Decides for every prior (an anchor, or a proposal) whether it is trained as an object or as background: positive from an IoU of
 * `positive` on, negative below `negative`, ignored in between; `bestForEachTruth` adds positives.
 *
 * A prior goes to the truth that it overlaps most, and of equal ones to the first. Overlaps are compared in double precision. Without
 * truths every prior is negative. Time grows with P · G where that is below four million, else with about (P + G) · log(P + G); memory
 * with P + G.
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

  const pairs = count * truthCount > mostPairs ? nearPairs(from, to) : allPairs(from, to);
  const { mostOfPrior, best } = pairs;
  const states = new Array<MatchState>(count);
  const found = new Array<number | null>(count);
  for (let i = 0; i < count; i++) {
    const most = mostOfPrior[i];
    // With a threshold of 0, a prior that touches nothing would still have no truth to find.
    const isPositive = most >= positive && most > 0;
    states[i] = isPositive ? 'positive' : most < negative || truthCount === 0 ? 'negative' : 'ignored';
    found[i] = isPositive ? best[i] : null;
  }

  if (bestForEachTruth === 'positive') {
    pairs.eachBestOfTruth(positive, (i) => {
      states[i] = 'positive';
      found[i] = best[i];
    });
  } else if (bestForEachTruth === 'claimed') {
    const claims = new Map<number, number>();
    pairs.firstBestOfTruth((i, g, overlap) => {
      states[i] = 'positive';
      if (overlap <= (claims.get(i) ?? 0)) return;
      claims.set(i, overlap);
      found[i] = g;
    });
  }
  return { states, truths: found, overlaps: ndarray(Float32Array.from(mostOfPrior), [count]) };
}
