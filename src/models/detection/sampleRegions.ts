import ndarray, { type NdArray } from 'ndarray';
import type { BoxCode } from '../../boxes/boxCode';
import { match } from '../../boxes/match';
import { concatRows, takeRows } from '../../boxes/rows';
import { sample } from '../../boxes/sample';
import { checkList } from '../../checks/arguments';
import { checkArray } from '../../checks/arrays';
import { checkCount, checkShare } from '../../checks/numbers';
import { checkOptions } from '../../checks/options';
import { isRecord } from '../../checks/record';
import { shown } from '../../checks/shown';
import type { DetectionSample } from '../../data/dataset';
import type { Regions } from '../../ops/regions';
import { checkShape } from '../../shape/shape';
import type { Random } from '../../tensor/random';

/** Settings of {@link sampleRegions}. */
export interface SampleRegionsOptions {
  /** How the truth of an object is written; see {@link boxCode}. */
  code: BoxCode;
  /** Where the draws come from. */
  random: Random;
  /** Regions of each image (16). */
  size?: number;
  /** How many of them may be objects (half). */
  positives?: number;
  /** Overlap with a truth from which on a region is an object, and below which it is background (0.5). */
  overlap?: number;
  /** Least overlap of background (0). Fast R-CNN takes 0.1: what touches no truth is mostly easy. */
  background?: number;
}

/** Regions that a step is trained on: `size` of each image, one image after the other. */
export interface SampledRegions extends Regions {
  /** `[R]`: 0 background, 1 + label for an object, null where an image has too few regions and a row stands empty. */
  classes: (number | null)[];
  /** `[R]`: the truth that an object is to find, a row of its image's truths; null for all others. */
  truths: (number | null)[];
  /** `[R, 4]`: box code of the truth, 0 where there is none. */
  codes: NdArray<Float32Array>;
}

/** Which of `batch` images each region belongs to: `size` of each, one image after the other. */
export function ownersOf(batch: number, size: number): number[] {
  return Array.from({ length: batch * size }, (_, r) => Math.floor(r / size));
}

/** The settings, each checked and the usual ones filled in. */
function checkedSettings(options: SampleRegionsOptions): Required<SampleRegionsOptions> {
  checkOptions('sampleRegions', options, {
    code: 'any',
    random: 'random',
    size: 'any',
    positives: 'any',
    overlap: 'any',
    background: 'any',
  });
  const { code, random, size = 16, positives = size >> 1, overlap = 0.5, background = 0 } = options;
  if (!isRecord(code) || typeof code.encode !== 'function') {
    throw new Error(`sampleRegions: expected code to be one such as boxCode(), got ${shown(code)}`);
  }
  checkCount('sampleRegions', 'size', size, 1);
  checkCount('sampleRegions', 'positives', positives, 0);
  if (positives > size) throw new Error(`sampleRegions: expected at most size = ${size} positives, got ${positives}`);
  checkShare('sampleRegions', 'overlap', overlap);
  if (!(typeof background === 'number' && background >= 0 && background <= overlap)) {
    throw new Error(`sampleRegions: expected background from 0 to overlap = ${overlap}, got ${shown(background)}`);
  }
  return { code, random, size, positives, overlap, background };
}

/**
 * Draws the regions that the second stage is trained on. The true boxes are proposals as well: at first, no other would be good.
 *
 * The number of regions is always the same, so that each step runs the same compiled plan.
 * @param proposals `[Pₙ, 4]` of each image.
 * @throws on other shapes, and unless 0 ≤ background ≤ overlap.
 */
export function sampleRegions(
  proposals: readonly NdArray<Float32Array>[],
  samples: readonly Pick<DetectionSample, 'boxes' | 'labels'>[],
  options: SampleRegionsOptions,
): SampledRegions {
  const { code, random, size, positives, overlap, background } = checkedSettings(options);
  checkList('sampleRegions', 'proposals', proposals, 'boxes [P, 4], one an image');
  checkList('sampleRegions', 'samples', samples, '{ boxes, labels }');
  if (proposals.length !== samples.length) {
    throw new Error(`sampleRegions: expected proposals of ${samples.length} images, got ${proposals.length}`);
  }
  for (const [n, truth] of samples.entries()) {
    const caller = `sampleRegions: image ${n}`;
    if (!isRecord(truth)) throw new Error(`${caller}: expected { boxes, labels }, got ${shown(truth)}`);
    checkArray(caller, 'proposals', proposals[n], '[P, 4]');
    checkArray(caller, 'boxes', truth.boxes, '[G, 4]');
    checkArray(caller, 'labels', truth.labels, `[${truth.boxes.shape[0]}]`);
  }
  checkShape('sampleRegions', [samples.length * size, 4]);
  const count = samples.length * size;
  const boxes = new Float32Array(4 * count);
  const codes = new Float32Array(4 * count);
  const classes: SampledRegions['classes'] = Array(count).fill(null);
  const truths: SampledRegions['truths'] = Array(count).fill(null);
  for (const [n, truth] of samples.entries()) {
    const all = concatRows(proposals[n], truth.boxes);
    const matches = match(all, truth.boxes, { positive: overlap, negative: overlap, bestForEachTruth: 'none' });
    const states = matches.states.map((state, i) => {
      return state === 'negative' && matches.overlaps.get(i) < background ? 'ignored' : state;
    });
    const { positive, negative } = sample(states, { size, positives, random });
    const rows = [...positive, ...negative];
    const chosen = takeRows(all, rows);
    boxes.set(chosen.data, 4 * n * size);
    const found = positive.map((row) => matches.truths[row]!);
    const wanted = code.encode(takeRows(truth.boxes, found), takeRows(all, positive));
    checkArray('sampleRegions', 'codes of the boxes', wanted, `[${found.length}, 4]`);
    codes.set(wanted.data, 4 * n * size);
    for (const i of rows.keys()) {
      const own = found[i] ?? null;
      truths[n * size + i] = own;
      classes[n * size + i] = own === null ? 0 : 1 + truth.labels.get(own);
    }
  }
  return {
    boxes: ndarray(boxes, [count, 4]),
    images: ownersOf(samples.length, size),
    classes,
    truths,
    codes: ndarray(codes, [count, 4]),
  };
}
