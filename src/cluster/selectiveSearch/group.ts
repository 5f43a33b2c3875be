import type { Segments } from '../segmentGraph';
import type { Appearance } from './appearance';
import { PairQueue } from './pairQueue';
import { Regions } from './regions';
import type { RegionSimilarity } from './strategy';

/** How an image was put together, from R regions to one. */
export interface Grouping {
  /** `[2R − 1, 4]` flat: the R first regions, then what each step made. */
  boxes: Float32Array;
  /** `[2R − 1]`, px. */
  sizes: Float64Array;
  /** `[R − 1, 2]` flat: step i made region R + i of these two, the smaller number first. */
  merges: Int32Array;
  /** `[R − 1]`: how alike they were. */
  similarities: Float64Array;
}

/** Joins the two neighbors that are most alike, over and over, until one region is left. */
export function group(appearance: Appearance, segments: Segments, wanted: readonly RegionSimilarity[]): Grouping {
  const regions = new Regions(appearance, segments);
  const { neighbors } = regions;
  const { count } = segments;
  const queue = new PairQueue();
  const add = (one: number, other: number) =>
    queue.add({ similarity: regions.similarity(one, other, wanted), one, other });
  for (let one = 0; one < count; one++) {
    for (const other of neighbors[one]) if (other > one) add(one, other);
  }
  const merges = new Int32Array(2 * (count - 1));
  const similarities = new Float64Array(count - 1);
  const gone = new Uint8Array(regions.capacity);
  for (let step = 0; step < count - 1; ) {
    // An image's regions hang together, so there is a pair as long as there are two regions.
    const { similarity, one, other } = queue.take()!;
    if (gone[one] || gone[other]) continue;
    const joined = count + step;
    regions.join(one, other, joined);
    merges.set([one, other], 2 * step);
    similarities[step] = similarity;
    step++;
    gone[one] = gone[other] = 1;
    const around = new Set([...neighbors[one], ...neighbors[other]]);
    around.delete(one);
    around.delete(other);
    neighbors.push(around);
    for (const neighbor of around) {
      neighbors[neighbor].delete(one);
      neighbors[neighbor].delete(other);
      neighbors[neighbor].add(joined);
      add(neighbor, joined);
    }
  }
  return { boxes: regions.boxes, sizes: regions.sizes, merges, similarities };
}
