import { readNumbers } from '../boxes/boxList';
import { checkList } from '../checks/arguments';
import { checkCount } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { isRecord } from '../checks/record';
import { shown, shownWord } from '../checks/shown';
/**
 * How a detection finds its truth.
 *
 * - `voc`: it claims the truth that it overlaps most, whether that is still free or not.
 * - `coco`: it claims the truth that it overlaps most among those still free; ignored ones only where no other is left.
 */
export type Matching = 'voc' | 'coco';

/** `correct`: it found a truth that nothing had found before; `ignored`: it counts neither for nor against the detector. */
export type Outcome = 'correct' | 'wrong' | 'ignored';

/** One class in one image: D detections, the highest-scoring first, and G truths. */
export interface MatchDetectionsInput {
  /** `[D, G]`, row by row: the overlap of each detection with each truth. */
  overlaps: ArrayLike<number>;
  /** `[G]`: where true, the detection that finds it is ignored. */
  ignored: readonly boolean[];
  /** `[G]`: where true, any number of detections may find it, under either rule. Crowds are ignored, too. */
  crowd: readonly boolean[];
  /** How many detections, D. */
  detections: number;
}

/** Settings of {@link matchDetections}. */
export interface MatchDetectionsOptions {
  /** Overlap from which on a detection can match, above 0 and at most 1. */
  iouThreshold: number;
  /** Whose rule finds the truth of a detection. */
  matching: Matching;
}

/** Result of {@link matchDetections}. */
export interface DetectionMatches {
  /** `[D]` */
  outcomes: Outcome[];
  /** `[D]`: the truth that the detection found, or null. Under `voc` the second detection of a truth has found none. */
  truths: (number | null)[];
}

/** COCO lets an overlap of 1 pass a threshold of 1 in spite of rounding. */
const almostOne = 1 - 1e-10;

/** @throws unless the threshold is above 0 and at most 1. */
export function checkThreshold(caller: string, threshold: number): void {
  if (!(typeof threshold === 'number' && threshold > 0 && threshold <= 1)) {
    throw new Error(`${caller}: expected an IoU threshold above 0 and at most 1, got ${shown(threshold)}`);
  }
}

/** @throws unless it is one of the rules. */
export function checkMatching(caller: string, matching: string): void {
  if (matching !== 'voc' && matching !== 'coco') {
    throw new Error(`${caller}: expected matching voc or coco, got ${shownWord(matching)}`);
  }
}

/**
 * Matches the detections of one class in one image with the truths, in the order of their scores: each truth is found once, every
 * further detection of it is wrong.
 *
 * Of two truths with the same overlap, `voc` takes the first and `coco` the last, as the devkit and pycocotools do. Thresholds are
 * reached by `overlap ≥ threshold`, as in both (some Python copies of the devkit ask for more than the threshold).
 * @throws on overlaps that are not `[D, G]` finite numbers, on marks that are not one a truth, and on settings out of range.
 */
export function matchDetections(input: MatchDetectionsInput, options: MatchDetectionsOptions): DetectionMatches {
  const { iouThreshold, matching } = checkOptions('matchDetections', options, { iouThreshold: 'any', matching: 'any' });
  checkThreshold('matchDetections', iouThreshold);
  checkMatching('matchDetections', matching);
  if (!isRecord(input)) {
    throw new Error(`matchDetections: expected { overlaps, ignored, crowd, detections }, got ${shown(input)}`);
  }
  const { overlaps, ignored, crowd, detections } = input;
  checkCount('matchDetections', 'detections', detections, 0);
  checkList('matchDetections', 'ignored', ignored, 'true and false');
  checkList('matchDetections', 'crowd', crowd, 'true and false');
  if (crowd.length !== ignored.length) {
    throw new Error(`matchDetections: expected crowd [${ignored.length}], one a truth, got [${crowd.length}]`);
  }
  readNumbers('matchDetections', 'overlaps', overlaps, detections * ignored.length);
  return matchRows(input, { iouThreshold, matching });
}

/** {@link matchDetections} of what has been checked. */
export function matchRows(
  { overlaps, ignored, crowd, detections }: MatchDetectionsInput,
  { iouThreshold, matching }: MatchDetectionsOptions,
): DetectionMatches {
  const count = ignored.length;
  const outcomes: Outcome[] = [];
  const truths: (number | null)[] = [];
  const taken = Array<boolean>(count).fill(false);
  const least = Math.min(iouThreshold, almostOne);

  function claimVoc(detection: number): number | null {
    let best: number | null = null;
    let most = least;
    for (let truth = 0; truth < count; truth++) {
      const overlap = overlaps[detection * count + truth];
      if (best === null ? overlap >= most : overlap > most) [best, most] = [truth, overlap];
    }
    return best;
  }

  function claimCoco(detection: number, among: boolean): number | null {
    let best: number | null = null;
    let most = least;
    for (let truth = 0; truth < count; truth++) {
      if (ignored[truth] !== among || (taken[truth] && !crowd[truth])) continue;
      const overlap = overlaps[detection * count + truth];
      if (overlap >= most) [best, most] = [truth, overlap];
    }
    return best;
  }

  for (let detection = 0; detection < detections; detection++) {
    const truth =
      matching === 'voc' ? claimVoc(detection) : (claimCoco(detection, false) ?? claimCoco(detection, true));
    if (truth === null || (matching === 'voc' && taken[truth] && !ignored[truth])) {
      outcomes.push('wrong');
      truths.push(null);
    } else {
      outcomes.push(ignored[truth] ? 'ignored' : 'correct');
      truths.push(truth);
      taken[truth] = true;
    }
  }
  return { outcomes, truths };
}
