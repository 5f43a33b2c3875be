import { type BoxArray, readBoxes } from '../boxes/boxList';
import { overlapOf } from '../boxes/overlap';
import { checkList } from '../checks/arguments';
import { checkCount, checkShare } from '../checks/numbers';
import { checkOptions } from '../checks/options';

/** Settings of {@link proposalRecall}. */
export interface ProposalRecallOptions {
  /** Overlap from which on a truth counts as found, IoU (0.5). */
  iouThreshold?: number;
  /** Numbers of proposals an image to look at, ascending (`[1, 10, 100, 1000]`). */
  counts?: readonly number[];
}

/** Result of {@link proposalRecall}, by entry of `counts`. */
export interface ProposalRecall {
  /** As asked for. */
  counts: number[];
  /** Share of the truths that one of the first n proposals of their image overlaps by at least the threshold. */
  recall: number[];
  /** Mean recall over all thresholds from 0.5 to 1. */
  averageRecall: number[];
  /** Mean over the truths of the largest overlap with one of the first n proposals. */
  bestOverlap: number[];
  /** Mean number of proposals an image among the first n: fewer than n where an image has not as many. */
  proposals: number[];
}

/**
 * How many of the things in images a list of proposals could lead a detector to, by how many proposals it looks at. With o_g the
 * largest overlap of truth g with one of the first n proposals of its image:
 *
 *     recall = |{g: o_g ≥ threshold}| / G
 *     averageRecall = 2 ∫ recall(t) dt from t = ½ to 1 = 2 / G · Σ max(0, o_g − ½)
 *     bestOverlap = 1 / G · Σ o_g
 *
 * A proposal may serve several truths. What it holds is no question, nor how many proposals are beside the point: a list of all boxes
 * has recall 1.
 *
 * @param proposals of each image, `[N, 4]`, x1, y1, x2, y2 in px, the most promising first. @param truths of each image, `[G, 4]`.
 * @throws where the numbers of images differ, on no truth at all, on counts that do not rise, on a threshold outside 0…1, and on other
 * shapes, numbers that are not finite and boxes inside out.
 * @see Uijlings et al. 2013, section 5 (recall, average best overlap); Hosang et al. 2016, What makes for effective detection
 * proposals?, section 5 (average recall).
 */
export function proposalRecall(
  proposals: readonly BoxArray[],
  truths: readonly BoxArray[],
  options: ProposalRecallOptions = {},
): ProposalRecall {
  const { iouThreshold = 0.5, counts = [1, 10, 100, 1000] } = checkOptions('proposalRecall', options, {
    iouThreshold: 'any',
    counts: 'any',
  });
  checkList('proposalRecall', 'proposals', proposals, 'the boxes of each image');
  checkList('proposalRecall', 'truths', truths, 'the boxes of each image');
  checkList('proposalRecall', 'counts', counts, 'whole numbers');
  if (proposals.length !== truths.length) {
    throw new Error(`proposalRecall: expected proposals of ${truths.length} images, got ${proposals.length}`);
  }
  checkShare('proposalRecall', 'iouThreshold', iouThreshold);
  for (const [i, count] of counts.entries()) {
    checkCount('proposalRecall', 'counts', count, 1);
    if (i > 0 && count <= counts[i - 1]) {
      throw new Error(`proposalRecall: expected counts that rise, got ${count} after ${counts[i - 1]}`);
    }
  }
  /** By entry of `counts`: o_g of every truth. */
  const overlaps = counts.map((): number[] => []);
  const looked = counts.map(() => 0);
  for (const [image, boxes] of truths.entries()) {
    const found = readBoxes('proposalRecall', proposals[image], 'proposals');
    const things = readBoxes('proposalRecall', boxes, 'truths');
    for (const [i, count] of counts.entries()) looked[i] += Math.min(count, found.count) / truths.length;
    for (let g = 0; g < things.count; g++) {
      let best = 0;
      let p = 0;
      for (const [i, count] of counts.entries()) {
        for (; p < Math.min(count, found.count); p++) {
          best = Math.max(best, overlapOf(found.corners, p, things.corners, g));
        }
        overlaps[i].push(best);
      }
    }
  }
  if (counts.length > 0 && overlaps[0].length === 0) {
    throw new Error('proposalRecall: expected at least one truth, got none');
  }
  const mean = (values: readonly number[], of: (value: number) => number) =>
    values.reduce((total, value) => total + of(value), 0) / values.length;
  return {
    counts: [...counts],
    recall: overlaps.map((list) => mean(list, (overlap) => Number(overlap >= iouThreshold))),
    averageRecall: overlaps.map((list) => mean(list, (overlap) => 2 * Math.max(0, overlap - 0.5))),
    bestOverlap: overlaps.map((list) => mean(list, (overlap) => overlap)),
    proposals: looked,
  };
}
