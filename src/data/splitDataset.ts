import { checkList } from '../checks/arguments';
import { checkOptions } from '../checks/options';
import { checkSeed } from '../checks/seed';
import { shown } from '../checks/shown';
import { createRandom } from '../tensor/random';
import { checkDataset, checkSample } from './checkSample';
import type { Dataset, ImageSample } from './dataset';
import { ImageProblem, joinProblems, type ProblemLog, problemLog, type ReadDataset } from './problems';

/** Some of the images of a data set, in the order given. @throws where there is no such image. */
export function takeSamples<S extends ImageSample>(dataset: Dataset<S>, indices: readonly number[]): Dataset<S> {
  checkDataset('takeSamples', dataset);
  checkList('takeSamples', 'indices', indices, 'whole numbers');
  const places = [...indices];
  for (const [i, index] of places.entries()) {
    if (!(Number.isInteger(index) && index >= 0 && index < dataset.length)) {
      throw new Error(`takeSamples: expected indices from 0 to ${dataset.length - 1}, got ${shown(index)} at ${i}`);
    }
  }
  return {
    length: places.length,
    classes: dataset.classes,
    sample(index) {
      if (!(Number.isInteger(index) && index >= 0 && index < places.length)) {
        throw new Error(
          `takeSamples: expected the index of an image, a whole number from 0 to ${places.length - 1}, got ${index}`,
        );
      }
      return dataset.sample(places[index]);
    },
  };
}

/** Settings of {@link splitDataset}. */
export interface SplitOptions {
  /** Decides which image goes where (0). */
  seed?: number;
  /** Share of each part, above 0; together at most 1. */
  fractions: readonly number[];
}

/**
 * Deals the images of a data set out at random: no image is in two parts, and the same seed gives the same parts.
 *
 * Part k ends at the image number `round(length · (f₀ + … + f_k))`, so that fractions that add up to 1 leave none over.
 *
 * @example
 * const [train, validation] = splitDataset(photographs, { seed: 1, fractions: [0.8, 0.2] });
 *
 * @throws on other fractions, and where a part would have no image.
 */
export function splitDataset<S extends ImageSample>(dataset: Dataset<S>, options: SplitOptions): Dataset<S>[] {
  const { seed = 0, fractions } = checkOptions('splitDataset', options, { seed: 'any', fractions: 'any' });
  checkDataset('splitDataset', dataset);
  checkList('splitDataset', 'fractions', fractions, 'shares');
  const sum = fractions.every(Number.isFinite) ? fractions.reduce((total, share) => total + share, 0) : Number.NaN;
  if (
    fractions.length === 0 ||
    !fractions.every((share) => Number.isFinite(share) && share > 0) ||
    !(sum <= 1 + 1e-9)
  ) {
    throw new Error(`splitDataset: expected fractions above 0, together at most 1, got ${shown(fractions)}`);
  }
  checkSeed('splitDataset', seed);
  const order = createRandom(seed).shuffle(Array.from({ length: dataset.length }, (_, index) => index));
  let [begin, reached] = [0, 0];
  return fractions.map((share, part) => {
    reached += share;
    const end = Math.min(dataset.length, Math.round(dataset.length * reached));
    if (end <= begin) {
      throw new Error(`splitDataset: expected an image in each part, got none of ${dataset.length} in part ${part}`);
    }
    const indices = order.slice(begin, end);
    begin = end;
    return takeSamples(dataset, indices);
  });
}

/**
 * A data set without the images that cannot be read: each is decoded once, which takes as long as one pass over the data.
 * @param options onImage: called with the number of each image that was looked at.
 * @returns its problems name the images left out, after those that opening had found.
 * @throws on what is no data set.
 */
export function dropBroken<S extends ImageSample>(
  dataset: Dataset<S> | ReadDataset<S>,
  options: { onImage?: (index: number) => void } = {},
): ReadDataset<S> {
  const { onImage = () => {} } = checkOptions('dropBroken', options, { onImage: 'function' });
  checkDataset('dropBroken', dataset);
  const log: ProblemLog = problemLog('dropBroken', 'skip');
  const indices: number[] = [];
  for (let index = 0; index < dataset.length; index++) {
    try {
      checkSample('dropBroken', dataset.sample(index));
      indices.push(index);
    } catch (error) {
      const { message } = error as Error;
      const { at, reason } = error instanceof ImageProblem ? error : { at: `image ${index}`, reason: message };
      log.note('images', at, reason);
    }
    onImage(index);
  }
  const dropped = takeSamples(dataset, indices);
  if (!('problems' in dataset)) return { ...dropped, problems: log.problems };
  const paths = dataset.paths && indices.map((index) => dataset.paths![index]);
  return { ...dropped, problems: joinProblems(dataset.problems, log.problems), paths };
}
