import type { NdArray } from 'ndarray';
import type { Sample } from './dataset';

/** The segment of thing 0 in a panoptic map; thing g is g segments further. Infinity where no thing has a pixel. */
export function firstThingSegment({ masks, panoptic }: Pick<Sample, 'masks' | 'panoptic'>): number {
  const [count, height, width] = masks.shape;
  for (let g = 0; g < count; g++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const segment = panoptic.get(y, x);
        if (masks.get(g, y, x) && segment >= g) return segment - g;
      }
    }
  }
  return Number.POSITIVE_INFINITY;
}

/**
 * Renumbers the segments of a map when some of its things are taken: the rest of them become void, −1.
 * @param first segment of thing 0. @param rows things that are taken, in their order, of `count`. @param map its numbers, changed in place.
 */
export function takeSegments(
  map: NdArray<Int32Array>,
  { first, rows, count }: { first: number; rows: readonly number[]; count: number },
): void {
  const places = new Int32Array(count).fill(-1);
  for (const [place, g] of rows.entries()) places[g] = first + place;
  const { data } = map;
  for (let i = 0; i < data.length; i++) if (data[i] >= first) data[i] = places[data[i] - first] ?? -1;
}
