import type { NdArray } from 'ndarray';
import { takeRows } from '../boxes/rows';
import { checkSample } from './checkSample';
import { copied } from './copied';
import type { DetectionSample, ImageSample, InstanceSample, Sample } from './dataset';
import { firstThingSegment, takeSegments } from './thingSegments';

/** What a sample may know of its things, one row each. */
const parts = ['boxes', 'labels', 'difficult', 'crowd', 'areas', 'masks'] as const;

/** Whether a sample knows boxes. */
export function hasBoxes<S extends ImageSample>(sample: S): sample is S & DetectionSample {
  const { boxes, labels } = sample as Partial<DetectionSample>;
  return boxes !== undefined && labels !== undefined;
}

/** What a sample knows of some of its things, fresh copies: boxes and labels; flags, areas and masks where there are any. */
export function takeThings<S extends DetectionSample>(
  sample: S,
  rows: readonly number[],
): Pick<S, keyof S & (typeof parts)[number]> {
  const arrays = sample as unknown as Partial<Record<(typeof parts)[number], NdArray<Float32Array>>>;
  const taken = parts.filter((part) => arrays[part]).map((part) => [part, takeRows(arrays[part]!, rows)]);
  return Object.fromEntries(taken);
}

/**
 * A sample without its crowds and its difficult things, which are there for the metric: what a detector is trained on. It is the same
 * object where there are none, or no boxes at all. In a panoptic map their pixels become void.
 * @throws where a panoptic map has no masks beside it.
 */
export function countedThings<S extends ImageSample>(sample: S): S {
  checkSample('countedThings', sample);
  if (!hasBoxes(sample)) return sample;
  const { labels, crowd, difficult } = sample as S & Partial<InstanceSample> & DetectionSample;
  const rows = [...Array(labels.shape[0]).keys()].filter((g) => !crowd?.get(g) && !difficult?.get(g));
  if (rows.length === labels.shape[0]) return sample;
  const taken = { ...sample, ...takeThings(sample, rows) };
  const { panoptic, masks } = sample as S & Partial<Sample>;
  if (!panoptic) return taken;
  if (!masks) throw new Error('countedThings: expected masks beside a panoptic map, got none');
  const map = copied(panoptic);
  takeSegments(map, { first: firstThingSegment({ masks, panoptic }), rows, count: labels.shape[0] });
  return { ...taken, panoptic: map };
}
