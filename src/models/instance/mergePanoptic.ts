import ndarray, { type NdArray } from 'ndarray';
import { checkArray } from '../../checks/arrays';
import { checkFrom0, checkShare } from '../../checks/numbers';
import { checkOptions } from '../../checks/options';
import { isRecord } from '../../checks/record';
import { shown } from '../../checks/shown';
import type { Instances, PanopticPrediction } from '../contract';
import { checkCounts } from '../settings';

/** Settings of {@link mergePanoptic}. */
export interface MergeOptions {
  /** How many classes are stuff: the first of the scores. */
  stuff: number;
  /** Instances below this score are left out (0.5). */
  scoreThreshold?: number;
  /** An instance of whose mask less than this share is still free is left out (0.5). */
  visible?: number;
  /** Stuff with fewer pixels becomes void (32). */
  leastStuff?: number;
}

/**
 * One panoptic map from the instances and the semantic scores of an image, which may contradict each other: instances first, by falling
 * score, each on the pixels that no earlier one has taken; then the stuff of the highest score on what is left.
 *
 * @param instances masks `[D, H, W]`, labels and scores `[D]`. @param semantic `[H, W, S]`, scores whose first `stuff` entries are those of
 * stuff; further ones, such as "a thing", are not looked at.
 * @throws where instances and semantic scores do not fit, and on settings out of range.
 * @see Kirillov et al. 2019, Panoptic feature pyramid networks, section 3; Panoptic segmentation, appendix.
 */
export function mergePanoptic(
  instances: Pick<Instances, 'masks' | 'labels' | 'scores'>,
  semantic: NdArray<Float32Array>,
  options: MergeOptions,
): PanopticPrediction {
  const {
    stuff,
    scoreThreshold = 0.5,
    visible = 0.5,
    leastStuff = 32,
  } = checkOptions('mergePanoptic', options, {
    stuff: 'any',
    scoreThreshold: 'any',
    visible: 'any',
    leastStuff: 'any',
  });
  checkCounts('mergePanoptic', { stuff });
  checkShare('mergePanoptic', 'scoreThreshold', scoreThreshold);
  checkShare('mergePanoptic', 'visible', visible);
  checkFrom0('mergePanoptic', 'leastStuff', leastStuff);
  checkArray('mergePanoptic', 'semantic', semantic, '[H, W, S]');
  const [height, width, columns] = semantic.shape;
  if (columns < stuff) {
    throw new Error(`mergePanoptic: expected semantic scores of ${stuff} or more classes, got ${columns}`);
  }
  if (!isRecord(instances))
    throw new Error(`mergePanoptic: expected { masks, labels, scores }, got ${shown(instances)}`);
  const { masks, labels, scores } = instances;
  checkArray('mergePanoptic', 'masks', masks, `[D, ${height}, ${width}]`);
  const [count] = masks.shape;
  checkArray('mergePanoptic', 'labels', labels, `[${count}]`);
  checkArray('mergePanoptic', 'scores', scores, `[${count}]`);

  const panoptic = new Int32Array(height * width).fill(-1);
  const kept: number[] = [];
  const order = Array.from({ length: count }, (_, d) => d).sort((a, b) => scores.get(b) - scores.get(a) || a - b);
  for (const d of order) {
    if (!(scores.get(d) >= scoreThreshold)) continue;
    const free: number[] = [];
    let area = 0;
    for (let place = 0; place < panoptic.length; place++) {
      if (!masks.get(d, Math.floor(place / width), place % width)) continue;
      area++;
      if (panoptic[place] < 0) free.push(place);
    }
    if (free.length === 0 || free.length < visible * area) continue;
    for (const place of free) panoptic[place] = stuff + kept.length;
    kept.push(d);
  }

  const areas = new Int32Array(stuff);
  for (let place = 0; place < panoptic.length; place++) {
    if (panoptic[place] >= 0) continue;
    const [y, x] = [Math.floor(place / width), place % width];
    let best = 0;
    for (let s = 1; s < stuff; s++) if (semantic.get(y, x, s) > semantic.get(y, x, best)) best = s;
    panoptic[place] = best;
    areas[best]++;
  }
  for (const [place, segment] of panoptic.entries()) {
    if (segment < stuff && areas[segment] < leastStuff) panoptic[place] = -1;
  }
  return {
    panoptic: ndarray(panoptic, [height, width]),
    labels: ndarray(
      Int32Array.from(kept, (d) => labels.get(d)),
      [kept.length],
    ),
    scores: ndarray(
      Float32Array.from(kept, (d) => scores.get(d)),
      [kept.length],
    ),
  };
}
