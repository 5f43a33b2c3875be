import type { NdArray } from 'ndarray';
import type { BoxCode } from '../../boxes/boxCode';
import type { MatchState, PriorMatches } from '../../boxes/match';
import { takeRows } from '../../boxes/rows';
import type { DetectionSample } from '../../data/dataset';

/** What each prior of a batch is to predict: row n · P + p is prior p of image n. */
export interface PriorTargets {
  /** `[N · P]`: the class of a positive prior's object; `background` of a negative one; `ignored` of those between. */
  labels: Float32Array;
  /** `[4 · N · P]`: the box code of a positive prior's object; 0 elsewhere. */
  codes: Float32Array;
  /** State of each prior, a list an image. */
  states: MatchState[][];
  /** Positive priors of the batch. */
  positives: number;
}

/** Label of priors that are neither: their overlap lies between the two thresholds. */
export const ignoredLabel = -1;

/** What each prior of an image is to be, and which of its objects a positive one is to find, as `match` gives it. */
export type Assignment = (truths: NdArray<Float32Array>) => Pick<PriorMatches, 'states' | 'truths'>;

/**
 * What the priors of a batch are to predict; the class of the background is the number of classes.
 * @param samples checked by `checkDetectionBatch`.
 */
export function priorTargets(
  samples: readonly Pick<DetectionSample, 'boxes' | 'labels'>[],
  priors: NdArray<Float32Array>,
  { classes, code, assign }: { classes: number; code: BoxCode; assign: Assignment },
): PriorTargets {
  const [count] = priors.shape;
  const labels = new Float32Array(samples.length * count).fill(classes);
  const codes = new Float32Array(4 * labels.length);
  const all: MatchState[][] = [];
  let positives = 0;
  for (const [n, sample] of samples.entries()) {
    const { states, truths } = assign(sample.boxes as NdArray<Float32Array>);
    all.push(states);
    const rows: number[] = [];
    for (const [p, state] of states.entries()) {
      if (state === 'ignored') labels[n * count + p] = ignoredLabel;
      if (state === 'positive') rows.push(p);
    }
    const found = rows.map((p) => truths[p]!);
    const wanted = code.encode(takeRows(sample.boxes, found), takeRows(priors, rows)).data;
    for (const [i, p] of rows.entries()) {
      labels[n * count + p] = sample.labels.get(found[i]);
      codes.set(wanted.subarray(4 * i, 4 * i + 4), 4 * (n * count + p));
    }
    positives += rows.length;
  }
  return { labels, codes, states: all, positives };
}
