/**
 * How a detection finds its truth.
 *
 * - `voc`: it claims the truth that it overlaps most, whether that is still free or not.
 * - `coco`: it claims the truth that it overlaps most among those still free; ignored ones only where no other is left.
 */
export type Matching = 'voc' | 'coco';

/** `correct`: it found a truth that nothing had found before; `ignored`: it counts neither for nor against the detector. */
export type Outcome = 'correct' | 'wrong' | 'ignored';

/** One class in one image: D detections, the surest first, and G truths. */
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

/**
 * Matches the detections of one class in one image with the truths, in the order of their scores: each truth is found once, every
 * further detection of it is wrong.
 *
 * Of two truths with the same overlap, `voc` takes the first and `coco` the last, as the devkit and pycocotools do. Thresholds are
 * reached by `overlap ≥ threshold`, as in both (some Python copies of the devkit ask for more than the threshold).
 */
export function matchDetections(
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
