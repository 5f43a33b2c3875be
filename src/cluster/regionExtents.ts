import ndarray, { type NdArray } from 'ndarray';
import { checkArray } from '../checks/arrays';
import { checkCount } from '../checks/numbers';
import { checkOptions } from '../checks/options';

/** Result of {@link regionExtents}, by label. */
export interface RegionExtents {
  /** `[R, 4]`, x1, y1, x2, y2 in px, right and lower edge exclusive. */
  boxes: NdArray<Float32Array>;
  /** `[R]`, px. */
  areas: NdArray<Int32Array>;
}

/** Settings of {@link regionExtents}. */
export interface RegionExtentsOptions {
  /** Fewest pixels of a region that is returned; with 1, row r is label r (1). */
  minSize?: number;
}

/**
 * The boxes around the regions of a map, and their areas.
 * @param labels `[H, W]`, 0 … R − 1, each in use, as {@link felzenszwalb} returns them and {@link connectedComponents} numbers components.
 * @returns in the order of the labels, without those that have too few pixels.
 * @throws on another shape, on other labels, and unless minSize ≥ 1.
 */
export function regionExtents(labels: NdArray, options: RegionExtentsOptions = {}): RegionExtents {
  const { minSize = 1 } = checkOptions('regionExtents', options, { minSize: 'any' });
  checkCount('regionExtents', 'minSize', minSize, 1);
  checkArray('regionExtents', 'labels', labels, '[H, W]');
  const [height, width] = labels.shape;
  const regions = new Map<number, number[]>();
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const label = labels.get(y, x);
      const region = regions.get(label);
      if (!region) {
        regions.set(label, [x, y, x + 1, y + 1, 1]);
        continue;
      }
      region[0] = Math.min(region[0], x);
      region[2] = Math.max(region[2], x + 1);
      region[3] = y + 1;
      region[4]++;
    }
  }
  for (const label of regions.keys()) {
    if (Number.isInteger(label) && label >= 0 && label < regions.size) continue;
    throw new Error(`regionExtents: expected labels 0 … R − 1, each in use, got ${label} among ${regions.size} labels`);
  }
  const kept = Array.from({ length: regions.size }, (_, label) => regions.get(label)!).filter(
    ([, , , , area]) => area >= minSize,
  );
  return {
    boxes: ndarray(Float32Array.from(kept.flatMap((region) => region.slice(0, 4))), [kept.length, 4]),
    areas: ndarray(
      Int32Array.from(kept, ([, , , , area]) => area),
      [kept.length],
    ),
  };
}
