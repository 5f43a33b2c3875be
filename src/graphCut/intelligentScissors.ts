import ndarray, { type NdArray } from 'ndarray';
import { checkFrom0 } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { checkSigma, readRaster } from '../cluster/felzenszwalb';
import { type PointArray, readPoints } from '../cluster/points';
import { gaussianFilter, type Raster } from '../images/gaussianFilter';

/** Settings of {@link intelligentScissors}. */
export interface IntelligentScissorsOptions {
  /** Standard deviation of the Gaussian under which the slope is measured, px (1). */
  sigma?: number;
  /** What a step of 1 px costs on the steepest edge, beside 1 where the image is even; ≥ 0 (0.02). */
  least?: number;
}

/** Pixels by cost, the cheapest first: a binary heap. */
class Heap {
  readonly #costs: number[] = [];
  readonly #pixels: number[] = [];

  get size(): number {
    return this.#costs.length;
  }

  add(cost: number, pixel: number): void {
    let at = this.#costs.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (this.#costs[above] <= cost) break;
      this.#costs[at] = this.#costs[above];
      this.#pixels[at] = this.#pixels[above];
      at = above;
    }
    this.#costs[at] = cost;
    this.#pixels[at] = pixel;
  }

  /** Takes the cheapest one away. */
  pop(): [cost: number, pixel: number] {
    const top: [number, number] = [this.#costs[0], this.#pixels[0]];
    const [cost, pixel] = [this.#costs.pop()!, this.#pixels.pop()!];
    const size = this.#costs.length;
    if (size === 0) return top;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= size) break;
      if (below + 1 < size && this.#costs[below + 1] < this.#costs[below]) below++;
      if (this.#costs[below] >= cost) break;
      this.#costs[at] = this.#costs[below];
      this.#pixels[at] = this.#pixels[below];
      at = below;
    }
    this.#costs[at] = cost;
    this.#pixels[at] = pixel;
    return top;
  }
}

/** What it costs to step on to each pixel, per px of way. */
function stepCosts(raster: Raster, sigma: number, least: number): Float64Array {
  // Without smoothing there is no slope: the narrowest Gaussian that reaches the neighbors stands in.
  const width = Math.max(sigma, 0.3);
  const [down, right] = (['y', 'x'] as const).map((derivative) => gaussianFilter(raster, { sigma: width, derivative }));
  const { channels } = raster;
  const slopes = new Float64Array(raster.height * raster.width);
  let steepest = 0;
  for (let i = 0; i < slopes.length; i++) {
    let square = 0;
    for (let c = 0; c < channels; c++) {
      square += down.values[i * channels + c] ** 2 + right.values[i * channels + c] ** 2;
    }
    slopes[i] = Math.sqrt(square);
    steepest = Math.max(steepest, slopes[i]);
  }
  return slopes.map((slope) => least + (steepest > 0 ? 1 - slope / steepest : 1));
}

/** The cheapest way from one pixel to another through neighbors, by the algorithm of Dijkstra: both ends and all pixels between. */
function cheapestWay({ height, width }: Raster, costs: Float64Array, from: number, to: number): number[] {
  const distances = new Float64Array(costs.length).fill(Number.POSITIVE_INFINITY);
  const before = new Int32Array(costs.length).fill(-1);
  distances[from] = 0;
  const heap = new Heap();
  heap.add(0, from);
  while (heap.size > 0) {
    const [distance, pixel] = heap.pop();
    if (pixel === to) break;
    if (distance > distances[pixel]) continue;
    const [y, x] = [Math.floor(pixel / width), pixel % width];
    for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
      for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
        const other = v * width + u;
        const next = distance + costs[other] * (v !== y && u !== x ? Math.SQRT2 : 1);
        if (next >= distances[other]) continue;
        distances[other] = next;
        before[other] = pixel;
        heap.add(next, other);
      }
    }
  }
  const way = [to];
  while (way[way.length - 1] !== from) way.push(before[way[way.length - 1]]);
  return way.reverse();
}

/**
 * A line through given points that keeps to the edges of an image: between each point and the next the cheapest way from pixel to
 * neighboring pixel, where a step on to pixel q costs
 *
 *     (1 + least − |∇I(q)| / max |∇I|) · (1 or √2 px)
 *
 * with |∇I|² summed over the channels. The first point again at the end closes the line around an object.
 *
 * @param image `[H, W, C]` or `[H, W]`. @param points x, y in px inside the image, `[N, 2]`.
 * @returns the centers of the line's pixels, x, y in px, `[P, 2]`.
 * @throws on other shapes, on no pixels, on numbers that are not finite, on points outside of the image, and on settings below 0.
 * @see Mortensen and Barrett 1995, Intelligent scissors for image composition. There, a step also costs less on zero-crossings of the
 * Laplacian and where the edge goes its way.
 */
export function intelligentScissors(
  image: NdArray,
  points: PointArray,
  options: IntelligentScissorsOptions = {},
): NdArray<Float32Array> {
  const { sigma = 1, least = 0.02 } = checkOptions('intelligentScissors', options, { sigma: 'any', least: 'any' });
  checkSigma('intelligentScissors', sigma);
  checkFrom0('intelligentScissors', 'least', least);
  const raster = readRaster('intelligentScissors', image);
  const { height, width } = raster;
  const { rows, count, dimensions } = readPoints('intelligentScissors', points);
  if (dimensions !== 2) throw new Error(`intelligentScissors: expected points [N, 2], got [${count}, ${dimensions}]`);
  const stops = Array.from({ length: count }, (_, i) => {
    const [x, y] = [Math.floor(rows[2 * i]), Math.floor(rows[2 * i + 1])];
    if (x >= 0 && y >= 0 && x < width && y < height) return y * width + x;
    throw new Error(
      `intelligentScissors: expected points in an image of ${width}×${height} px, got [${rows[2 * i]}, ${rows[2 * i + 1]}]`,
    );
  });
  const costs = stepCosts(raster, sigma, least);
  const line = [stops[0]];
  for (let i = 1; i < count; i++)
    for (const pixel of cheapestWay(raster, costs, stops[i - 1], stops[i]).slice(1)) line.push(pixel);
  const centers = Float32Array.from(line.flatMap((pixel) => [(pixel % width) + 0.5, Math.floor(pixel / width) + 0.5]));
  return ndarray(centers, [line.length, 2]);
}
