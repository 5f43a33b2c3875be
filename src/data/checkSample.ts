import { checkArray } from '../checks/arrays';
import { checkCount } from '../checks/numbers';
import { isRecord } from '../checks/record';
import { shown } from '../checks/shown';
import type { Classes, Dataset, ImageSample, Sample } from './dataset';

/** What a sample may hold beside its image, and the axes: H and W are those of the image, G the number of boxes. */
const layouts = {
  boxes: '[G, 4]',
  labels: '[G]',
  difficult: '[G]',
  crowd: '[G]',
  areas: '[G]',
  masks: '[G, H, W]',
  semantic: '[H, W]',
  panoptic: '[H, W]',
} as const;

/** Names of what a sample may hold beside its image. */
type Part = keyof typeof layouts;

/**
 * Throws unless a value is a sample: an image `[H, W, 3]`, and whatever else it holds of shapes that fit to the image and to each other.
 * The numbers themselves are not looked at.
 * @param needed what the sample must hold. @param used what is looked at; all of it if nothing is said.
 */
export function checkSample(
  caller: string,
  sample: ImageSample,
  needed: readonly Part[] = [],
  used: readonly Part[] = Object.keys(layouts) as Part[],
): void {
  checkImageOf(caller, sample);
  const [height, width] = sample.image.shape;
  const parts = sample as ImageSample & Partial<Record<Part, unknown>>;
  for (const name of needed) {
    if (parts[name] === undefined) throw new Error(`${caller}: expected a sample with ${name}, got ${shown(sample)}`);
  }
  let count: number | undefined;
  for (const name of used) {
    const part = parts[name];
    if (part === undefined) continue;
    const own = layouts[name].replace('H', String(height)).replace('W', String(width));
    checkArray(caller, name, part, count === undefined ? own : own.replace('G', String(count)));
    if (own.startsWith('[G')) count ??= (part as Sample['boxes']).shape[0];
  }
}

/** Throws unless a value holds an image `[H, W, 3]`, as every sample does. */
export function checkImageOf(caller: string, sample: ImageSample): void {
  if (!isRecord(sample) || !('image' in sample)) {
    throw new Error(`${caller}: expected a sample { image, … }, got ${shown(sample)}`);
  }
  checkArray(caller, 'an image', sample.image, '[H, W, 3]');
}

/** Throws unless a value is a data set. */
export function checkDataset(caller: string, dataset: Dataset<ImageSample>): void {
  if (!isRecord(dataset) || typeof dataset.sample !== 'function') {
    throw new Error(`${caller}: expected a data set { length, classes, sample }, got ${shown(dataset)}`);
  }
  checkCount(caller, 'length of the data set', dataset.length, 0);
}

/** Image `index` of a data set. @throws where it is no sample: a data set may be anybody's. */
export function sampleOf<S extends ImageSample>(
  caller: string,
  dataset: Dataset<S>,
  index: number,
  needed: readonly Part[] = [],
): S {
  const sample = dataset.sample(index);
  checkSample(`${caller}: image ${index}`, sample, needed);
  return sample;
}

/** Throws unless a value names classes: lists of texts. */
export function checkClasses(caller: string, classes: Classes): void {
  if (!isRecord(classes)) throw new Error(`${caller}: expected classes { stuff, things }, got ${shown(classes)}`);
  for (const name of ['stuff', 'things'] as const) {
    const names = classes[name];
    if (Array.isArray(names) && names.every((one) => typeof one === 'string')) continue;
    throw new Error(`${caller}: expected ${name} to be a list of names, got ${shown(names)}`);
  }
}
