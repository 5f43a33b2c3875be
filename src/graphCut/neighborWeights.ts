import ndarray, { type NdArray } from 'ndarray';
import { checkArray } from '../checks/arrays';
import { checkFrom0 } from '../checks/numbers';
import { checkOptions } from '../checks/options';
import { readRaster } from '../cluster/felzenszwalb';
import type { Raster } from '../images/gaussianFilter';

/** Pairs of neighboring pixels: what it costs that pair e has two labels. */
export interface NeighborLinks {
  readonly beta: number;
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly weights: Float64Array;
}

/** {@link neighborWeights} of an image that has been read. */
export function neighborLinks({ height, width, channels, values }: Raster, gamma: number): NeighborLinks {
  const count = height * (width - 1) + (height - 1) * (width + 2 * (width - 1));
  const from = new Int32Array(count);
  const to = new Int32Array(count);
  const weights = new Float64Array(count);
  const isDiagonal = new Uint8Array(count);
  let pair = 0;
  let total = 0;
  const join = (one: number, other: number, diagonal: number) => {
    let square = 0;
    for (let c = 0; c < channels; c++) square += (values[one * channels + c] - values[other * channels + c]) ** 2;
    from[pair] = one;
    to[pair] = other;
    isDiagonal[pair] = diagonal;
    weights[pair++] = square;
    total += square;
  };
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (x + 1 < width) join(i, i + 1, 0);
      if (y + 1 === height) continue;
      join(i, i + width, 0);
      if (x + 1 < width) join(i, i + width + 1, 1);
      if (x > 0) join(i, i + width - 1, 1);
    }
  }
  // An image of one color has no contrast to measure with.
  const beta = total > 0 ? count / (2 * total) : 0;
  for (let e = 0; e < count; e++) {
    weights[e] = (isDiagonal[e] ? gamma * Math.SQRT1_2 : gamma) * Math.exp(-beta * weights[e]);
  }
  return { beta, from, to, weights };
}

/** Reads a color image. @throws `<caller>: …` unless it is `[H, W, 3]` of at least one finite number. */
export function readColorImage(caller: string, image: NdArray): Raster {
  checkArray(caller, 'an image', image, '[H, W, 3]');
  return readRaster(caller, image);
}

/** Settings of {@link neighborWeights}. */
export interface NeighborWeightsOptions {
  /** γ: what a border of one pixel costs where the image is smooth; ≥ 0 (50). */
  gamma?: number;
}

/** Result of {@link neighborWeights}. */
export interface NeighborWeights {
  /** β, by which squared distances of colors are measured; 0 in an image of one color. */
  beta: number;
  /** The two pixels of each pair, row · W + column, `[E, 2]`. */
  edges: NdArray<Int32Array>;
  /** What it costs that the two have different labels, `[E]`. */
  weights: NdArray<Float64Array>;
}

/**
 * What a border between neighboring pixels costs, the smoothness term of GrabCut: little where the color changes, γ where it stays. Each
 * pixel is joined to its eight neighbors,
 *
 *     w(m, n) = γ / dist(m, n) · exp(−β ‖z_m − z_n‖²),   β = 1 / (2 ⟨‖z_m − z_n‖²⟩)
 *
 * where dist is 1 or √2 and ⟨ ⟩ the mean over all pairs: what is a large difference depends on the image.
 *
 * @param image `[H, W, 3]`, 0–1.
 * @throws on another shape, on no pixels, on numbers that are not finite, and unless gamma ≥ 0.
 * @see Rother, Kolmogorov and Blake 2004, GrabCut, equations 4, 5 and 11. There, section 2.2 divides by the distance; equation 11 leaves
 * it out.
 */
export function neighborWeights(image: NdArray, options: NeighborWeightsOptions = {}): NeighborWeights {
  const { gamma = 50 } = checkOptions('neighborWeights', options, { gamma: 'any' });
  checkFrom0('neighborWeights', 'gamma', gamma);
  const { beta, from, to, weights } = neighborLinks(readColorImage('neighborWeights', image), gamma);
  const edges = new Int32Array(2 * from.length);
  for (let e = 0; e < from.length; e++) {
    edges[2 * e] = from[e];
    edges[2 * e + 1] = to[e];
  }
  return { beta, edges: ndarray(edges, [from.length, 2]), weights: ndarray(weights, [from.length]) };
}
