import ndarray, { type NdArray } from 'ndarray';
import { checkArray } from '../checks/arrays';
import { append } from '../checks/extremes';
import { checkCount, checkFrom0 } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { checkSeed } from '../checks/seed';
import { shown } from '../checks/shown';
import { connectedComponents } from './connectedComponents';
import { kMeans } from './kMeans';

import { regionExtents } from './regionExtents';
import { colorLocationPoints, labelsToMap } from './segment';

/** Settings of {@link componentProposals}. */
export interface ComponentProposalsOptions {
  /** Numbers of clusters, one clustering each (`[4, 6, 8, 12]`). */
  clusters?: readonly number[];
  /** Length of the image's longer side in units of color (0.25); see {@link colorLocationPoints}. */
  locationWeight?: number;
  /** Fewest pixels of a component (30). */
  minSize?: number;
  /** Most iterations of a clustering (10): the last ones move few pixels. */
  maxIterations?: number;
  /** Of the clusterings (0). */
  seed?: number;
  /** Most boxes; `Infinity` for all (64). */
  limit?: number;
}

/**
 * Boxes that are likely to hold a thing of one color: the image's pixels are clustered by color and place, with several numbers of
 * clusters, and each part of a cluster that hangs together, corners included, gives a box.
 *
 * A few dozen boxes, which fit closely; what is as bright and as colorful as its surroundings is not among them, nor is a thing in two
 * pieces. {@link selectiveSearch} finds more with more boxes.
 *
 * @param image `[H, W, 3]`, 0–1.
 * @returns `[N, 4]`, x1, y1, x2, y2 in px, right and lower edge exclusive, no two alike: the first number of clusters first, for each the
 * components in the order of their first pixels.
 * @throws on another shape, on fewer pixels than clusters, on numbers that are not finite, and on other settings.
 */
export async function componentProposals(
  image: NdArray,
  options: ComponentProposalsOptions = {},
): Promise<NdArray<Float32Array>> {
  const {
    clusters = [4, 6, 8, 12],
    locationWeight = 0.25,
    minSize = 30,
    maxIterations = 10,
    seed = 0,
    limit = 64,
  } = checkOptions('componentProposals', options, {
    clusters: 'any',
    locationWeight: 'any',
    minSize: 'any',
    maxIterations: 'any',
    seed: 'any',
    limit: 'any',
  });
  if (!Array.isArray(clusters) || clusters.length === 0) {
    throw new Error(`componentProposals: expected a list of numbers of clusters, got ${shown(clusters)}`);
  }
  for (const k of clusters) checkCount('componentProposals', 'clusters', k, 1);
  checkCount('componentProposals', 'minSize', minSize, 1);
  checkCount('componentProposals', 'maxIterations', maxIterations, 1);
  checkFrom0('componentProposals', 'locationWeight', locationWeight);
  checkSeed('componentProposals', seed);
  checkArray('componentProposals', 'an image', image, '[H, W, 3]');
  checkCount('componentProposals', 'limit', limit, 1, true);
  const points = colorLocationPoints(image, { locationWeight });
  const [height, width] = image.shape;
  for (const k of clusters) {
    if (k <= height * width) continue;
    throw new Error(`componentProposals: expected at most as many clusters as pixels, got ${k} of ${height * width}`);
  }
  const seen = new Set<string>();
  const corners: number[] = [];
  for (const k of clusters) {
    const { labels } = await kMeans(points, { k, seed, maxIterations });
    const { components } = connectedComponents(labelsToMap(labels, height, width), { neighbors: 8 });
    const { boxes } = regionExtents(components, { minSize });
    for (let i = 0; i < boxes.shape[0] && seen.size < limit; i++) {
      const box = boxes.data.subarray(4 * i, 4 * i + 4);
      const key = box.join();
      if (seen.has(key)) continue;
      seen.add(key);
      append(corners, box);
    }
  }
  return ndarray(Float32Array.from(corners), [seen.size, 4]);
}
