import type { Segments } from '../segmentGraph';
import { type Appearance, colorBins } from './appearance';
import type { RegionSimilarity } from './strategy';

/**
 * Regions of an image and all that tells how alike they are: the R first ones, and room for the R − 1 that joining them makes.
 * Histograms are counts, so that joining adds whole numbers and nothing is rounded.
 */
export class Regions {
  readonly capacity: number;
  /** `[2R − 1, 4]`, x1, y1, x2, y2 in px. */
  readonly boxes: Float32Array;
  /** `[2R − 1]`, px. */
  readonly sizes: Float64Array;
  /** `[R]`: the regions that each one touches along an edge. */
  readonly neighbors: Set<number>[];
  readonly #counts: Float32Array;
  readonly #appearance: Appearance;

  constructor(appearance: Appearance, { labels, count }: Segments) {
    const { height, width, bins, binsPerPixel, binCount } = appearance;
    this.#appearance = appearance;
    this.capacity = 2 * count - 1;
    this.boxes = new Float32Array(4 * this.capacity);
    this.sizes = new Float64Array(this.capacity);
    this.#counts = new Float32Array(binCount * this.capacity);
    this.neighbors = Array.from({ length: count }, () => new Set<number>());
    for (let i = 0; i < count; i++) this.boxes.set([width, height, 0, 0], 4 * i);
    for (let y = 0, i = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i++) {
        const region = labels[i];
        this.sizes[region]++;
        const at = 4 * region;
        if (x < this.boxes[at]) this.boxes[at] = x;
        if (y < this.boxes[at + 1]) this.boxes[at + 1] = y;
        if (x >= this.boxes[at + 2]) this.boxes[at + 2] = x + 1;
        if (y >= this.boxes[at + 3]) this.boxes[at + 3] = y + 1;
        const start = region * binCount;
        for (let k = i * binsPerPixel; k < (i + 1) * binsPerPixel; k++) this.#counts[start + bins[k]]++;
        if (x > 0) this.#touch(region, labels[i - 1]);
        if (y > 0) this.#touch(region, labels[i - width]);
      }
    }
  }

  #touch(one: number, other: number): void {
    if (one === other) return;
    this.neighbors[one].add(other);
    this.neighbors[other].add(one);
  }

  /** Makes region `joined` of two others: their histograms, sizes and boxes together. */
  join(one: number, other: number, joined: number): void {
    const { binCount } = this.#appearance;
    const counts = this.#counts;
    for (let bin = 0; bin < binCount; bin++) {
      counts[joined * binCount + bin] = counts[one * binCount + bin] + counts[other * binCount + bin];
    }
    this.sizes[joined] = this.sizes[one] + this.sizes[other];
    this.boxes.set(this.#around(one, other), 4 * joined);
  }

  #around(one: number, other: number): [number, number, number, number] {
    const { boxes } = this;
    return [
      Math.min(boxes[4 * one], boxes[4 * other]),
      Math.min(boxes[4 * one + 1], boxes[4 * other + 1]),
      Math.max(boxes[4 * one + 2], boxes[4 * other + 2]),
      Math.max(boxes[4 * one + 3], boxes[4 * other + 3]),
    ];
  }

  /** Σ min(a, b) of two histograms from bin `first` to bin `last`, each of sum 1. */
  #intersection(one: number, other: number, first: number, last: number, countsPerPixel: number): number {
    const { binCount } = this.#appearance;
    const counts = this.#counts;
    const [start, otherStart] = [one * binCount, other * binCount];
    const [unit, otherUnit] = [1 / this.sizes[one], 1 / this.sizes[other]];
    let total = 0;
    for (let bin = first; bin < last; bin++) {
      const a = counts[start + bin] * unit;
      const b = counts[otherStart + bin] * otherUnit;
      total += Math.min(a, b);
    }
    return total / countsPerPixel;
  }

  /** Σ of the similarities asked for, each 0–1. */
  similarity(one: number, other: number, wanted: readonly RegionSimilarity[]): number {
    const { height, width, channels, binCount, binsPerPixel } = this.#appearance;
    const pixels = height * width;
    const both = this.sizes[one] + this.sizes[other];
    const firstTexture = channels * colorBins;
    let total = 0;
    // Whole numbers: pairs that are equally alike by size and box are so exactly.
    let against = 0;
    for (const name of wanted) {
      if (name === 'color') total += this.#intersection(one, other, 0, firstTexture, channels);
      else if (name === 'texture') {
        total += this.#intersection(one, other, firstTexture, binCount, binsPerPixel - channels);
      } else if (name === 'size') {
        total++;
        against += both;
      } else {
        const [x1, y1, x2, y2] = this.#around(one, other);
        total++;
        against += (x2 - x1) * (y2 - y1) - both;
      }
    }
    return total - against / pixels;
  }
}
