import ndarray, { type NdArray } from 'ndarray';
import { append } from '../checks/extremes';
import { checkCount } from '../checks/numbers';
import { checkOption, checkOptions } from '../checks/options';
import { checkSeed } from '../checks/seed';
import { shown } from '../checks/shown';
import { createRandom } from '../tensor/random';
import { checkSigma, readRaster } from './felzenszwalb';

import { checkSegmentation, type Segments, segmentSorted } from './segmentGraph';
import { type Appearance, observe } from './selectiveSearch/appearance';
import { type Grouping, group } from './selectiveSearch/group';
import {
  checkStrategy,
  type RegionSimilarity,
  type SearchColors,
  type SearchMode,
  type SearchStrategy,
  searchStrategies,
} from './selectiveSearch/strategy';

export type { RegionSimilarity, SearchColors, SearchMode, SearchStrategy };
export { searchStrategies };

/** What all strategies of a search share. */
export interface SearchSettings {
  /** Fewest pixels of the regions that a search starts from (20). */
  minSize?: number;
  /** Standard deviation of the Gaussian that smooths the image before its first segmentation, px (0.8). */
  sigma?: number;
}

/** Settings of {@link selectiveSearch}. */
export interface SelectiveSearchOptions extends SearchSettings {
  /** A mix of the paper's, or strategies of one's own (`'fast'`). */
  mode?: SearchMode | readonly SearchStrategy[];
  /** Of the random numbers in the ranking (0). */
  seed?: number;
  /** Most boxes; `Infinity` for all (2000, about as many as R-CNN looks at). */
  limit?: number;
}

/** Settings of {@link regionHierarchy}. */
export interface RegionHierarchyOptions extends SearchSettings, Partial<SearchStrategy> {}

/** Result of {@link regionHierarchy}. */
export interface RegionHierarchy {
  /** `[H, W]`: the regions at the start, 0 … R − 1. */
  labels: NdArray<Int32Array>;
  /** `[2R − 1, 4]`, x1, y1, x2, y2 in px, right and lower edge exclusive: the R first regions, then what each step made. */
  boxes: NdArray<Float32Array>;
  /** `[2R − 1]`, px. */
  areas: NdArray<Float64Array>;
  /** `[R − 1, 2]`: step i made region R + i of these two, the smaller number first. */
  merges: NdArray<Int32Array>;
  /** `[R − 1]`: how alike they were, from 0 to the number of similarities. */
  similarities: NdArray<Float64Array>;
}

/** What strategies have in common is worked out once: looks by color space, first regions by color space and scale. */
class Image {
  readonly #image: NdArray<Float32Array>;
  readonly #minSize: number;
  readonly #sigma: number;
  readonly #appearances = new Map<SearchColors, Appearance>();
  readonly #segments = new Map<string, Segments>();

  constructor(caller: string, image: NdArray, { minSize = 20, sigma = 0.8 }: SearchSettings) {
    checkSegmentation(caller, 0, minSize);
    checkSigma(caller, sigma);
    const { height, width, channels, values } = readRaster(caller, image);
    if (channels !== 3) {
      throw new Error(`${caller}: expected an image [H, W, 3], got [${image.shape.join(', ')}]`);
    }
    this.#image = ndarray(Float32Array.from(values), [height, width, 3]);
    this.#minSize = minSize;
    this.#sigma = sigma;
  }

  get shape(): [number, number] {
    return [this.#image.shape[0], this.#image.shape[1]];
  }

  #appearance(colors: SearchColors): Appearance {
    let appearance = this.#appearances.get(colors);
    if (!appearance) {
      appearance = observe(this.#image, colors, this.#sigma);
      this.#appearances.set(colors, appearance);
    }
    return appearance;
  }

  segments({ colors, scale }: SearchStrategy): Segments {
    const key = `${colors} ${scale}`;
    let segments = this.#segments.get(key);
    if (!segments) {
      const settings = { scale: scale / 255, minSize: this.#minSize };
      segments = segmentSorted(this.#appearance(colors).graph, settings);
      this.#segments.set(key, segments);
    }
    return segments;
  }

  group(strategy: SearchStrategy): Grouping {
    return group(this.#appearance(strategy.colors), this.segments(strategy), strategy.similarity);
  }
}

/**
 * One strategy of {@link selectiveSearch} step by step: {@link felzenszwalb} cuts the image into small regions, then the two
 * neighbors that are most alike become one, over and over, until one region is left, the image. How alike regions a and b are is
 * the sum of what the strategy asks for, each from 0 to 1:
 *
 *     color    Σ min(cₐ, c_b), c: a histogram of each channel, 25 bins over 0–1, all together of sum 1
 *     texture   Σ min(tₐ, t_b), t: of each channel and each of 8 directions, the slope under a Gaussian of 1 px in 10 bins up to the
 *               steepest slope of the image in that channel, all together of sum 1
 *     size      1 − (|a| + |b|) / |image|: small regions go first
 *     fill      1 − (|box around both| − |a| − |b|) / |image|: gaps and holes are closed
 *
 * Neighbors are regions that touch along an edge. Of equally alike pairs, the one of the smaller numbers is joined first.
 *
 * @param image `[H, W, 3]`, 0–1. @param options colors: `'hsv'`; similarity: all four; scale: 100.
 * @throws on another shape, on no pixels, on numbers that are not finite, and on other settings.
 * @see Uijlings et al. 2013, Selective search for object recognition, section 3. The paper says neither where the bins of the texture
 * end nor which regions touch.
 */
export function regionHierarchy(image: NdArray, options: RegionHierarchyOptions = {}): RegionHierarchy {
  checkOptions('regionHierarchy', options, {
    minSize: 'any',
    sigma: 'any',
    colors: 'any',
    similarity: 'any',
    scale: 'any',
  });
  const { colors = 'hsv', similarity = ['color', 'texture', 'size', 'fill'], scale = 100 } = options;
  const strategy = { colors, similarity, scale };
  checkStrategy('regionHierarchy', strategy);
  const picture = new Image('regionHierarchy', image, options);
  const { boxes, sizes, merges, similarities } = picture.group(strategy);
  return {
    labels: ndarray(picture.segments(strategy).labels.slice(), picture.shape),
    boxes: ndarray(boxes, [sizes.length, 4]),
    areas: ndarray(sizes, [sizes.length]),
    merges: ndarray(merges, [similarities.length, 2]),
    similarities: ndarray(similarities, [similarities.length]),
  };
}

/**
 * Boxes that are likely to hold an object of whatever kind, a few hundred or thousand where there are billions to choose from: those of
 * all regions that come up while the image is put together, as in {@link regionHierarchy}, under several strategies.
 *
 * The region that a strategy made i-th last (1: the whole image) gets the number i · random, random from 0 to 1, and the smaller the
 * number, the earlier the box: large regions tend to come first, without small ones coming last. Of equal boxes the first is kept.
 *
 * It works on the image itself. A detector that computes features projects the boxes on to them.
 *
 * @param image `[H, W, 3]`, 0–1.
 * @returns `[N, 4]`, x1, y1, x2, y2 in px, right and lower edge exclusive, no two alike; the first n are what `limit: n` gives.
 * @throws on another shape, on no pixels, on numbers that are not finite, on other settings, and on no strategies.
 * @see Uijlings et al. 2013, Selective search for object recognition, sections 3 and 4.2 and table 5. There, `fast` made 2147 boxes a
 * VOC image and `quality` 10,108; small images have fewer. The paper's first regions grow with k, here they have `minSize` pixels.
 */
export function selectiveSearch(image: NdArray, options: SelectiveSearchOptions = {}): NdArray<Float32Array> {
  const {
    mode = 'fast',
    seed = 0,
    limit = 2000,
    ...settings
  } = checkOptions('selectiveSearch', options, {
    mode: 'any',
    seed: 'any',
    limit: 'any',
    minSize: 'any',
    sigma: 'any',
  });
  if (typeof mode === 'string') checkOption('selectiveSearch', 'mode', mode, ['single', 'fast', 'quality']);
  const strategies = typeof mode === 'string' ? searchStrategies(mode) : mode;
  if (!Array.isArray(strategies) || strategies.length === 0) {
    const got = shown(mode);
    throw new Error(`selectiveSearch: expected mode single, fast or quality or a list of strategies, got ${got}`);
  }
  for (const strategy of strategies) checkStrategy('selectiveSearch', strategy);
  checkCount('selectiveSearch', 'limit', limit, 1, true);
  checkSeed('selectiveSearch', seed);
  const random = createRandom(seed);
  const picture = new Image('selectiveSearch', image, settings);

  const ranked: { rank: number; box: Float32Array }[] = [];
  for (const strategy of strategies) {
    const { boxes } = picture.group(strategy);
    const count = boxes.length / 4;
    for (let position = 1; position <= count; position++) {
      const at = 4 * (count - position);
      ranked.push({ rank: position * random.uniform(), box: boxes.subarray(at, at + 4) });
    }
  }
  ranked.sort((a, b) => a.rank - b.rank);
  const seen = new Set<string>();
  const corners: number[] = [];
  for (const { box } of ranked) {
    const key = box.join();
    if (seen.has(key)) continue;
    seen.add(key);
    append(corners, box);
    if (seen.size === limit) break;
  }
  return ndarray(Float32Array.from(corners), [seen.size, 4]);
}
